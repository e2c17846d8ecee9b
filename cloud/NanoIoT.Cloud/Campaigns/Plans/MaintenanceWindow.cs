using System.Globalization;
using System.Text.Json.Serialization;

namespace NanoIoT.Cloud.Campaigns.Plans;

/// <summary>When boards may start: a time of day of their own (the thing's attribute <c>timeZone</c>, an IANA name; UTC where it has none).</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record MaintenanceWindow
{
    /// <summary>When it opens, <c>HH:mm</c>.</summary>
    public required string Start { get; init; }

    /// <summary>How long it is open, 5 to 1,440 minutes.</summary>
    public required int Minutes { get; init; }

    /// <summary>On which days it opens, of <c>mon tue wed thu fri sat sun</c>; none for every day.</summary>
    public IReadOnlyList<string> Days { get; init; } = [];

    [JsonIgnore]
    internal bool IsValid => TimeOnly.TryParseExact(Start, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
        && Minutes is >= 5 and <= 1440 && Days.All(day => DayOf(day) is not null) && Days.Distinct().Count() == Days.Count;

    /// <summary>The window that is open, or the next one.</summary>
    /// <param name="now">Unix seconds.</param>
    /// <param name="zone">The board's time zone.</param>
    /// <returns>Its beginning and end, Unix seconds.</returns>
    internal (long From, long To) Next(long now, TimeZoneInfo zone)
    {
        TimeOnly opens = TimeOnly.ParseExact(Start, "HH:mm", CultureInfo.InvariantCulture);
        DayOfWeek?[] days = [.. Days.Select(DayOf)];
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(now), zone).DateTime);
        for (int i = -1; i <= 8; i++)
        {
            DateOnly day = today.AddDays(i);
            if (days.Length == 0 || days.Contains(day.DayOfWeek))
            {
                long from = ToUnix(day.ToDateTime(opens), zone);
                long to = from + (Minutes * 60L);
                if (to > now)
                {
                    return (from, to);
                }
            }
        }

        throw new InvalidOperationException("a window opens every week");
    }

    /// <summary>A time that clocks skip in spring is taken an hour later; of one that they show twice in autumn, the first.</summary>
    private static long ToUnix(DateTime local, TimeZoneInfo zone)
    {
        DateTime valid = zone.IsInvalidTime(local) ? local.AddHours(1) : local;
        TimeSpan offset = zone.IsAmbiguousTime(valid) ? zone.GetAmbiguousTimeOffsets(valid).Max() : zone.GetUtcOffset(valid);
        return new DateTimeOffset(valid, offset).ToUnixTimeSeconds();
    }

    private static DayOfWeek? DayOf(string day) => day switch
    {
        "mon" => DayOfWeek.Monday,
        "tue" => DayOfWeek.Tuesday,
        "wed" => DayOfWeek.Wednesday,
        "thu" => DayOfWeek.Thursday,
        "fri" => DayOfWeek.Friday,
        "sat" => DayOfWeek.Saturday,
        "sun" => DayOfWeek.Sunday,
        _ => null,
    };
}
