using System.Globalization;
using System.Text.RegularExpressions;

namespace NanoIoT.Cloud.Rules.Sql;

/// <summary>
/// A value of AWS IoT SQL. Int and Decimal have 28 digits (AWS: 34); what is beyond their range is kept with double precision.
/// Conversions are those of AWS's table "Conversions": what has none is Undefined.
/// </summary>
internal readonly partial struct SqlValue
{
    private const decimal MaxExactDouble = 7.9e27m;

    private readonly decimal _number;
    private readonly object? _reference;

    private SqlValue(SqlKind kind, decimal number, object? reference)
    {
        Kind = kind;
        _number = number;
        _reference = reference;
    }

    public static SqlValue Undefined => default;

    public static SqlValue Null { get; } = new(SqlKind.Null, 0, null);

    public static SqlValue True { get; } = new(SqlKind.Boolean, 1, null);

    public static SqlValue False { get; } = new(SqlKind.Boolean, 0, null);

    public SqlKind Kind { get; }

    public bool IsUndefined => Kind == SqlKind.Undefined;

    public bool IsNullOrUndefined => Kind <= SqlKind.Null;

    public bool IsNumber => Kind is SqlKind.Int or SqlKind.Decimal;

    /// <summary>Whether it is the Boolean true, and nothing that looks like it.</summary>
    public bool IsTrue => Kind == SqlKind.Boolean && _number == 1;

    public string Text => (string)_reference!;

    public List<SqlValue> Items => (List<SqlValue>)_reference!;

    public SqlObject Members => (SqlObject)_reference!;

    /// <summary>Whether a number is beyond 28 digits and has double precision.</summary>
    public bool IsDouble => Kind == SqlKind.Decimal && _reference is not null;

    public decimal Number => _number;

    public double Double => _reference is double value ? value : (double)_number;

    public static SqlValue Of(bool value) => value ? True : False;

    public static SqlValue Of(string? value) => value is null ? Undefined : new SqlValue(SqlKind.String, 0, value);

    public static SqlValue Of(long value) => new(SqlKind.Int, value, null);

    public static SqlValue Of(List<SqlValue> items) => new(SqlKind.Array, 0, items);

    public static SqlValue Of(SqlObject members) => new(SqlKind.Object, 0, members);

    /// <summary>A decimal; with its sign and digits as they are.</summary>
    public static SqlValue OfDecimal(decimal value) => new(SqlKind.Decimal, value, null);

    /// <summary>A whole number.</summary>
    public static SqlValue OfInt(decimal value) => new(SqlKind.Int, decimal.Truncate(value), null);

    /// <summary>A number of double precision; none of JSON's is Undefined.</summary>
    public static SqlValue OfDouble(double value)
    {
        if (double.IsNaN(value) || double.IsInfinity(value))
        {
            return Undefined;
        }

        // Sixteen digits hold in a decimal unless it is very great or very small.
        return value == 0 || (Math.Abs(value) is > 1e-10 and < 7.9e27)
            ? OfDecimal(decimal.Parse(value.ToString("R", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture))
            : new SqlValue(SqlKind.Decimal, 0, value);
    }

    /// <summary>A number of JSON or SQL.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="version">Version 2016-03-23 reads a whole number, as 10.0, as Int.</param>
    public static SqlValue ParseNumber(ReadOnlySpan<char> text, SqlVersion version)
    {
        bool isPlain = !text.ContainsAny('.', 'e', 'E');
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) && Math.Abs(number) < MaxExactDouble && (number != 0 || IsZero(text)))
        {
            return isPlain || (version == SqlVersion.V20160323 && decimal.IsInteger(number)) ? new SqlValue(SqlKind.Int, isPlain ? number : decimal.Truncate(number), null) : OfDecimal(number);
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? OfDouble(value) : Undefined;
    }

    /// <summary>As a number: strings that are one count, all else does not.</summary>
    public SqlValue ToNumber() => Kind switch
    {
        SqlKind.Int or SqlKind.Decimal => this,
        SqlKind.String when NumberPattern().IsMatch(Text) => ParseNumber(Text, SqlVersion.V20151008),
        _ => Undefined,
    };

    /// <summary>As a whole number, rounded down; null where it has none.</summary>
    public decimal? ToInt()
    {
        SqlValue number = ToNumber();
        return number.Kind switch
        {
            SqlKind.Undefined => null,
            _ when number.IsDouble => Math.Abs(number.Double) < 1 ? (number.Double < 0 ? -1 : 0) : null,
            _ => decimal.Floor(number._number),
        };
    }

    /// <summary>As a Boolean: the strings "true" and "false" count; null where it has none.</summary>
    public bool? ToBoolean() => Kind switch
    {
        SqlKind.Boolean => _number == 1,
        SqlKind.String when Text.Equals("true", StringComparison.OrdinalIgnoreCase) => true,
        SqlKind.String when Text.Equals("false", StringComparison.OrdinalIgnoreCase) => false,
        _ => null,
    };

    /// <summary>As a string; null where it has none (Null and Undefined).</summary>
    public string? ToText() => Kind switch
    {
        SqlKind.String => Text,
        SqlKind.Boolean => _number == 1 ? "true" : "false",
        SqlKind.Int or SqlKind.Decimal => NumberText(),
        SqlKind.Array or SqlKind.Object => SqlJson.Write(this),
        _ => null,
    };

    /// <summary>A number's digits, as JSON has them.</summary>
    public string NumberText() => _reference is double value ? value.ToString("R", CultureInfo.InvariantCulture) : _number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Equal as <c>=</c> says: numbers by value, arrays in order, objects whatever their order.</summary>
    public static bool AreEqual(in SqlValue left, in SqlValue right)
    {
        if (left.IsNumber && right.IsNumber)
        {
            return left.IsDouble || right.IsDouble ? left.Double.Equals(right.Double) : left._number == right._number;
        }

        if (left.Kind != right.Kind)
        {
            return false;
        }

        switch (left.Kind)
        {
            case SqlKind.Boolean:
                return left._number == right._number;
            case SqlKind.String:
                return left.Text == right.Text;
            case SqlKind.Array:
                List<SqlValue> items = left.Items;
                List<SqlValue> others = right.Items;
                if (items.Count != others.Count)
                {
                    return false;
                }

                for (int i = 0; i < items.Count; i++)
                {
                    if (!AreEqual(items[i], others[i]))
                    {
                        return false;
                    }
                }

                return true;
            case SqlKind.Object:
                SqlObject members = left.Members;
                SqlObject theirs = right.Members;
                if (members.Count != theirs.Count)
                {
                    return false;
                }

                foreach ((string name, SqlValue value) in members.Members)
                {
                    if (!AreEqual(value, theirs.Get(name)))
                    {
                        return false;
                    }
                }

                return true;
            default:
                return true;
        }
    }

    /// <summary>Without the zeros after its last digit, as version 2016-03-23 writes decimals.</summary>
    public SqlValue Trimmed() => Kind == SqlKind.Decimal && _reference is null && _number.Scale > 0
        ? new SqlValue(Kind, _number / 1.0000000000000000000000000000m, null)
        : this;

    private static bool IsZero(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (c is 'e' or 'E')
            {
                return true;
            }

            if (c is >= '1' and <= '9')
            {
                return false;
            }
        }

        return true;
    }

    [GeneratedRegex(@"^-?[0-9]+(\.[0-9]+)?([eE]-?[0-9]+)?\z")]
    private static partial Regex NumberPattern();
}
