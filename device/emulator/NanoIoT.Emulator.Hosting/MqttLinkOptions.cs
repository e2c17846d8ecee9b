namespace NanoIoT.Emulator.Hosting;

/// <summary>Options of an MQTT client.</summary>
public sealed class MqttLinkOptions
{
    /// <summary>Host name or address.</summary>
    public required string Host { get; init; }

    /// <summary>TCP port.</summary>
    public required int Port { get; init; }

    /// <summary>Whether over TLS.</summary>
    public bool UseTls { get; init; }

    /// <summary>The CA certificate, PEM, or null for no check.</summary>
    public string? CaPem { get; init; }

    /// <summary>The client's certificate, PEM, or null.</summary>
    public string? CertificatePem { get; init; }

    /// <summary>The client's private key, PEM, or null.</summary>
    public string? PrivateKeyPem { get; init; }

    /// <summary>Whether to offer TLS 1.3, else 1.2.</summary>
    public bool UseTls13 { get; init; }

    /// <summary>A message came: topic, payload, QoS, retain, duplicate.</summary>
    public required Action<string, byte[], int, bool, bool> MessageReceived { get; init; }

    /// <summary>A QoS 1 publish was acknowledged or given up: id, whether acknowledged.</summary>
    public required Action<ushort, bool> Published { get; init; }

    /// <summary>A SUBSCRIBE was answered: id, granted levels.</summary>
    public required Action<ushort, byte[]> Subscribed { get; init; }

    /// <summary>An UNSUBSCRIBE was answered: id.</summary>
    public required Action<ushort> Unsubscribed { get; init; }

    /// <summary>The connection closed.</summary>
    public required Action Closed { get; init; }
}
