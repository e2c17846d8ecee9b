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
}
