using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Registry.Search;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Registry.Operations;

/// <summary>AWS's operations on static and dynamic thing groups and their members.</summary>
internal sealed class ThingGroupOperations(ThingRegistry registry, RecordStore store, DynamicGroups dynamicGroups, Arns arns) : IOperationSource
{
    private const int MaxDepth = 7;
    private const int MaxDynamicGroups = 100;
    private const string OverrideNote = "`overrideDynamicGroups` is refused: "
        + "dynamic groups do not count towards the limit of groups";

    public IEnumerable<Operation> Operations =>
    [
        new() { Name = "CreateThingGroup", Method = "POST", Path = "/thing-groups/{thingGroupName}", Role = Role.Operator, Handler = CreateAsync },
        new() { Name = "CreateDynamicThingGroup", Method = "POST", Path = "/dynamic-thing-groups/{thingGroupName}", Role = Role.Operator, Handler = CreateDynamicAsync },
        new() { Name = "DescribeThingGroup", Method = "GET", Path = "/thing-groups/{thingGroupName}", Handler = (request, _) => Task.FromResult(Describe(request)) },
        new() { Name = "UpdateThingGroup", Method = "PATCH", Path = "/thing-groups/{thingGroupName}", Role = Role.Operator, Handler = (request, cancellationToken) => UpdateAsync(request, false, cancellationToken) },
        new() { Name = "UpdateDynamicThingGroup", Method = "PATCH", Path = "/dynamic-thing-groups/{thingGroupName}", Role = Role.Operator, Handler = (request, cancellationToken) => UpdateAsync(request, true, cancellationToken) },
        new() { Name = "DeleteThingGroup", Method = "DELETE", Path = "/thing-groups/{thingGroupName}", Role = Role.Operator, Handler = (request, cancellationToken) => DeleteAsync(request, false, cancellationToken) },
        new() { Name = "DeleteDynamicThingGroup", Method = "DELETE", Path = "/dynamic-thing-groups/{thingGroupName}", Role = Role.Operator, Handler = (request, cancellationToken) => DeleteAsync(request, true, cancellationToken) },
        new() { Name = "ListThingGroups", Method = "GET", Path = "/thing-groups", Handler = (request, _) => Task.FromResult(List(request)) },
        new()
        {
            Name = "AddThingToThingGroup", Method = "PUT", Path = "/thing-groups/addThingToThingGroup",
            Role = Role.Operator, Support = Support.Partly, Note = OverrideNote, Handler = AddAsync,
        },
        new() { Name = "RemoveThingFromThingGroup", Method = "PUT", Path = "/thing-groups/removeThingFromThingGroup", Role = Role.Operator, Handler = RemoveAsync },
        new()
        {
            Name = "UpdateThingGroupsForThing", Method = "PUT", Path = "/thing-groups/updateThingGroupsForThing",
            Role = Role.Operator, Support = Support.Partly, Note = OverrideNote, Handler = UpdateForThingAsync,
        },
        new() { Name = "ListThingsInThingGroup", Method = "GET", Path = "/thing-groups/{thingGroupName}/things", Handler = (request, _) => Task.FromResult(ListThings(request)) },
        new() { Name = "ListThingGroupsForThing", Method = "GET", Path = "/things/{thingName}/thing-groups", Handler = (request, _) => Task.FromResult(ListForThing(request)) },
    ];

    private static CloudException NotFound(string name) => new(ErrorCodes.NotFound, $"Thing group {name} does not exist.");

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    private static Dictionary<string, string> Attributes(JsonObject? properties, IReadOnlyDictionary<string, string> known)
    {
        if (RegistryJson.Payload(properties) is not (IReadOnlyDictionary<string, string?> sent, bool merge))
        {
            return new Dictionary<string, string>(known);
        }

        Dictionary<string, string> attributes = ThingRegistry.Merge(merge ? known : new Dictionary<string, string>(), sent);
        WellKnownAttributes.Check(attributes, true);
        return attributes;
    }

    private Task<OperationResult> CreateAsync(OperationRequest request, CancellationToken cancellationToken) => CreateAsync(request, request.Name("parentGroupName"), null, cancellationToken);

