using System.Globalization;
using System.Text;

namespace NanoIoT.Cloud.Rules.Sql;

/// <summary>
/// Date patterns as Java's (Joda-Time's for writing, java.time's for reading): letters stand for parts, how many for their
/// form; text stands in single quotes.
/// </summary>
internal sealed class TimePattern
{
    private const string Letters = "GyYuMdDEeahHKkmsSzZxXwV";
    private const int MaxRepeat = 12;

    private static readonly string[] s_months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
    private static readonly string[] s_days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

    private readonly List<(char Letter, int Count, string Text)> _parts;

    private TimePattern(List<(char Letter, int Count, string Text)> parts) => _parts = parts;

    /// <summary>What is wrong with a pattern, or null.</summary>
    public static string? Check(string pattern) => Split(pattern, out string? wrong) is null ? wrong : null;

    public static TimePattern? Parse(string pattern) => Split(pattern, out _) is { } parts ? new TimePattern(parts) : null;

    /// <summary>A zone of the tz database, UTC, or an offset.</summary>
    public static TimeZoneInfo? FindZone(string name)
    {
        if (name is "UTC" or "GMT" or "Z" or "UT")
        {
            return TimeZoneInfo.Utc;
        }

        string offset = name.StartsWith("UTC", StringComparison.Ordinal) || name.StartsWith("GMT", StringComparison.Ordinal) ? name[3..] : name;
        if (ReadOffset(offset) is TimeSpan span)
        {
            return TimeZoneInfo.CreateCustomTimeZone(name, span, name, name);
        }

        // The database's names alone: a path is none.
        return name.Length <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+') && !name.StartsWith('/') && TimeZoneInfo.TryFindSystemTimeZoneById(name, out TimeZoneInfo? zone) ? zone : null;
    }

    public string Format(DateTimeOffset time, TimeZoneInfo zone)
    {
        DateTimeOffset local = TimeZoneInfo.ConvertTime(time, zone);
        var text = new StringBuilder();
        foreach ((char letter, int count, string literal) in _parts)
        {
            switch (letter)
            {
                case '\'':
                    text.Append(literal);
                    break;
                case 'G':
                    text.Append("AD");
                    break;
                case 'y' or 'Y' or 'u':
                    Number(text, count == 2 ? local.Year % 100 : local.Year, count);
                    break;
                case 'M' when count >= 3:
                    text.Append(count == 3 ? s_months[local.Month - 1][..3] : s_months[local.Month - 1]);
                    break;
                case 'E':
                    text.Append(count <= 3 ? s_days[(int)local.DayOfWeek][..3] : s_days[(int)local.DayOfWeek]);
                    break;
                case 'a':
                    text.Append(local.Hour < 12 ? "AM" : "PM");
                    break;
                case 'S':
                    text.Append(local.Ticks.ToString(CultureInfo.InvariantCulture).PadLeft(7, '0')[^7..].PadRight(count, '0')[..count]);
                    break;
                case 'z' or 'V':
                    text.Append(letter == 'V' || count > 3 ? zone.Id : ZoneName(zone, local));
                    break;
                case 'Z' when count > 2:
                    text.Append(zone.Id);
                    break;
                case 'Z' or 'x' or 'X':
                    Offset(text, local.Offset, letter, count);
                    break;
                default:
                    Number(text, PartOf(local, letter), count);
                    break;
            }
        }

        return text.ToString();
    }

