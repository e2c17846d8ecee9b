using MQTTnet.Packets;

namespace NanoIoT.Cloud.Broker;

/// <summary>What MQTT 5 sends beside a message; passed on as it came.</summary>
public sealed record MessageProperties
{
    /// <summary>The payload's content type, or null.</summary>
    public string? ContentType { get; init; }

    /// <summary>Where an answer is to go, or null.</summary>
    public string? ResponseTopic { get; init; }

    /// <summary>What an answer carries, or null.</summary>
    public byte[]? CorrelationData { get; init; }

    /// <summary>Whether the payload is UTF-8.</summary>
    public bool IsUtf8 { get; init; }

    /// <summary>When the message is not worth sending any more, Unix milliseconds, or null.</summary>
    public long? Expires { get; init; }

    /// <summary>Names and values.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> UserProperties { get; init; } = [];

    /// <summary>The properties of a packet, or null where it has none.</summary>
    internal static MessageProperties? Create(string? contentType, string? responseTopic, byte[]? correlationData, bool isUtf8, long? expires, IReadOnlyCollection<MqttUserProperty>? userProperties) =>
        contentType is null && responseTopic is null && correlationData is null && !isUtf8 && expires is null && (userProperties is null || userProperties.Count == 0)
            ? null
            : new MessageProperties
            {
                ContentType = contentType,
                ResponseTopic = responseTopic,
                CorrelationData = correlationData,
                IsUtf8 = isUtf8,
                Expires = expires,
                UserProperties = userProperties is null ? [] : [.. userProperties.Select(item => KeyValuePair.Create(item.Name, item.ReadValueAsString()))],
            };
}
