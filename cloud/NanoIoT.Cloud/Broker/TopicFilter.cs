using System.Text;

namespace NanoIoT.Cloud.Broker;

/// <summary>Topics and topic filters: what may stand in them, and which matches which (MQTT 3.1.1, section 4.7).</summary>
internal static class TopicFilter
{
    /// <summary>AWS IoT's limit, in bytes of UTF-8.</summary>
    public const int MaxBytes = 256;

    /// <summary>AWS IoT's limit.</summary>
    public const int MaxSlashes = 7;

    private const string SharePrefix = "$share/";

    /// <summary>Why a topic cannot be published on, or null where it can.</summary>
    public static string? CheckTopic(string topic)
    {
        // U+FFFD stands where the topic's bytes were no UTF-8.
        return topic.Length == 0 ? "empty topic"
            : topic.AsSpan().ContainsAny(['+', '#', '\0', '\uFFFD']) ? "wildcard, NUL or bytes that are no UTF-8 in the topic"
            : CheckLength(topic);
    }

    /// <summary>Why a filter cannot be subscribed, or null where it can.</summary>
    public static string? CheckFilter(string filter)
    {
        if (filter.Length == 0 || filter.AsSpan().ContainsAny(['\0', '\uFFFD']))
        {
            return "empty filter, NUL or bytes that are no UTF-8";
        }

        string plain = filter;
        if (filter.StartsWith(SharePrefix, StringComparison.Ordinal) && !TryShare(filter, out _, out plain))
        {
            return "malformed shared subscription";
        }

        ReadOnlySpan<char> rest = plain;
        foreach (Range range in rest.Split('/'))
        {
            ReadOnlySpan<char> level = rest[range];
            if ((level.Contains('+') && level.Length > 1) || (level.Contains('#') && (level.Length > 1 || range.End.GetOffset(rest.Length) != rest.Length)))
            {
                return "a wildcard is not a whole level, or # is not the last";
            }
        }

        return CheckLength(plain);
    }

    /// <summary>Takes a shared subscription apart.</summary>
    public static bool TryShare(string filter, out string group, out string plain)
    {
        group = string.Empty;
        plain = filter;
        if (!filter.StartsWith(SharePrefix, StringComparison.Ordinal))
        {
            return false;
        }

        int slash = filter.IndexOf('/', SharePrefix.Length);
        if (slash <= SharePrefix.Length || slash == filter.Length - 1)
        {
            return false;
        }

        group = filter[SharePrefix.Length..slash];
        plain = filter[(slash + 1)..];
        return !group.AsSpan().ContainsAny('+', '#');
    }

    /// <summary>Whether a topic matches a filter.</summary>
    public static bool Matches(ReadOnlySpan<char> filter, ReadOnlySpan<char> topic)
    {
        if (topic.Length > 0 && topic[0] == '$' && filter.Length > 0 && filter[0] is '+' or '#')
        {
            return false;
        }

        while (true)
        {
            int filterEnd = filter.IndexOf('/');
            ReadOnlySpan<char> filterLevel = filterEnd < 0 ? filter : filter[..filterEnd];
            if (filterLevel is "#")
            {
                return true;
            }

            int topicEnd = topic.IndexOf('/');
            ReadOnlySpan<char> topicLevel = topicEnd < 0 ? topic : topic[..topicEnd];
            if (filterLevel is not "+" && !filterLevel.SequenceEqual(topicLevel))
            {
                return false;
            }

            if (filterEnd < 0 || topicEnd < 0)
            {
                return (filterEnd < 0 && topicEnd < 0) || (topicEnd < 0 && filter[(filterEnd + 1)..] is "#");
            }

            filter = filter[(filterEnd + 1)..];
            topic = topic[(topicEnd + 1)..];
        }
    }

    private static string? CheckLength(string text) =>
        Encoding.UTF8.GetByteCount(text) > MaxBytes ? "topic over 256 bytes"
        : text.AsSpan().Count('/') > MaxSlashes ? "topic over 7 slashes"
        : null;
}
