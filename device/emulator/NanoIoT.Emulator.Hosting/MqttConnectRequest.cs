namespace NanoIoT.Emulator.Hosting;

/// <summary>What a CONNECT says.</summary>
public sealed class MqttConnectRequest
{
    /// <summary>The client id.</summary>
    public required string ClientId { get; init; }

    /// <summary>3, 4 (MQTT 3.1.1) or 5.</summary>
    public int ProtocolLevel { get; init; } = 4;

    /// <summary>The user's name, or null.</summary>
    public string? UserName { get; init; }

    /// <summary>The password, or null.</summary>
    public string? Password { get; init; }

    /// <summary>The will's topic, or null for none.</summary>
    public string? WillTopic { get; init; }

    /// <summary>The will's payload.</summary>
    public string? WillMessage { get; init; }

    /// <summary>The will's QoS.</summary>
    public int WillQos { get; init; }

    /// <summary>Whether the will is retained.</summary>
    public bool WillRetain { get; init; }

    /// <summary>Whether the session starts clean.</summary>
    public bool CleanSession { get; init; } = true;

    /// <summary>Keep-alive in seconds.</summary>
    public ushort KeepAliveSeconds { get; init; } = 60;

    /// <summary>Largest packet taken (MQTT 5), or 0.</summary>
    public uint MaximumPacketSize { get; init; }

    /// <summary>Session expiry in seconds (MQTT 5).</summary>
    public uint SessionExpirySeconds { get; init; }
}
