namespace NanoIoT.Cloud.Hosting;

/// <summary>How the service is started.</summary>
public sealed record CloudOptions
{
    /// <summary>The folder that holds everything the service keeps.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The MQTT port (TLS); 0 for any free one.</summary>
    public int MqttPort { get; init; } = 8883;

    /// <summary>The HTTPS port; 0 for any free one.</summary>
    public int HttpsPort { get; init; } = 8443;

    /// <summary>The name or address boards and users reach the service by; also in the server's certificate.</summary>
    public string Host { get; init; } = "localhost";

    /// <summary>Where users reach the API, <c>https://HOST[:PORT]</c>, where that is not host and HTTPS port; or null.</summary>
    public Uri? PublicApi { get; init; }

    /// <summary>Where boards download from this service, <c>https://HOST[:PORT]</c>; null for the address of the API.</summary>
    public Uri? PublicDownloads { get; init; }

    /// <summary>Where boards reach the service's own broker, <c>mqtts://HOST:PORT</c>; null for host and MQTT port.</summary>
    public Uri? PublicMqtt { get; init; }

    /// <summary>The names that the server's certificate is for.</summary>
    internal IEnumerable<string> ServerNames =>
        new[] { Host, PublicApi?.Host, PublicDownloads?.Host, PublicMqtt?.Host, "localhost", "127.0.0.1", "::1" }
            .OfType<string>()
            .Select(name => name.Trim('[', ']'))
            .Distinct(StringComparer.OrdinalIgnoreCase);

    /// <summary>The address to listen on: loopback unless asked otherwise.</summary>
    public string Listen { get; init; } = "127.0.0.1";

    /// <summary>The AWS region in names and events.</summary>
    public string Region { get; init; } = "eu-west-1";

    /// <summary>The AWS account in names: twelve digits.</summary>
    public string Account { get; init; } = "000000000000";

    /// <summary>How long a download URL works.</summary>
    public TimeSpan UrlLifetime { get; init; } = TimeSpan.FromDays(7);

    /// <summary>The longest a session may outlive its connection, in seconds: AWS's hour by default, at most seven days.</summary>
    public uint MaxSessionExpirySeconds { get; init; } = 3600;

    /// <summary>Connections that the service takes at a time; 0 for as many as the process's limit of open files and the memory allow.</summary>
    public int MaxConnections { get; init; }

    /// <summary>Connections from one IPv4 address, or one IPv6 network of 64 bits; 0 for half of all.</summary>
    public int MaxConnectionsPerAddress { get; init; }

    /// <summary>How long a client has for its TLS handshake.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Memory that messages on their way to clients may take, over all connections, in bytes; 0 for an eighth of the machine's, 64 MB at least.</summary>
    public long MaxQueuedBytes { get; init; }

    /// <summary>Bytes of messages that the store may keep for all persistent sessions together.</summary>
    public long MaxStoredBytes { get; init; } = 1024L * 1024 * 1024;

    /// <summary>Messages one connection may publish a second before it is read more slowly: AWS's 100.</summary>
    public int MaxPublishesPerSecond { get; init; } = 100;

    /// <summary>
    /// What the names of the DynamoDB tables begin with that hold registry, identities, rules, shadows, artifacts, campaigns, progress
    /// and the audit log; null where the data folder holds them.
    /// </summary>
    public string? Tables { get; init; }

    /// <summary>The broker devices connect to in the place of the service's own, or null.</summary>
    public ExternalBrokerOptions? Broker { get; init; }

    /// <summary>AWS IoT Core, whose registry, shadows and rules take the place of this service's; or null.</summary>
    public AwsIotOptions? AwsIot { get; init; }

    /// <summary>The folder that holds CA, certificates and keys, which all copies of a service must share; null for the data folder.</summary>
    public string? KeyFolder { get; init; }

    /// <summary>Whether missing keys and databases are created although a folder was in use, and other keys than before are accepted.</summary>
    public bool Init { get; init; }

    /// <summary>Whether the service starts on a store that was moved elsewhere.</summary>
    public bool ForceStale { get; init; }

    /// <summary>How long a copy of the service that says nothing keeps its part of the work, seconds.</summary>
    public int LeaseSeconds { get; init; } = 10;

    /// <summary>What signs images and manifests: a PEM file or <c>kms:KEY</c>; null for <c>firmware.key</c> in the folder of keys.</summary>
    public string? FirmwareKey { get; init; }

    /// <summary>PEM files with public keys that boards' boot loaders trust besides the firmware key: images that they signed may be published.</summary>
    public IReadOnlyList<string> TrustedImageKeys { get; init; } = [];

    /// <summary>How many days the audit log, the progress of campaigns that are over, dead letters and the files that rules write are kept.</summary>
    public int RetentionDays { get; init; } = 400;

    /// <summary>The S3 bucket that holds images, or null where the data folder does.</summary>
    public string? FirmwareBucket { get; init; }

    /// <summary>Downloads from this service at a time; 0 for no limit.</summary>
    public int MaxDownloads { get; init; }

    /// <summary>Bytes a second that all downloads from this service take together; 0 for no limit.</summary>
    public long MaxDownloadBytesPerSecond { get; init; }

    /// <summary>Which services of AWS rules may reach: none by default.</summary>
    public AwsOptions Aws { get; init; } = new();

    /// <summary>Whether URLs in rules, destinations and subscriptions may lead to loopback, link-local and private addresses.</summary>
    public bool AllowPrivateTargets { get; init; }

    /// <summary>The mail server, <c>smtp://USER:PASSWORD@HOST:PORT</c> or <c>smtps://</c>, or null.</summary>
    public Uri? Smtp { get; init; }

    /// <summary>Whom mail is from.</summary>
    public string MailFrom { get; init; } = "nanoiot@localhost";

    /// <summary>How long a rule's action is tried again before its result goes to the error action or becomes a dead letter.</summary>
    public TimeSpan RuleRetryTime { get; init; } = TimeSpan.FromMinutes(15);
}