    /// <summary>The time a text says, Unix milliseconds, or null.</summary>
    public long? Read(string text)
    {
        int at = 0;
        int year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0, millisecond = 0;
        bool? isAfternoon = null;
        TimeZoneInfo zone = TimeZoneInfo.Utc;
        for (int i = 0; i < _parts.Count; i++)
        {
            (char letter, int count, string literal) = _parts[i];

            // Digits that follow each other without anything between are told apart by their number.
            int width = i + 1 < _parts.Count && IsNumeric(_parts[i + 1]) ? count : int.MaxValue;
            switch (letter)
            {
                case '\'':
                    if (string.CompareOrdinal(text, at, literal, 0, literal.Length) != 0)
                    {
                        return null;
                    }

                    at += literal.Length;
                    break;
                case 'y' or 'u':
                    if (ReadNumber(text, ref at, width) is not int years)
                    {
                        return null;
                    }

                    year = count == 2 ? 2000 + years : years;
                    break;
                case 'M' when count >= 3:
                    if (ReadName(text, ref at, s_months, count == 3) is not int named)
                    {
                        return null;
                    }

                    month = named + 1;
                    break;
                case 'E':
                    if (ReadName(text, ref at, s_days, count <= 3) is null)
                    {
                        return null;
                    }

                    break;
                case 'a':
                    string half = at + 2 <= text.Length ? text.Substring(at, 2).ToUpperInvariant() : string.Empty;
                    if (half is not ("AM" or "PM"))
                    {
                        return null;
                    }

                    isAfternoon = half == "PM";
                    at += 2;
                    break;
                case 'S':
                    int start = at;
                    if (ReadNumber(text, ref at, count) is not int fraction || at - start != count)
                    {
                        return null;
                    }

                    millisecond = (int)(fraction / Math.Pow(10, count) * 1000);
                    break;
                case 'z' or 'V' or 'Z' or 'x' or 'X':
                    int end = at;
                    while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '/' or '_' or '+' or '-' or ':'))
                    {
                        end++;
                    }

                    if (FindZone(text[at..end]) is not TimeZoneInfo found)
                    {
                        return null;
                    }

                    zone = found;
                    at = end;
                    break;
                default:
                    if (ReadNumber(text, ref at, width) is not int value)
                    {
                        return null;
                    }

                    switch (letter)
                    {
                        case 'M':
                            month = value;
                            break;
                        case 'd':
                            day = value;
                            break;
                        case 'h' or 'K' or 'H' or 'k':
                            hour = letter == 'h' ? value % 12 : letter == 'k' ? value % 24 : value;
                            break;
                        case 'm':
                            minute = value;
                            break;
                        case 's':
                            second = value;
                            break;
                        default:
                            return null;
                    }

                    break;
            }
        }

        if (at != text.Length || year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
        {
            return null;
        }

        var local = new DateTime(year, month, day, hour, minute, second, millisecond, DateTimeKind.Unspecified);
        if (isAfternoon == true && hour < 12)
        {
            local = local.AddHours(12);
        }

        return (long)(local - zone.GetUtcOffset(local) - DateTime.UnixEpoch).TotalMilliseconds;
    }

    private static List<(char Letter, int Count, string Text)>? Split(string pattern, out string? wrong)
    {
        var parts = new List<(char, int, string)>();
        wrong = null;
        for (int at = 0; at < pattern.Length;)
        {
            char c = pattern[at];
            if (c == '\'')
            {
                int end = pattern.IndexOf('\'', at + 1);
                if (end < 0)
                {
                    wrong = "the pattern's quoted text has no end";
                    return null;
                }

                parts.Add(('\'', 1, end == at + 1 ? "'" : pattern[(at + 1)..end]));
                at = end + 1;
            }
            else if (char.IsAsciiLetter(c))
            {
                int count = 1;
                while (at + count < pattern.Length && pattern[at + count] == c)
                {
                    count++;
                }

                if (!Letters.Contains(c, StringComparison.Ordinal) || count > MaxRepeat)
                {
                    wrong = $"the pattern's letter {c} is not supported";
                    return null;
                }

                parts.Add((c, count, string.Empty));
                at += count;
            }
            else
            {
                parts.Add(('\'', 1, c.ToString()));
                at++;
            }
        }

        return parts;
    }

    private static bool IsNumeric((char Letter, int Count, string Text) part) => part.Letter is 'y' or 'u' or 'd' or 'h' or 'H' or 'K' or 'k' or 'm' or 's' or 'S' || (part.Letter == 'M' && part.Count < 3);

    private static int PartOf(DateTimeOffset time, char letter) => letter switch
    {
        'M' => time.Month,
        'd' => time.Day,
        'D' => time.DayOfYear,
        'e' => time.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)time.DayOfWeek,
        'w' => ISOWeek.GetWeekOfYear(time.DateTime),
        'h' => time.Hour % 12 == 0 ? 12 : time.Hour % 12,
        'K' => time.Hour % 12,
        'H' => time.Hour,
        'k' => time.Hour == 0 ? 24 : time.Hour,
        'm' => time.Minute,
        _ => time.Second,
    };

    private static string ZoneName(TimeZoneInfo zone, DateTimeOffset local) => ReferenceEquals(zone, TimeZoneInfo.Utc) ? "UTC" : zone.IsDaylightSavingTime(local) ? zone.DaylightName : zone.StandardName;

    private static void Number(StringBuilder text, int value, int count) => text.Append(value.ToString(CultureInfo.InvariantCulture).PadLeft(count, '0'));

    private static void Offset(StringBuilder text, TimeSpan offset, char letter, int count)
    {
        if (letter == 'X' && offset == TimeSpan.Zero)
        {
            text.Append('Z');
            return;
        }

        bool hasColon = letter == 'Z' ? count == 2 : count == 3;
        text.Append(offset < TimeSpan.Zero ? '-' : '+').Append(offset.ToString("hh", CultureInfo.InvariantCulture));
        if (letter == 'Z' || count > 1 || offset.Minutes != 0)
        {
            text.Append(hasColon ? ":" : string.Empty).Append(offset.ToString("mm", CultureInfo.InvariantCulture));
        }
    }

    private static TimeSpan? ReadOffset(string text)
    {
        if (text.Length is < 2 or > 6 || text[0] is not ('+' or '-'))
        {
            return null;
        }

        string digits = text[1..].Replace(":", string.Empty, StringComparison.Ordinal);
        if (digits.Length is 0 or 3 or > 4 || !digits.All(char.IsAsciiDigit))
        {
            return null;
        }

        int hours = int.Parse(digits.Length <= 2 ? digits : digits[..2], CultureInfo.InvariantCulture);
        int minutes = digits.Length == 4 ? int.Parse(digits[2..], CultureInfo.InvariantCulture) : 0;
        return hours > 14 || minutes > 59 || (hours == 14 && minutes > 0) ? null : new TimeSpan(hours, minutes, 0) * (text[0] == '-' ? -1 : 1);
    }

    private static int? ReadNumber(string text, ref int at, int width)
    {
        int start = at;
        int value = 0;
        while (at < text.Length && char.IsAsciiDigit(text[at]) && at - start < Math.Min(width, 9))
        {
            value = (value * 10) + (text[at++] - '0');
        }

        return at == start ? null : value;
    }

    private static int? ReadName(string text, ref int at, string[] names, bool isShort)
    {
        for (int i = 0; i < names.Length; i++)
        {
            string name = isShort ? names[i][..3] : names[i];
            if (string.Compare(text, at, name, 0, name.Length, StringComparison.OrdinalIgnoreCase) == 0)
            {
                at += name.Length;
                return i;
            }
        }

        return null;
    }
}
