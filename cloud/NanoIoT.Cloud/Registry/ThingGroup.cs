namespace NanoIoT.Cloud.Registry;

/// <summary>A group of things: static, in a tree, or dynamic, of what a query finds.</summary>
public sealed record ThingGroup
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The group it is below, or null.</summary>
    public string? Parent { get; init; }

    /// <summary>What it is, at most 2,028 characters.</summary>
    public string? Description { get; init; }

    /// <summary>Its attributes.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>A dynamic group's query; null where the group is static.</summary>
    public string? Query { get; init; }

    /// <summary>Grows by one with each change.</summary>
    public required long Version { get; init; }

    /// <summary>When it was created, Unix seconds.</summary>
    public required long Created { get; init; }
}
