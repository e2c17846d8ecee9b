namespace NanoIoT.Cloud.Registry.Search;

/// <summary>A group as the index of groups shows it.</summary>
internal sealed class GroupDocument(ThingGroup group, IReadOnlyList<string> parents) : ISearchDocument
{
    private const string AttributesPrefix = "attributes.";

    public ThingGroup Group => group;

    public IReadOnlyList<string> Parents => parents;

    public IEnumerable<string> Values(string field) => field switch
    {
        "thingGroupName" => [group.Name],
        "thingGroupId" => [group.Id],
        "thingGroupDescription" => group.Description is null ? [] : [group.Description],
        "parentGroupNames" => parents,
        _ when field.StartsWith(AttributesPrefix, StringComparison.Ordinal) && group.Attributes.TryGetValue(field[AttributesPrefix.Length..], out string? value) => [value],
        _ => [],
    };

    public IEnumerable<string> AllValues() => [group.Name, group.Id, group.Description ?? string.Empty, .. parents, .. group.Attributes.Values];
}
