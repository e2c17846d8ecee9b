namespace NanoIoT.Cloud.Registry;

/// <summary>A device as the registry knows it.</summary>
public sealed record Thing
{
    /// <summary>Its name: 1 to 128 of <c>[a-zA-Z0-9:_-]</c>.</summary>
    public required string ThingName { get; init; }

    /// <summary>An id that no other thing ever has, of the same name or not.</summary>
    public required string ThingId { get; init; }

    /// <summary>Its type, or null.</summary>
    public string? ThingTypeName { get; init; }

    /// <summary>Its hardware profile.</summary>
    public required string Profile { get; init; }

    /// <summary>Where it is; empty where nobody said.</summary>
    public required string Region { get; init; }

    /// <summary>The groups it is in, sorted.</summary>
    public required IReadOnlyList<string> Groups { get; init; }

    /// <summary>Names and values of its attributes.</summary>
    public required IReadOnlyDictionary<string, string> Attributes { get; init; }

    /// <summary>The version each component last confirmed.</summary>
    public required IReadOnlyDictionary<string, string> Firmware { get; init; }

    /// <summary>Grows by one with each change.</summary>
    public required long Version { get; init; }
}
