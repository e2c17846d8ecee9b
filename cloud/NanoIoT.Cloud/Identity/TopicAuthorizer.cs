using NanoIoT.Cloud.Registry;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Identity;

/// <summary>
/// What a thing may publish and subscribe: its own topics and no others, and the announcements of its own groups and
/// region. Wildcards may stand only where everything they match is the thing's own.
/// </summary>
public sealed class TopicAuthorizer
{
    private readonly IRegistry _registry;

    /// <summary>Creates the authorizer.</summary>
    /// <param name="registry">Where groups and regions are.</param>
    public TopicAuthorizer(IRegistry registry)
    {
        _registry = registry;
    }

    /// <summary>Whether a thing may publish.</summary>
    /// <param name="thing">The thing.</param>
    /// <param name="topic">The topic.</param>
    /// <returns>True where it may.</returns>
    public static bool MayPublish(string thing, string topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        // U+FFFD stands where the topic's bytes were no UTF-8.
        if (topic.AsSpan().ContainsAny(['+', '#', '\0', '\uFFFD']))
        {
            return false;
        }

        if (topic.StartsWith(Topics.AwsThingPrefix, StringComparison.Ordinal))
        {
            // Requests are a device's to send; their answers are the service's.
            string shadow = Topics.AwsThingPrefix + thing + "/shadow";
            return topic.StartsWith(shadow + "/", StringComparison.Ordinal)
                && (topic.EndsWith("/get", StringComparison.Ordinal) || topic.EndsWith("/update", StringComparison.Ordinal) || topic.EndsWith("/delete", StringComparison.Ordinal));
        }

        return topic.StartsWith(Topics.ThingPrefix + thing + "/", StringComparison.Ordinal)
            && !topic.EndsWith("/accepted", StringComparison.Ordinal) && !topic.EndsWith("/rejected", StringComparison.Ordinal);
    }

    /// <summary>Whether a thing may subscribe.</summary>
    /// <param name="thing">The thing.</param>
    /// <param name="filter">The topic filter.</param>
    /// <returns>True where it may.</returns>
    public bool MaySubscribe(string thing, string filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (filter.StartsWith(Topics.ThingPrefix + thing + "/", StringComparison.Ordinal)
            || filter.StartsWith(Topics.AwsThingPrefix + thing + "/", StringComparison.Ordinal))
        {
            return true;
        }

        string[] levels = filter.Split('/');
        if (!filter.StartsWith(Topics.OtaPrefix, StringComparison.Ordinal) || levels[^1] == "#")
        {
            return false;
        }

        Thing? known = _registry.Find(thing);
        return levels switch
        {
            [_, _, "all", _] => true,
            [_, _, "thing", string name, _] => name == thing,
            [_, _, "region", string region, _] => known is not null && region.Length > 0 && region == known.Region,
            [_, _, "group", string group, _] => known is not null && known.Groups.Contains(group),
            [_, _, "group", string group, "region", string region, _] => known is not null && known.Groups.Contains(group) && region == known.Region,
            _ => false,
        };
    }
}
