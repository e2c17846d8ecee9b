using System.Text;
using static NanoIoT.Cloud.Rules.Sql.SqlFunctions;

namespace NanoIoT.Cloud.Rules.Sql;

/// <summary>Types, collections and encodings.</summary>
internal static class TypeFunctions
{
    private const string Group = "types and collections";
    private const int MaxTransformed = 128 * 1024;

    public static IEnumerable<SqlFunction> All =>
    [
        Define("coalesce", 1, int.MaxValue, Group, Many(values => Array.Find(values, value => !value.IsNullOrUndefined))) with { Note = "the first argument that is neither Null nor Undefined" },
        Define("decode", 2, 2, Group, Decode) with { IsNew = true, Check = CheckScheme },
        Define("encode", 2, 2, Group, Encode) with { IsNew = true, Check = CheckScheme },
        Define("get", 2, 2, Group, Binary(Get)),
        Define("get_or_default", 1, 2, Group, Many(values => values[0].IsNullOrUndefined ? values.Length > 1 ? values[1] : SqlValue.Undefined : values[0])) with { IsNew = true },
        Define("isnull", 1, 1, Group, Unary(value => SqlValue.Of(value.Kind == SqlKind.Null))),
        Define("isundefined", 1, 1, Group, Unary(value => SqlValue.Of(value.IsUndefined))) with { IsNew = true },
        Define("nvl", 2, 2, Group, Binary((a, b) => a.IsNullOrUndefined ? b : a)) with { Note = "the second argument where the first is Null or Undefined" },
        Define("transform", 3, 3, Group, Many(Transform)) with { IsNew = true },
    ];

    /// <summary>An item, a character or a member.</summary>
    public static SqlValue Get(SqlValue target, SqlValue index)
    {
        switch (target.Kind)
        {
            case SqlKind.Object:
                return index.Kind == SqlKind.String ? target.Members.Get(index.Text) : SqlValue.Undefined;
            case SqlKind.Array:
                return index.ToInt() is decimal item && item >= 0 && item < target.Items.Count ? target.Items[(int)item] : SqlValue.Undefined;
            case SqlKind.String:
                return index.ToInt() is decimal at && at >= 0 && at < target.Text.Length ? SqlValue.Of(target.Text[(int)at].ToString()) : SqlValue.Undefined;
            default:
                return SqlValue.Undefined;
        }
    }

    private static string? CheckScheme(IReadOnlyList<SqlExpression> arguments) =>
        arguments[1] is LiteralExpression { Value: { Kind: SqlKind.String, Text: "base64" } } ? null : "the scheme is the literal 'base64'";

    private static SqlEvaluator Decode(SqlCallSite site)
    {
        SqlEvaluator argument = site.Arguments[0];
        return context =>
        {
            SqlValue value = argument(context);
            if (value.IsUndefined)
            {
                return value;
            }

            try
            {
                byte[] decoded = Convert.FromBase64String(value.ToText() ?? string.Empty);
                return SqlJson.TryParse(decoded, context.Version, null, out SqlValue json) ? json : SqlValue.Of(Encoding.UTF8.GetString(decoded));
            }
            catch (FormatException)
            {
                return SqlValue.Null;
            }
        };
    }

    private static SqlEvaluator Encode(SqlCallSite site)
    {
        if (site is { IsOuter: true, Expressions: [AllExpression, ..] })
        {
            return context => SqlValue.Of(Convert.ToBase64String(context.Message.Payload.Span));
        }

        SqlEvaluator argument = site.Arguments[0];
        return context => argument(context).ToText() is string text ? SqlValue.Of(Convert.ToBase64String(Encoding.UTF8.GetBytes(text))) : SqlValue.Undefined;
    }

    private static SqlValue Transform(SqlValue[] values)
    {
        if (values[0] is not { Kind: SqlKind.String, Text: "enrichArray" } || values[1].Kind != SqlKind.Object || values[2].Kind != SqlKind.Array)
        {
            return SqlValue.Undefined;
        }

        var items = new List<SqlValue>(values[2].Items.Count);
        foreach (SqlValue item in values[2].Items)
        {
            if (item.Kind != SqlKind.Object)
            {
                return SqlValue.Undefined;
            }

            var enriched = new SqlObject(item.Members.Count + values[1].Members.Count);
            foreach ((string name, SqlValue member) in item.Members.Members)
            {
                enriched.Set(name, member);
            }

            foreach ((string name, SqlValue member) in values[1].Members.Members)
            {
                enriched.Set(name, member);
            }

            items.Add(SqlValue.Of(enriched));
        }

        SqlValue result = SqlValue.Of(items);
        return SqlJson.WriteBytes(result).Length <= MaxTransformed ? result : SqlValue.Undefined;
    }
}
