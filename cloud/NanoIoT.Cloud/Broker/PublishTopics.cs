using NanoIoT.Cloud.Identity.Provisioning;
using NanoIoT.Cloud.Rules;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Broker;

/// <summary>What topics of messages say.</summary>
public static class PublishTopics
{
    /// <summary>Why a client may not publish on a topic whatever its policies say, or null.</summary>
    /// <param name="topic">The topic.</param>
    /// <returns>The reason.</returns>
    public static string? Check(string topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        if (TopicFilter.CheckTopic(topic) is string malformed)
        {
            return malformed;
        }

        if (topic[0] != '$')
        {
            return null;
        }

        // Requests are a client's to send; answers and events are the service's.
        bool isShadow = topic.StartsWith(Topics.AwsThingPrefix, StringComparison.Ordinal) && topic.Contains("/shadow/", StringComparison.Ordinal)
            && (topic.EndsWith("/get", StringComparison.Ordinal) || topic.EndsWith("/update", StringComparison.Ordinal) || topic.EndsWith("/delete", StringComparison.Ordinal));
        bool isProvisioning = topic is CertificateTopics.Create or CertificateTopics.CreateFromCsr
            || (topic.StartsWith(CertificateTopics.ProvisionPrefix, StringComparison.Ordinal) && topic.EndsWith("/provision/json", StringComparison.Ordinal));
        bool isForRule = topic.StartsWith(RuleEngine.BasicIngest, StringComparison.Ordinal) && topic.Length > RuleEngine.BasicIngest.Length;
        return isShadow || isProvisioning || isForRule ? null : "reserved topic";
    }

    /// <summary>
    /// Whether messages on a topic are between a device and the service alone: requests of fleet provisioning carry tokens, so no other
    /// client, rule or live query gets them.
    /// </summary>
    /// <param name="topic">The topic.</param>
    /// <returns>True where they are.</returns>
    public static bool IsPrivate(string topic) => topic is CertificateTopics.Create or CertificateTopics.CreateFromCsr
        || topic.StartsWith(CertificateTopics.ProvisionPrefix, StringComparison.Ordinal);

    /// <summary>The thing a topic is of: the level after <c>nanoiot/things/</c> or <c>$aws/things/</c>.</summary>
    /// <param name="topic">The topic.</param>
    /// <returns>The thing, or null.</returns>
    public static string? ThingOf(string topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        string? prefix = topic.StartsWith(Topics.ThingPrefix, StringComparison.Ordinal) ? Topics.ThingPrefix
            : topic.StartsWith(Topics.AwsThingPrefix, StringComparison.Ordinal) ? Topics.AwsThingPrefix
            : null;
        if (prefix is null)
        {
            return null;
        }

        int slash = topic.IndexOf('/', prefix.Length);
        return slash < 0 ? null : topic[prefix.Length..slash];
    }
}
