using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Registry.Operations;

/// <summary>AWS's operations on things and on the principals attached to them.</summary>
internal sealed class ThingOperations(ThingRegistry registry, RecordStore store, Arns arns) : IOperationSource
{
    public IEnumerable<Operation> Operations =>
    [
        new() { Name = "CreateThing", Method = "POST", Path = "/things/{thingName}", Role = Role.Operator, Handler = CreateAsync },
        new() { Name = "DescribeThing", Method = "GET", Path = "/things/{thingName}", Handler = (request, _) => Task.FromResult(Describe(request)) },
        new() { Name = "UpdateThing", Method = "PATCH", Path = "/things/{thingName}", Role = Role.Operator, Handler = UpdateAsync },
        new() { Name = "DeleteThing", Method = "DELETE", Path = "/things/{thingName}", Role = Role.Operator, Handler = DeleteAsync },
        new() { Name = "ListThings", Method = "GET", Path = "/things", Handler = (request, _) => Task.FromResult(List(request)) },
        new() { Name = "AttachThingPrincipal", Method = "PUT", Path = "/things/{thingName}/principals", Role = Role.Operator, Handler = AttachAsync },
        new() { Name = "DetachThingPrincipal", Method = "DELETE", Path = "/things/{thingName}/principals", Role = Role.Operator, Handler = DetachAsync },
        new() { Name = "ListThingPrincipals", Method = "GET", Path = "/things/{thingName}/principals", Handler = (request, _) => Task.FromResult(ListPrincipals(request, false)) },
        new() { Name = "ListThingPrincipalsV2", Method = "GET", Path = "/things/{thingName}/principals-v2", Handler = (request, _) => Task.FromResult(ListPrincipals(request, true)) },
        new() { Name = "ListPrincipalThings", Method = "GET", Path = "/principals/things", Handler = (request, _) => Task.FromResult(ListThings(request, false)) },
        new() { Name = "ListPrincipalThingsV2", Method = "GET", Path = "/principals/things-v2", Handler = (request, _) => Task.FromResult(ListThings(request, true)) },
    ];

    private static bool? Exclusive(OperationRequest request) => request.Query("thingPrincipalType") switch
    {
        null => null,
        "EXCLUSIVE_THING" => true,
        "NON_EXCLUSIVE_THING" => false,
        _ => throw OperationRequest.Invalid("thingPrincipalType: EXCLUSIVE_THING or NON_EXCLUSIVE_THING"),
    };

    private static string TypeOf(ThingPrincipal link) => link.IsExclusive ? "EXCLUSIVE_THING" : "NON_EXCLUSIVE_THING";

    private async Task<OperationResult> CreateAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        string name = request.PathName("thingName");
        string? typeName = request.Name("thingTypeName");
        string? billing = request.Name("billingGroupName");
        Dictionary<string, string> attributes = ThingRegistry.Merge(new Dictionary<string, string>(), RegistryJson.Payload(request.Body)?.Attributes ?? new Dictionary<string, string?>());
        WellKnownAttributes.Check(attributes, typeName is not null);
        (Thing thing, bool isNew) = await store.WriteAsync(
            "CreateThing",
            transaction =>
            {
                registry.CheckType(transaction, typeName);
                if (billing is not null && transaction.Get(registry.BillingGroups, billing) is null)
                {
                    throw new CloudException(ErrorCodes.NotFound, $"Billing group {billing} does not exist.");
                }

                if (transaction.Get(registry.Things, name) is Thing known)
                {
                    bool same = known.ThingTypeName == typeName && known.BillingGroupName == billing && known.Attributes.Count == attributes.Count
                        && known.Attributes.All(item => attributes.GetValueOrDefault(item.Key) == item.Value);
                    return same ? (known, false) : throw arns.AlreadyExists("thing/" + name, $"Thing '{name}' already exists with other properties.");
                }

                return (transaction.Put(registry.Things, new Thing
                {
                    ThingName = name,
                    ThingId = Guid.NewGuid().ToString(),
                    ThingTypeName = typeName,
                    BillingGroupName = billing,
                    Attributes = attributes,
                    Version = 1,
                    Created = transaction.Now,
                }), true);
            },
            cancellationToken).ConfigureAwait(false);
        if (isNew)
        {
            await registry.NotifyAsync(thing).ConfigureAwait(false);
        }

