using static NanoIoT.Cloud.Rules.Sql.SqlFunctions;

namespace NanoIoT.Cloud.Rules.Sql;

/// <summary>Times as text and back.</summary>
internal static class TimeFunctions
{
    private const string Group = "times";

    /// <summary>9999-12-31, in Unix milliseconds.</summary>
    private const decimal MaxTime = 253_402_300_799_999;

    /// <summary>0001-01-01.</summary>
    private const decimal MinTime = -62_135_596_800_000;

    public static IEnumerable<SqlFunction> All =>
    [
        Define("parse_time", 2, 3, Group, ParseTime) with { IsNew = true, Check = CheckPattern(0), Note = "patterns of letters G y Y u M d D E e a h H K k m s S z Z x X w and quoted text" },
        Define("time_to_epoch", 2, 2, Group, TimeToEpoch) with { IsNew = true, Check = CheckPattern(1), Note = "patterns of letters y u M d E a h H K k m s S z V Z x X and quoted text" },
    ];

    private static Func<IReadOnlyList<SqlExpression>, string?> CheckPattern(int index) => arguments =>
        arguments[index] is LiteralExpression { Value.Kind: SqlKind.String } literal ? TimePattern.Check(literal.Value.Text) : null;

    private static SqlEvaluator ParseTime(SqlCallSite site)
    {
        TimePattern? constant = site.Constant(0)?.ToText() is string known ? TimePattern.Parse(known) : null;
        SqlEvaluator pattern = site.Arguments[0];
        SqlEvaluator time = site.Arguments[1];
        SqlEvaluator? zone = site.Arguments.Length > 2 ? site.Arguments[2] : null;
        return context =>
        {
            TimePattern? chosen = constant ?? (pattern(context).ToText() is string text ? TimePattern.Parse(text) : null);
            TimeZoneInfo? place = zone is null ? TimeZoneInfo.Utc : zone(context).ToText() is string name ? TimePattern.FindZone(name) : null;
            return chosen is null || place is null || time(context).ToInt() is not decimal at || at is < MinTime or > MaxTime
                ? SqlValue.Undefined
                : SqlValue.Of(chosen.Format(DateTimeOffset.FromUnixTimeMilliseconds((long)at), place));
        };
    }

    private static SqlEvaluator TimeToEpoch(SqlCallSite site)
    {
        TimePattern? constant = site.Constant(1)?.ToText() is string known ? TimePattern.Parse(known) : null;
        SqlEvaluator text = site.Arguments[0];
        SqlEvaluator pattern = site.Arguments[1];
        return context =>
        {
            TimePattern? chosen = constant ?? (pattern(context).ToText() is string written ? TimePattern.Parse(written) : null);
            return chosen is not null && text(context).ToText() is string value && chosen.Read(value) is long time ? SqlValue.Of(time) : SqlValue.Undefined;
        };
    }
}
