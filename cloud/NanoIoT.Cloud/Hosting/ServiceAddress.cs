namespace NanoIoT.Cloud.Hosting;

/// <summary>Where the service listens, known once it does.</summary>
public sealed class ServiceAddress
{
    /// <summary>The name or address boards and users reach it by.</summary>
    public string Host { get; set; } = string.Empty;

    /// <summary>The name or address boards reach the broker by.</summary>
    public string MqttHost { get; set; } = string.Empty;

    /// <summary>The broker's port.</summary>
    public int MqttPort { get; set; }

    /// <summary>The HTTPS port.</summary>
    public int HttpsPort { get; set; }

    /// <summary>The API's address.</summary>
    public string BaseUrl => $"https://{Host}:{HttpsPort}";

    /// <summary>Host and HTTPS port.</summary>
    public string HostAndHttpsPort => $"{Host}:{HttpsPort}";
}
