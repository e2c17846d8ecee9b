namespace NanoIoT.Cloud.Registry;

/// <summary>What a new thing is to be.</summary>
public sealed record ThingRequest
{
    /// <summary>Its name.</summary>
    public required string ThingName { get; init; }

    /// <summary>Its type, or null.</summary>
    public string? ThingTypeName { get; init; }

    /// <summary>Its hardware profile.</summary>
    public string Profile { get; init; } = "ESP32_S3";

    /// <summary>Where it is.</summary>
    public string Region { get; init; } = string.Empty;

    /// <summary>The groups it is in, at most 10.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Names and values of its attributes, at most 50.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>Its billing group, or null.</summary>
    public string? BillingGroupName { get; init; }

    /// <summary>Whether groups and the type that do not exist are created with it.</summary>
    public bool CreatesMissing { get; init; } = true;
}
