using MQTTnet.Packets;
using MQTTnet.Protocol;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Rules;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Broker.External;

/// <summary>What the service takes from a broker of some kind, and what that kind does not have.</summary>
internal sealed record BrokerDialect
{
    private const string PresencePrefix = "$aws/events/presence/";

    /// <summary>What all sessions subscribe to together.</summary>
    public required IReadOnlyList<string> Shared { get; init; }

    /// <summary>What each session subscribes to by itself; topics that begin with <c>$</c>.</summary>
    public required IReadOnlyList<string> Own { get; init; }

    /// <summary>Where it says who is connected.</summary>
    public required IReadOnlyList<string> Presence { get; init; }

    /// <summary>How long a session outlives its connection.</summary>
    public required uint SessionSeconds { get; init; }

    /// <summary>Whether subscriptions may say that they want no retained messages, or none of the subscriber's own.</summary>
    public bool HasOptions { get; init; } = true;

    /// <summary>A broker and no more: everything comes here, for shadows and rules.</summary>
    public static BrokerDialect Mqtt { get; } = new()
    {
        Shared = ["#"],
        Own =
        [
            "$aws/things/+/shadow/get", "$aws/things/+/shadow/update", "$aws/things/+/shadow/delete",
            "$aws/things/+/shadow/name/+/get", "$aws/things/+/shadow/name/+/update", "$aws/things/+/shadow/name/+/delete",
            RuleEngine.BasicIngest + "#",
        ],
        Presence = [PresencePrefix + "+/+"],
        SessionSeconds = 7 * 24 * 3600,
    };

    /// <summary>AWS IoT Core: what campaigns need, for each message delivered is paid; sessions live for its default of an hour.</summary>
    public static BrokerDialect AwsIot { get; } = new()
    {
        Shared = [Topics.AllProgress, Topics.UrlGet("+")],
        Own = [],
        Presence = [PresencePrefix + "connected/+", PresencePrefix + "disconnected/+"],
        SessionSeconds = 3600,
        HasOptions = false,
    };

    public static BrokerDialect Of(BrokerKind kind) => kind == BrokerKind.AwsIot ? AwsIot : Mqtt;

    /// <summary>Whether a topic says who is connected.</summary>
    public static bool IsPresence(string topic) => topic.StartsWith(PresencePrefix, StringComparison.Ordinal);

    /// <summary>A subscription, at least once.</summary>
    public MqttTopicFilter Filter(string topic, bool noLocal = false) => new()
    {
        Topic = topic,
        QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        NoLocal = noLocal && HasOptions,
        RetainHandling = HasOptions ? MqttRetainHandling.DoNotSendOnSubscribe : MqttRetainHandling.SendAtSubscribe,
    };
}
