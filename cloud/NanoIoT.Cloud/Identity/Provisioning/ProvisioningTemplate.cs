namespace NanoIoT.Cloud.Identity.Provisioning;

/// <summary>A provisioning template with its versions.</summary>
public sealed record ProvisioningTemplate
{
    /// <summary>Its name: 1 to 36 of <c>[0-9A-Za-z_-]</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    /// <summary>Its versions, oldest first.</summary>
    public required IReadOnlyList<TemplateVersion> Versions { get; init; }

    /// <summary>The version that counts.</summary>
    public required int DefaultVersion { get; init; }

    /// <summary>The id the next version gets.</summary>
    public required int NextVersion { get; init; }

    /// <summary>Whether it provisions.</summary>
    public bool IsEnabled { get; init; }

    /// <summary>The role AWS would take; kept and answered.</summary>
    public string RoleArn { get; init; } = string.Empty;

    /// <summary>FLEET_PROVISIONING or JITP.</summary>
    public string Type { get; init; } = "FLEET_PROVISIONING";

    /// <summary>When it was created, Unix seconds.</summary>
    public required long Created { get; init; }

    /// <summary>When it was last changed, Unix seconds.</summary>
    public required long Modified { get; init; }

    /// <summary>The body that counts.</summary>
    /// <returns>The body.</returns>
    public string Body() => Versions.First(version => version.Id == DefaultVersion).Body;
}
