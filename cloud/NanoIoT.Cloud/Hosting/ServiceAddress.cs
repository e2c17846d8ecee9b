namespace NanoIoT.Cloud.Hosting;

/// <summary>The addresses that the service gives out, known once it listens. A load balancer may map them to others than it listens on.</summary>
public sealed class ServiceAddress
{
    /// <summary>Host and port of the API and of AWS's interface, as users reach them.</summary>
    public Uri Api { get; set; } = new("https://localhost");

    /// <summary>Where boards download images that this service serves.</summary>
    public Uri Downloads { get; set; } = new("https://localhost");

    /// <summary>The name or address boards reach the broker by.</summary>
    public string MqttHost { get; set; } = string.Empty;

    /// <summary>The broker's port, as boards reach it.</summary>
    public int MqttPort { get; set; }

    /// <summary>The API's address, without a slash at its end.</summary>
    public string BaseUrl => Api.GetLeftPart(UriPartial.Authority);

    /// <summary>The address of downloads, without a slash at its end.</summary>
    public string DownloadUrl => Downloads.GetLeftPart(UriPartial.Authority);

    /// <summary>Host and HTTPS port of the API, without the port where it is the usual one: as AWS names endpoints.</summary>
    public string HostAndHttpsPort => Api.IsDefaultPort ? Api.Host : $"{Api.Host}:{Api.Port}";
}