    private async Task<OperationResult> CreateDynamicAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        string query = CheckQuery(request, request.RequiredText("queryString", 1000))!;
        OperationResult answer = await CreateAsync(request, null, query, cancellationToken).ConfigureAwait(false);
        await dynamicGroups.RefreshAsync(request.Path("thingGroupName")).ConfigureAwait(false);
        return answer;
    }

    private static string? CheckQuery(OperationRequest request, string? query)
    {
        if (request.Text("indexName") is string index and not SearchIndex.ThingsIndex)
        {
            throw new CloudException(ErrorCodes.NotFound, $"Index {index} does not exist.");
        }

        if (request.Text("queryVersion") is string version and not SearchIndex.QueryVersion)
        {
            throw OperationRequest.Invalid($"queryVersion: {version} is not {SearchIndex.QueryVersion}");
        }

        if (query is not null)
        {
            _ = SearchQuery.Parse(query);
        }

        return query;
    }

    private async Task<OperationResult> CreateAsync(OperationRequest request, string? parent, string? query, CancellationToken cancellationToken)
    {
        string name = request.PathName("thingGroupName");
        JsonObject? properties = request.Member("thingGroupProperties");
        string? description = NullIfEmpty(RegistryJson.Description(properties, "thingGroupDescription"));
        Dictionary<string, string> attributes = Attributes(properties, new Dictionary<string, string>());
        Dictionary<string, string> tags = RegistryJson.Tags(request.Body);
        ThingGroup group = await store.WriteAsync(
            query is null ? "CreateThingGroup" : "CreateDynamicThingGroup",
            transaction =>
            {
                if (transaction.Get(registry.Groups, name) is ThingGroup known)
                {
                    bool same = known.Parent == parent && known.Query == query && known.Description == description
                        && known.Attributes.Count == attributes.Count && known.Attributes.All(item => attributes.GetValueOrDefault(item.Key) == item.Value);
                    return same ? known : throw arns.AlreadyExists("thinggroup/" + name, $"Thing group '{name}' already exists with other properties.");
                }

                if (query is not null && registry.Groups.Range().Count(item => item.Query is not null) >= MaxDynamicGroups)
                {
                    throw new CloudException(ErrorCodes.LimitExceeded, "There are 100 dynamic groups already.");
                }

                CheckParent(transaction, parent);
                if (tags.Count > 0)
                {
                    transaction.Put(registry.Tags, new ResourceTags("thinggroup/" + name, tags));
                }

                return transaction.Put(registry.Groups, new ThingGroup
                {
                    Name = name,
                    Id = Guid.NewGuid().ToString(),
                    Parent = parent,
                    Description = description,
                    Attributes = attributes,
                    Query = query,
                    Version = 1,
                    Created = transaction.Now,
                });
            },
            cancellationToken).ConfigureAwait(false);
        var answer = new JsonObject { ["thingGroupName"] = name, ["thingGroupArn"] = arns.Of("thinggroup/" + name), ["thingGroupId"] = group.Id };
        if (query is not null)
        {
            answer["indexName"] = SearchIndex.ThingsIndex;
            answer["queryString"] = query;
            answer["queryVersion"] = SearchIndex.QueryVersion;
        }

        return OperationResult.Json(answer);
    }

    private void CheckParent(RecordTransaction transaction, string? parent)
    {
        int depth = 1;
        for (string? name = parent; name is not null; depth++)
        {
            ThingGroup above = registry.RequireGroup(transaction, name);
            if (above.Query is not null)
            {
                throw OperationRequest.Invalid($"parentGroupName: {name} is dynamic and has no groups below it");
            }

            name = above.Parent;
        }

        if (depth > MaxDepth)
        {
            throw OperationRequest.Invalid($"parentGroupName: the tree is at most {MaxDepth} groups deep");
        }
    }

    private OperationResult Describe(OperationRequest request)
    {
        string name = request.PathName("thingGroupName");
        ThingGroup group = registry.Groups.Get(name) ?? throw NotFound(name);
        var metadata = new JsonObject { ["creationDate"] = group.Created };
        if (group.Parent is not null)
        {
            metadata["parentGroupName"] = group.Parent;
            metadata["rootToParentThingGroups"] = new JsonArray([.. registry.GroupAndParents(group.Parent).Reverse().Select(item => RegistryJson.NameAndArn(arns, "thinggroup", item))]);
        }

        var answer = new JsonObject
        {
            ["thingGroupName"] = name,
            ["thingGroupId"] = group.Id,
            ["thingGroupArn"] = arns.Of("thinggroup/" + name),
            ["version"] = group.Version,
            ["thingGroupProperties"] = new JsonObject
            {
                ["thingGroupDescription"] = group.Description,
                ["attributePayload"] = new JsonObject { ["attributes"] = RegistryJson.Attributes(group.Attributes) },
            },
            ["thingGroupMetadata"] = metadata,
        };
        if (group.Query is not null)
        {
            answer["indexName"] = SearchIndex.ThingsIndex;
            answer["queryString"] = group.Query;
            answer["queryVersion"] = SearchIndex.QueryVersion;
            answer["status"] = "ACTIVE";
        }

        return OperationResult.Json(answer);
    }

    private async Task<OperationResult> UpdateAsync(OperationRequest request, bool isDynamic, CancellationToken cancellationToken)
    {
        string name = request.PathName("thingGroupName");
        JsonObject properties = request.Member("thingGroupProperties") ?? throw OperationRequest.Invalid("thingGroupProperties: missing");
        long? expected = request.Number("expectedVersion");
        string? query = isDynamic ? CheckQuery(request, request.Text("queryString", 1000)) : null;
        ThingGroup changed = await store.WriteAsync(
            isDynamic ? "UpdateDynamicThingGroup" : "UpdateThingGroup",
            transaction =>
            {
                ThingGroup group = RequireKind(transaction, name, isDynamic);
                RegistryJson.CheckVersion(expected, group.Version);
                string description = properties.ContainsKey("thingGroupDescription") ? RegistryJson.Description(properties, "thingGroupDescription") : group.Description ?? string.Empty;
                return transaction.Put(registry.Groups, group with
                {
                    Description = NullIfEmpty(description),
                    Attributes = Attributes(properties, group.Attributes),
                    Query = query ?? group.Query,
                    Version = group.Version + 1,
                });
            },
            cancellationToken).ConfigureAwait(false);
        if (query is not null)
        {
            await dynamicGroups.RefreshAsync(name).ConfigureAwait(false);
        }

        return OperationResult.Json(new JsonObject { ["version"] = changed.Version });
    }

    private ThingGroup RequireKind(RecordTransaction transaction, string name, bool isDynamic)
    {
        ThingGroup group = registry.RequireGroup(transaction, name);
        return group.Query is not null == isDynamic ? group : throw OperationRequest.Invalid($"Thing group {name} is {(isDynamic ? "not " : string.Empty)}dynamic.");
    }

    private async Task<OperationResult> DeleteAsync(OperationRequest request, bool isDynamic, CancellationToken cancellationToken)
    {
        string name = request.PathName("thingGroupName");
        long? expected = request.QueryNumber("expectedVersion");
        await store.WriteAsync(
            isDynamic ? "DeleteDynamicThingGroup" : "DeleteThingGroup",
            transaction =>
            {
                // As AWS: deleting what is not there succeeds.
                if (transaction.Get(registry.Groups, name) is null)
                {
                    return;
                }

                ThingGroup group = RequireKind(transaction, name, isDynamic);
                RegistryJson.CheckVersion(expected, group.Version);
                if (transaction.List(registry.Groups, string.Empty).FirstOrDefault(item => item.Parent == name) is ThingGroup child)
                {
                    throw OperationRequest.Invalid($"Cannot delete thing group {name}: group {child.Name} is below it.");
                }

                transaction.Delete(registry.Groups, name);
                transaction.Delete(registry.Tags, "thinggroup/" + name);
            },
            cancellationToken).ConfigureAwait(false);

        // The group is gone, so no thing joins any more; whoever is in it leaves now.
        foreach (Thing thing in registry.InGroup(name).Range())
        {
            await LeaveAsync(thing.ThingName, name, cancellationToken).ConfigureAwait(false);
        }

        return OperationResult.Empty;
    }

    private async Task LeaveAsync(string thingName, string group, CancellationToken cancellationToken)
    {
        Thing? changed = await store.WriteAsync(
            "LeaveThingGroup",
            transaction => transaction.Get(registry.Things, thingName) is Thing thing && thing.Groups.Contains(group)
                ? transaction.Put(registry.Things, thing with
                {
                    StaticGroups = [.. thing.StaticGroups.Where(item => item != group)],
                    DynamicGroups = [.. thing.DynamicGroups.Where(item => item != group)],
                    Version = thing.Version + 1,
                })
                : null,
            cancellationToken).ConfigureAwait(false);
        if (changed is not null)
        {
            await registry.NotifyAsync(changed).ConfigureAwait(false);
        }
    }

    private OperationResult List(OperationRequest request)
    {
        (int limit, string? after) = request.Page();
        string? parent = request.Query("parentGroup");
        string prefix = request.Query("namePrefixFilter") ?? string.Empty;
        bool recursive = request.Query("recursive") is null || request.QueryFlag("recursive");
        if (parent is not null && registry.Groups.Get(parent) is null)
        {
            throw NotFound(parent);
        }

        IEnumerable<ThingGroup> groups = registry.Groups.Range(prefix, after).Where(group => parent is null
            ? recursive || group.Parent is null
            : group.Parent == parent || (recursive && group.Name != parent && registry.GroupAndParents(group.Name).Contains(parent)));
        return Pages.Create(groups, limit, group => group.Name, group => RegistryJson.NameAndArn(arns, "thinggroup", group.Name), "thingGroups");
    }

    private (string Group, string Thing) Members(OperationRequest request)
    {
        string group = RegistryJson.NameOrArn(request, arns, "thinggroup", "thingGroupName", "thingGroupArn");
        string thing = RegistryJson.NameOrArn(request, arns, "thing", "thingName", "thingArn");
        return (group, thing);
    }

    private static void RefuseOverride(OperationRequest request)
    {
        if (request.Flag("overrideDynamicGroups") == true)
        {
            throw new CloudException(
                ErrorCodes.NotSupported,
                "overrideDynamicGroups is not supported: dynamic groups do not count towards the limit of "
                + $"{ThingRegistry.MaxGroups} groups, so no thing leaves one. Omit it.");
        }
    }

    private Task<OperationResult> AddAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        RefuseOverride(request);
        (string group, string thing) = Members(request);
        return ChangeAsync("AddThingToThingGroup", thing, [group], [], cancellationToken);
    }

    private Task<OperationResult> RemoveAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        (string group, string thing) = Members(request);
        return ChangeAsync("RemoveThingFromThingGroup", thing, [], [group], cancellationToken);
    }

    private Task<OperationResult> UpdateForThingAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        RefuseOverride(request);
        return ChangeAsync(
            "UpdateThingGroupsForThing",
            request.Name("thingName") ?? throw OperationRequest.Invalid("thingName: missing"),
            request.Texts("thingGroupsToAdd") ?? [],
            request.Texts("thingGroupsToRemove") ?? [],
            cancellationToken);
    }

    private async Task<OperationResult> ChangeAsync(string action, string thingName, IReadOnlyList<string> add, IReadOnlyList<string> remove, CancellationToken cancellationToken)
    {
        Thing? changed = await store.WriteAsync(
            action,
            transaction =>
            {
                Thing thing = registry.Require(transaction, thingName);
                foreach (string group in add.Concat(remove))
                {
                    _ = RequireKind(transaction, group, false);
                }

                string[] groups = [.. thing.StaticGroups.Except(remove).Union(add).Order(StringComparer.Ordinal)];
                if (groups.Length > ThingRegistry.MaxGroups)
                {
                    throw OperationRequest.Invalid($"Thing {thingName} would be in more than {ThingRegistry.MaxGroups} groups.");
                }

                CheckHierarchy(transaction, thingName, groups);
                return groups.SequenceEqual(thing.StaticGroups) ? null : transaction.Put(registry.Things, thing with { StaticGroups = groups, Version = thing.Version + 1 });
            },
            cancellationToken).ConfigureAwait(false);
        if (changed is not null)
        {
            await registry.NotifyAsync(changed).ConfigureAwait(false);
        }

        return OperationResult.Empty;
    }

    /// <summary>As AWS: a thing is in at most one group of a branch.</summary>
    private void CheckHierarchy(RecordTransaction transaction, string thingName, string[] groups)
    {
        foreach (string group in groups)
        {
            for (string? above = transaction.Get(registry.Groups, group)?.Parent; above is not null; above = transaction.Get(registry.Groups, above)?.Parent)
            {
                if (groups.Contains(above))
                {
                    throw OperationRequest.Invalid($"Thing {thingName} cannot be in group {group} and in {above} above it.");
                }
            }
        }
    }

    private OperationResult ListThings(OperationRequest request)
    {
        string name = request.PathName("thingGroupName");
        (int limit, string? after) = request.Page();
        _ = registry.Groups.Get(name) ?? throw NotFound(name);
        IEnumerable<string> things = registry.InGroup(name).Range(after: after).Select(thing => thing.ThingName);
        if (request.QueryFlag("recursive"))
        {
            things = registry.Groups.Range().Where(group => registry.GroupAndParents(group.Name).Contains(name))
                .SelectMany(group => registry.InGroup(group.Name).Range(after: after)).Select(thing => thing.ThingName).Distinct().Order(StringComparer.Ordinal);
        }

        return Pages.Create(things, limit, thing => thing, thing => thing, "things");
    }

    private OperationResult ListForThing(OperationRequest request)
    {
        string name = request.PathName("thingName");
        (int limit, string? after) = request.Page();
        Thing thing = registry.Find(name) ?? throw ThingRegistry.NotFound(name);
        return Pages.Create(thing.Groups.Following(group => group, after), limit, group => group, group => RegistryJson.NameAndArn(arns, "thinggroup", group), "thingGroups");
    }
}
