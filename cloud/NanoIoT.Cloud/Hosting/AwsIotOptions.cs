namespace NanoIoT.Cloud.Hosting;

/// <summary>How the service works with AWS IoT Core: its broker, registry, shadows and rules in the place of this service's.</summary>
public sealed record AwsIotOptions
{
    /// <summary>CA certificates (PEM) that its endpoints are trusted by; null for the machine's.</summary>
    public string? CaFile { get; init; }

    /// <summary>Where boards connect, where that is not the account's endpoint; or null.</summary>
    public Uri? BoardAddress { get; init; }

    /// <summary>Which things of the account campaigns are for: a query of its fleet index.</summary>
    public string Things { get; init; } = "thingName:*";

    /// <summary>Seconds between looks at the fleet index; longer where a look takes more than a tenth of that.</summary>
    public int LookSeconds { get; init; } = 60;
}
