using System.Text.Json.Nodes;
using NanoIoT.Cloud.Registry;

namespace NanoIoT.Cloud.Identity.Provisioning;

/// <summary>What a template with its parameters says to make.</summary>
internal sealed record ProvisioningPlan
{
    /// <summary>The thing, or null.</summary>
    public ThingRequest? Thing { get; init; }

    /// <summary>What changes where the thing is there already.</summary>
    public ProvisioningOverrides Overrides { get; init; } = new();

    /// <summary>The certificate's properties, or null where none is provisioned.</summary>
    public JsonObject? Certificate { get; init; }

    /// <summary>Names of policies to attach.</summary>
    public IReadOnlyList<string> PolicyNames { get; init; } = [];

    /// <summary>Documents of policies to make and attach.</summary>
    public IReadOnlyList<string> PolicyDocuments { get; init; } = [];

    /// <summary>What the device is told.</summary>
    public JsonObject DeviceConfiguration { get; init; } = [];
}
