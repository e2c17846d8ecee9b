namespace NanoIoT.Cloud.Rules.Sql;

/// <summary><c>CAST(x AS type)</c>.</summary>
internal static class SqlCast
{
    /// <summary>The type a keyword stands for, or null.</summary>
    public static string? Find(string keyword, SqlVersion version) => keyword.ToUpperInvariant() switch
    {
        "STRING" or "NVARCHAR" or "TEXT" or "NTEXT" or "VARCHAR" => "String",
        "INT" or "INTEGER" => "Int",
        "DOUBLE" => "Double",
        "DECIMAL" when version == SqlVersion.V20160323 => "Decimal",
        "BOOL" or "BOOLEAN" when version == SqlVersion.V20160323 => "Boolean",
        _ => null,
    };

    public static SqlValue Apply(in SqlValue value, string type)
    {
        switch (type)
        {
            case "String":
                return SqlValue.Of(value.ToText());
            case "Boolean":
                return value.IsNumber ? SqlValue.Of(value.Double != 0) : value.ToBoolean() is bool truth ? SqlValue.Of(truth) : SqlValue.Undefined;
            case "Int":
                return value.Kind == SqlKind.Boolean ? SqlValue.Of(value.IsTrue ? 1 : 0) : value.ToInt() is decimal whole ? SqlValue.OfInt(whole) : SqlValue.Undefined;
            default:
                SqlValue number = value.Kind == SqlKind.Boolean ? SqlValue.Of(value.IsTrue ? 1 : 0) : value.ToNumber();
                return number.IsUndefined || number.IsDouble ? number : type == "Double" ? SqlValue.OfDouble(number.Double) : SqlValue.OfDecimal(number.Number);
        }
    }
}
