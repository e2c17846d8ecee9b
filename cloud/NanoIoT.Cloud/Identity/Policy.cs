namespace NanoIoT.Cloud.Identity;

/// <summary>A policy with its versions, at most five.</summary>
public sealed record Policy
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its versions, oldest first.</summary>
    public required IReadOnlyList<PolicyVersion> Versions { get; init; }

    /// <summary>The version that counts.</summary>
    public required string DefaultVersion { get; init; }

    /// <summary>The id the next version gets.</summary>
    public required int NextVersion { get; init; }

    /// <summary>When it was created, Unix seconds.</summary>
    public required long Created { get; init; }

    /// <summary>When it was last changed, Unix seconds.</summary>
    public required long Modified { get; init; }

    /// <summary>The document that counts.</summary>
    /// <returns>The document.</returns>
    public string Document() => Versions.First(version => version.Id == DefaultVersion).Document;
}