        return OperationResult.Json(new JsonObject { ["thingName"] = name, ["thingArn"] = arns.Of("thing/" + name), ["thingId"] = thing.ThingId });
    }

    private OperationResult Describe(OperationRequest request)
    {
        string name = request.PathName("thingName");
        Thing thing = registry.Find(name) ?? throw ThingRegistry.NotFound(name);
        return OperationResult.Json(new JsonObject
        {
            ["defaultClientId"] = name,
            ["thingName"] = name,
            ["thingId"] = thing.ThingId,
            ["thingArn"] = arns.Of("thing/" + name),
            ["thingTypeName"] = thing.ThingTypeName,
            ["attributes"] = RegistryJson.Attributes(thing.VisibleAttributes()),
            ["version"] = thing.Version,
            ["billingGroupName"] = thing.BillingGroupName,
        });
    }

    private async Task<OperationResult> UpdateAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        string name = request.PathName("thingName");
        string? typeName = request.Name("thingTypeName");
        bool removesType = request.Flag("removeThingType") ?? false;
        if (typeName is not null && removesType)
        {
            throw OperationRequest.Invalid("thingTypeName and removeThingType exclude each other");
        }

        long? expected = request.Number("expectedVersion");
        (IReadOnlyDictionary<string, string?> Attributes, bool Merge)? payload = RegistryJson.Payload(request.Body, out IReadOnlyDictionary<string, string> firmware);
        Thing changed = await store.WriteAsync(
            "UpdateThing",
            transaction =>
            {
                Thing thing = registry.Require(transaction, name);
                RegistryJson.CheckVersion(expected, thing.Version);
                registry.CheckType(transaction, typeName);
                string? type = removesType ? null : typeName ?? thing.ThingTypeName;
                IReadOnlyDictionary<string, string> attributes = thing.Attributes;
                if (payload is (IReadOnlyDictionary<string, string?> sent, bool merge))
                {
                    attributes = ThingRegistry.Merge(merge ? thing.Attributes : new Dictionary<string, string>(), sent);
                }

                WellKnownAttributes.Check(attributes, type is not null);
                return transaction.Put(registry.Things, thing with { ThingTypeName = type, Attributes = attributes, Version = thing.Version + 1 });
            },
            cancellationToken).ConfigureAwait(false);
        foreach ((string component, string version) in firmware)
        {
            // A service that runs campaigns elsewhere keeps versions here; what the board reports next stands above it.
            await registry.SetFirmwareAsync(name, component, version, cancellationToken).ConfigureAwait(false);
        }

        await registry.NotifyAsync(changed).ConfigureAwait(false);
        return OperationResult.Empty;
    }

    private async Task<OperationResult> DeleteAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        string name = request.PathName("thingName");
        long? expected = request.QueryNumber("expectedVersion");
        bool deleted = await store.WriteAsync(
            "DeleteThing",
            transaction =>
            {
                // As AWS: deleting what is not there succeeds.
                if (transaction.Get(registry.Things, name) is not Thing thing)
                {
                    return false;
                }

                RegistryJson.CheckVersion(expected, thing.Version);
                if (transaction.List(registry.Principals, name + "|").Count > 0)
                {
                    throw OperationRequest.Invalid($"Cannot delete thing {name}: it still has principals attached. Detach them first.");
                }

                transaction.Delete(registry.Things, name);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
        if (deleted)
        {
            await registry.NotifyDeletedAsync(name).ConfigureAwait(false);
        }

        return OperationResult.Empty;
    }

    private OperationResult List(OperationRequest request)
    {
        (int limit, string? after) = request.Page();
        string? attribute = request.Query("attributeName");
        string? value = request.Query("attributeValue");
        string? type = request.Query("thingTypeName");
        bool prefix = request.QueryFlag("usePrefixAttributeValue");
        if (value is not null && attribute is null)
        {
            throw OperationRequest.Invalid("attributeValue needs attributeName");
        }

        IEnumerable<Thing> things = registry.Things.Range(after: after)
            .Where(thing => type is null || thing.ThingTypeName == type)
            .Where(thing => attribute is null || (thing.VisibleAttributes().TryGetValue(attribute, out string? has)
                && (value is null || (prefix ? has.StartsWith(value, StringComparison.Ordinal) : has == value))));
        return Pages.Create(
            things,
            limit,
            thing => thing.ThingName,
            thing => new JsonObject
            {
                ["thingName"] = thing.ThingName,
                ["thingTypeName"] = thing.ThingTypeName,
                ["thingArn"] = arns.Of("thing/" + thing.ThingName),
                ["attributes"] = RegistryJson.Attributes(thing.VisibleAttributes()),
                ["version"] = thing.Version,
            },
            "things");
    }

    private async Task<OperationResult> AttachAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        string name = request.PathName("thingName");
        string principal = PrincipalOf(request);
        bool exclusive = Exclusive(request) ?? false;
        await store.WriteAsync("AttachThingPrincipal", transaction => registry.Attach(transaction, new ThingPrincipal(name, principal, exclusive)), cancellationToken).ConfigureAwait(false);
        return OperationResult.Empty;
    }

    private async Task<OperationResult> DetachAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        string name = request.PathName("thingName");
        string principal = PrincipalOf(request);
        await store.WriteAsync(
            "DetachThingPrincipal",
            transaction =>
            {
                _ = registry.Require(transaction, name);
                _ = transaction.Delete(registry.Principals, name + "|" + principal)
                    ?? throw new CloudException(ErrorCodes.NotFound, $"The principal is not attached to thing {name}.");
            },
            cancellationToken).ConfigureAwait(false);
        return OperationResult.Empty;
    }

    private OperationResult ListPrincipals(OperationRequest request, bool withType)
    {
        string name = request.PathName("thingName");
        (int limit, string? after) = request.Page();
        bool? exclusive = withType ? Exclusive(request) : null;
        _ = registry.Find(name) ?? throw ThingRegistry.NotFound(name);
        return Pages.Create(
            registry.Principals.Range(name + "|", after is null ? null : name + "|" + after).Where(link => exclusive is null || link.IsExclusive == exclusive),
            limit,
            link => link.Principal,
            link => withType ? new JsonObject { ["principal"] = arns.Of(link.Principal), ["thingPrincipalType"] = TypeOf(link) } : arns.Of(link.Principal),
            withType ? "thingPrincipalObjects" : "principals");
    }

    private OperationResult ListThings(OperationRequest request, bool withType)
    {
        string principal = PrincipalOf(request);
        (int limit, string? after) = request.Page();
        bool? exclusive = withType ? Exclusive(request) : null;
        return Pages.Create(
            registry.Principals.RangeByAlternate(principal + "|", after is null ? null : principal + "|" + after).Where(link => exclusive is null || link.IsExclusive == exclusive),
            limit,
            link => link.Thing,
            link => withType ? new JsonObject { ["thingName"] = link.Thing, ["thingPrincipalType"] = TypeOf(link) } : link.Thing,
            withType ? "principalThingObjects" : "things");
    }

    private string PrincipalOf(OperationRequest request) => "cert/" + arns.Id(request.RequiredHeader("x-amzn-principal"), "cert", "principal");
}
