using System.Text.Json.Serialization;

namespace NanoIoT.Cloud.Registry;

/// <summary>A device as the registry knows it.</summary>
public sealed record Thing
{
    /// <summary>Components that a thing has at most: a board has an application, a nanoCLR and a few more; what a stranger makes up has an end.</summary>
    public const int MaxComponents = 16;

    /// <summary>Its name: 1 to 128 of <c>[a-zA-Z0-9:_-]</c>.</summary>
    public required string ThingName { get; init; }

    /// <summary>An id that no other thing ever has, of the same name or not.</summary>
    public required string ThingId { get; init; }

    /// <summary>Its type, or null.</summary>
    public string? ThingTypeName { get; init; }

    /// <summary>Its billing group, or null.</summary>
    public string? BillingGroupName { get; init; }

    /// <summary>Its hardware profile: the attribute <c>profile</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string Profile => Attributes.GetValueOrDefault(WellKnownAttributes.Profile, WellKnownAttributes.DefaultProfile);

    /// <summary>Where it is: the attribute <c>region</c>; empty where nobody said.</summary>
    public string Region => Attributes.GetValueOrDefault(WellKnownAttributes.Region, string.Empty);

    /// <summary>The groups it is in, static and dynamic, sorted.</summary>
    public IReadOnlyList<string> Groups => [.. StaticGroups.Concat(DynamicGroups).Order(StringComparer.Ordinal)];

    /// <summary>The static groups it is in.</summary>
    public IReadOnlyList<string> StaticGroups { get; init; } = [];

    /// <summary>The dynamic groups whose query it matches.</summary>
    public IReadOnlyList<string> DynamicGroups { get; init; } = [];

    /// <summary>Names and values of its attributes.</summary>
    public required IReadOnlyDictionary<string, string> Attributes { get; init; }

    /// <summary>The version each component last confirmed.</summary>
    public IReadOnlyDictionary<string, string> Firmware { get; init; } = new Dictionary<string, string>();

    /// <summary>Grows by one with each change.</summary>
    public required long Version { get; init; }

    /// <summary>When it was created, Unix seconds.</summary>
    public long Created { get; init; }

    /// <summary>Whether a version of a component can be stored: the thing has the component already, or fewer than <see cref="MaxComponents"/>.</summary>
    /// <param name="component">The component.</param>
    /// <returns>True where it can.</returns>
    internal bool CanHave(string component) => Firmware.Count < MaxComponents || Firmware.ContainsKey(component);

    /// <summary>Its attributes as AWS's clients see them: also <c>firmware.COMPONENT</c>, which boards alone write.</summary>
    /// <returns>Names and values.</returns>
    public IReadOnlyDictionary<string, string> VisibleAttributes()
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in Attributes)
        {
            all[name] = value;
        }

        foreach ((string component, string version) in Firmware)
        {
            all[WellKnownAttributes.FirmwarePrefix + component] = version;
        }

        return all;
    }
}
