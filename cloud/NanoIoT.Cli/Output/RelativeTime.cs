namespace NanoIoT.Cli.Output;

/// <summary>Times as people say them.</summary>
internal static class RelativeTime
{
    /// <summary>A moment, seen from now.</summary>
    /// <param name="moment">The moment.</param>
    /// <param name="now">Now.</param>
    /// <returns>E.g. <c>3 min ago</c>, <c>in 2 h</c>.</returns>
    public static string Format(DateTimeOffset moment, DateTimeOffset now)
    {
        TimeSpan distance = now - moment;
        string text = Length(distance.Duration());
        if (distance.Duration() < TimeSpan.FromSeconds(1))
        {
            return "just now";
        }

        return distance > TimeSpan.Zero ? text + " ago" : "in " + text;
    }

    private static string Length(TimeSpan length) => length switch
    {
        { TotalSeconds: < 100 } => $"{(int)length.TotalSeconds} s",
        { TotalMinutes: < 100 } => $"{(int)length.TotalMinutes} min",
        { TotalHours: < 48 } => $"{(int)length.TotalHours} h",
        _ => $"{(int)length.TotalDays} days",
    };
}
