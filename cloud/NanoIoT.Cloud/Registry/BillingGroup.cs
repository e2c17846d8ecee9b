namespace NanoIoT.Cloud.Registry;

/// <summary>A billing group; a thing is in one at most.</summary>
public sealed record BillingGroup
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>What it is, at most 2,028 characters.</summary>
    public string? Description { get; init; }

    /// <summary>Grows by one with each change.</summary>
    public required long Version { get; init; }

    /// <summary>When it was created, Unix seconds.</summary>
    public required long Created { get; init; }
}
