namespace NanoIoT.Cloud.Registry;

/// <summary>A type of things.</summary>
public sealed record ThingType
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>What it is, at most 2,028 characters.</summary>
    public string? Description { get; init; }

    /// <summary>Names of attributes that ListThings searches by, at most three.</summary>
    public IReadOnlyList<string> Searchable { get; init; } = [];

    /// <summary>When it was created, Unix seconds.</summary>
    public required long Created { get; init; }

    /// <summary>When it was deprecated, Unix seconds, or null.</summary>
    public long? Deprecated { get; init; }
}
