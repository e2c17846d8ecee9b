namespace NanoIoT.Cloud.Hosting;

/// <summary>Where the service listens, known once it does.</summary>
public sealed class ServiceAddress
{
    private const int UsualHttpsPort = 443;

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

    /// <summary>Host and HTTPS port, without the port where it is the usual one: as AWS names endpoints.</summary>
    public string HostAndHttpsPort => HttpsPort == UsualHttpsPort ? Host : $"{Host}:{HttpsPort}";
}
