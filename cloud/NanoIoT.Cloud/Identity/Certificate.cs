namespace NanoIoT.Cloud.Identity;

/// <summary>A device's certificate.</summary>
public sealed record Certificate
{
    /// <summary>SHA-256 of the DER, 64 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>The certificate, PEM.</summary>
    public required string Pem { get; init; }

    /// <summary>One of <see cref="CertificateStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>The registered CA that signed it, or null.</summary>
    public string? CaId { get; init; }

    /// <summary>The certificate this one takes the place of once its device confirmed it, or null.</summary>
    public string? Replaces { get; init; }

    /// <summary>SHA-256 of the token that proves its device asked for it, or null.</summary>
    public string? OwnershipTokenHash { get; init; }

    /// <summary>When that token ends, Unix seconds; null once it was provisioned with.</summary>
    public long? OwnershipTokenEnds { get; init; }

    /// <summary>The provisioning template it may be used with and no other, for a claim; or null.</summary>
    public string? ClaimOf { get; init; }

    /// <summary>Begin and end of its time, Unix seconds.</summary>
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
