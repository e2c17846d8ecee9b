namespace NanoIoT.Cloud.Identity;

/// <summary>A user's CA whose certificates may be registered.</summary>
public sealed record CaCertificate
{
    /// <summary>SHA-256 of the DER, 64 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>The certificate, PEM.</summary>
    public required string Pem { get; init; }

    /// <summary>ACTIVE or INACTIVE.</summary>
    public required string Status { get; init; }

    /// <summary>Whether certificates it signed are registered when their devices first connect.</summary>
    public bool AutoRegistration { get; init; }

    /// <summary>The provisioning template's body that such a device is provisioned by (JITP), or null.</summary>
    public string? TemplateBody { get; init; }

    /// <summary>The name of the template, or null.</summary>
    public string? TemplateName { get; init; }

    /// <summary>The role AWS would take; kept and answered.</summary>
    public string? RoleArn { get; init; }

    /// <summary>DEFAULT or SNI_ONLY.</summary>
    public string Mode { get; init; } = "DEFAULT";

    /// <summary>Begin of its time, Unix seconds.</summary>
    public long NotBefore { get; init; }

    /// <summary>End of its time, Unix seconds.</summary>
    public long NotAfter { get; init; }

    /// <summary>When it was registered, Unix seconds.</summary>
    public required long Created { get; init; }

    /// <summary>When it was last changed, Unix seconds.</summary>
    public required long Modified { get; init; }

    /// <summary>Grows by one with each change.</summary>
    public int CustomerVersion { get; init; } = 1;

    /// <summary>Changes with each change.</summary>
    public string GenerationId { get; init; } = string.Empty;
}
