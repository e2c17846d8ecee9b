using static NanoIoT.Cloud.Rules.Sql.SqlFunctions;

namespace NanoIoT.Cloud.Rules.Sql;

/// <summary>Numbers. What is no number, and no string that is one, gives Undefined.</summary>
internal static class MathFunctions
{
    private const string Group = "numbers";
    private const int MaxPlaces = 28;

    public static IEnumerable<SqlFunction> All =>
    [
        Define("abs", 1, 1, Group, Unary(value => Number(value, Math.Abs, Math.Abs))),
        Define("acos", 1, 1, Group, Real(Math.Acos)),
        Define("asin", 1, 1, Group, Real(Math.Asin)),
        Define("atan", 1, 1, Group, Real(Math.Atan)),
        Define("atan2", 2, 2, Group, Real(Math.Atan2)),
        Define("bitand", 2, 2, Group, Bits((a, b) => a & b)),
        Define("bitnot", 1, 1, Group, Unary(value => ToLong(value) is long bits ? SqlValue.Of(~bits) : SqlValue.Undefined)) with { Note = "AWS's example, bitnot(13) = 2, is not its own rule; this is -14" },
        Define("bitor", 2, 2, Group, Bits((a, b) => a | b)),
        Define("bitxor", 2, 2, Group, Bits((a, b) => a ^ b)),
        Define("ceil", 1, 1, Group, Unary(value => Whole(value, decimal.Ceiling, Math.Ceiling))),
        Define("cos", 1, 1, Group, Real(Math.Cos)),
        Define("cosh", 1, 1, Group, Real(Math.Cosh)),
        Define("exp", 1, 1, Group, Real(Math.Exp)),
        Define("floor", 1, 1, Group, Unary(value => Whole(value, decimal.Floor, Math.Floor))),
        Define("ln", 1, 1, Group, Real((double value) => Math.Log(value))),
        Define("log", 1, 1, Group, Real(Math.Log10)),
        Define("mod", 2, 2, Group, Binary((a, b) => SqlOperators.Calculate(SqlOperator.Modulo, a, b))),
        Define("nanvl", 2, 2, Group, Binary((a, b) => a.IsNullOrUndefined ? b : a)),
        Define("power", 2, 2, Group, Real(Math.Pow)),
        Define("rand", 0, 0, Group, _ => _ => SqlValue.OfDouble(Random.Shared.NextDouble())),
        Define("remainder", 2, 2, Group, Binary((a, b) => SqlOperators.Calculate(SqlOperator.Modulo, a, b))),
        Define("round", 1, 1, Group, Unary(value => Whole(value, number => decimal.Round(number, MidpointRounding.AwayFromZero), number => Math.Round(number, MidpointRounding.AwayFromZero)))),
        Define("sign", 1, 1, Group, Unary(value => value.ToNumber() is { IsUndefined: false } number ? SqlValue.Of(Math.Sign(number.IsDouble ? number.Double : (double)number.Number)) : SqlValue.Undefined)),
        Define("sin", 1, 1, Group, Real(Math.Sin)),
        Define("sinh", 1, 1, Group, Real(Math.Sinh)),
        Define("sqrt", 1, 1, Group, Real(Math.Sqrt)),
        Define("tan", 1, 1, Group, Real(Math.Tan)),
        Define("tanh", 1, 1, Group, Real(Math.Tanh)),
        Define("trunc", 2, 2, Group, Binary(Truncate)) with { Note = "at most 28 places (AWS: 34)" },
    ];

    private static Func<SqlCallSite, SqlEvaluator> Real(Func<double, double> apply) => Unary(value => value.ToNumber() is { IsUndefined: false } number ? SqlValue.OfDouble(apply(number.Double)) : SqlValue.Undefined);

    private static Func<SqlCallSite, SqlEvaluator> Real(Func<double, double, double> apply) => Binary((a, b) =>
        a.ToNumber() is { IsUndefined: false } first && b.ToNumber() is { IsUndefined: false } second ? SqlValue.OfDouble(apply(first.Double, second.Double)) : SqlValue.Undefined);

    private static Func<SqlCallSite, SqlEvaluator> Bits(Func<long, long, long> apply) => Binary((a, b) =>
        ToLong(a) is long first && ToLong(b) is long second ? SqlValue.Of(apply(first, second)) : SqlValue.Undefined);

    private static long? ToLong(SqlValue value) => value.ToInt() is decimal whole && whole is >= long.MinValue and <= long.MaxValue ? (long)whole : null;

    private static SqlValue Number(SqlValue value, Func<decimal, decimal> exact, Func<double, double> real)
    {
        SqlValue number = value.ToNumber();
        return number.Kind switch
        {
            SqlKind.Undefined => number,
            _ when number.IsDouble => SqlValue.OfDouble(real(number.Double)),
            SqlKind.Int => SqlValue.OfInt(exact(number.Number)),
            _ => SqlValue.OfDecimal(exact(number.Number)),
        };
    }

    private static SqlValue Whole(SqlValue value, Func<decimal, decimal> exact, Func<double, double> real)
    {
        SqlValue number = value.ToNumber();
        return number.IsUndefined ? number : number.IsDouble ? SqlValue.OfDouble(real(number.Double)) : SqlValue.OfInt(exact(number.Number));
    }

    private static SqlValue Truncate(SqlValue value, SqlValue places)
    {
        SqlValue number = value.ToNumber();
        if (number.IsUndefined || number.IsDouble || !places.IsNumber || places.ToInt() is not decimal wanted)
        {
            return number.IsDouble ? number : SqlValue.Undefined;
        }

        decimal kept = decimal.Round(number.Number, (int)Math.Clamp(wanted, 0, MaxPlaces), MidpointRounding.ToZero);
        return decimal.IsInteger(kept) ? SqlValue.OfInt(kept) : SqlValue.OfDecimal(kept).Trimmed();
    }
}
