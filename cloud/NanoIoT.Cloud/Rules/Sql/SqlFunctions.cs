using System.Collections.Frozen;

namespace NanoIoT.Cloud.Rules.Sql;

/// <summary>The functions, by name.</summary>
internal static class SqlFunctions
{
    private static readonly FrozenDictionary<string, SqlFunction> s_byName =
        new[] { MathFunctions.All, TextFunctions.All, HashFunctions.All, TimeFunctions.All, TypeFunctions.All, MessageFunctions.All, ExternalFunctions.All }
            .SelectMany(group => group).ToFrozenDictionary(function => function.Name, StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<SqlFunction> All => s_byName.Values.OrderBy(function => function.Name, StringComparer.Ordinal);

    public static SqlFunction? Find(string name) => s_byName.GetValueOrDefault(name);

    /// <summary>A function whose name is much like one there is not, as a hint; or null.</summary>
    public static string? Suggest(string name)
    {
        if (name.Length > 32)
        {
            return null;
        }

        SqlFunction nearest = s_byName.Values.MinBy(function => Distance(function.Name, name.ToLowerInvariant()))!;
        return Distance(nearest.Name, name.ToLowerInvariant()) <= 2 ? $"did you mean {nearest.Name}?" : null;
    }

    internal static SqlFunction Define(string name, int min, int max, string group, Func<SqlCallSite, SqlEvaluator> compile) => new(name, min, max, group, compile);

    /// <summary>A function of one value.</summary>
    internal static Func<SqlCallSite, SqlEvaluator> Unary(Func<SqlValue, SqlValue> apply) => site =>
    {
        SqlEvaluator argument = site.Arguments[0];
        return context => apply(argument(context));
    };

    /// <summary>A function of two values.</summary>
    internal static Func<SqlCallSite, SqlEvaluator> Binary(Func<SqlValue, SqlValue, SqlValue> apply) => site =>
    {
        SqlEvaluator first = site.Arguments[0];
        SqlEvaluator second = site.Arguments[1];
        return context => apply(first(context), second(context));
    };

    /// <summary>A function of many values.</summary>
    internal static Func<SqlCallSite, SqlEvaluator> Many(Func<SqlValue[], SqlValue> apply) => site =>
    {
        SqlEvaluator[] arguments = site.Arguments;
        return context =>
        {
            var values = new SqlValue[arguments.Length];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = arguments[i](context);
            }

            return apply(values);
        };
    };

    private static int Distance(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
