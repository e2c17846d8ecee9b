using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Registry.Operations;

/// <summary>AWS's operations on billing groups.</summary>
internal sealed class BillingGroupOperations(ThingRegistry registry, RecordStore store, Arns arns) : IOperationSource
{
    public IEnumerable<Operation> Operations =>
    [
        new() { Name = "CreateBillingGroup", Method = "POST", Path = "/billing-groups/{billingGroupName}", Role = Role.Operator, Handler = CreateAsync },
        new() { Name = "DescribeBillingGroup", Method = "GET", Path = "/billing-groups/{billingGroupName}", Handler = (request, _) => Task.FromResult(Describe(request)) },
        new() { Name = "UpdateBillingGroup", Method = "PATCH", Path = "/billing-groups/{billingGroupName}", Role = Role.Operator, Handler = UpdateAsync },
        new() { Name = "DeleteBillingGroup", Method = "DELETE", Path = "/billing-groups/{billingGroupName}", Role = Role.Operator, Handler = DeleteAsync },
        new() { Name = "ListBillingGroups", Method = "GET", Path = "/billing-groups", Handler = (request, _) => Task.FromResult(List(request)) },
        new() { Name = "AddThingToBillingGroup", Method = "PUT", Path = "/billing-groups/addThingToBillingGroup", Role = Role.Operator, Handler = (request, cancellationToken) => ChangeAsync(request, true, cancellationToken) },
        new() { Name = "RemoveThingFromBillingGroup", Method = "PUT", Path = "/billing-groups/removeThingFromBillingGroup", Role = Role.Operator, Handler = (request, cancellationToken) => ChangeAsync(request, false, cancellationToken) },
        new() { Name = "ListThingsInBillingGroup", Method = "GET", Path = "/billing-groups/{billingGroupName}/things", Handler = (request, _) => Task.FromResult(ListThings(request)) },
    ];

    private static CloudException NotFound(string name) => new(ErrorCodes.NotFound, $"Billing group {name} does not exist.");

    private static string? Description(OperationRequest request) =>
        RegistryJson.Description(request.Member("billingGroupProperties"), "billingGroupDescription") is { Length: > 0 } text ? text : null;

    private async Task<OperationResult> CreateAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        string name = request.PathName("billingGroupName");
        string? description = Description(request);
        Dictionary<string, string> tags = RegistryJson.Tags(request.Body);
        BillingGroup group = await store.WriteAsync(
            "CreateBillingGroup",
            transaction =>
            {
                if (transaction.Get(registry.BillingGroups, name) is BillingGroup known)
                {
                    return known.Description == description ? known : throw arns.AlreadyExists("billinggroup/" + name, $"Billing group '{name}' already exists with other properties.");
                }

                if (tags.Count > 0)
                {
                    transaction.Put(registry.Tags, new ResourceTags("billinggroup/" + name, tags));
                }

                return transaction.Put(registry.BillingGroups, new BillingGroup { Name = name, Id = Guid.NewGuid().ToString(), Description = description, Version = 1, Created = transaction.Now });
            },
            cancellationToken).ConfigureAwait(false);
        return OperationResult.Json(new JsonObject { ["billingGroupName"] = name, ["billingGroupArn"] = arns.Of("billinggroup/" + name), ["billingGroupId"] = group.Id });
    }

    private OperationResult Describe(OperationRequest request)
    {
        string name = request.PathName("billingGroupName");
        BillingGroup group = registry.BillingGroups.Get(name) ?? throw NotFound(name);
        return OperationResult.Json(new JsonObject
        {
            ["billingGroupName"] = name,
            ["billingGroupId"] = group.Id,
            ["billingGroupArn"] = arns.Of("billinggroup/" + name),
            ["version"] = group.Version,
            ["billingGroupProperties"] = new JsonObject { ["billingGroupDescription"] = group.Description },
            ["billingGroupMetadata"] = new JsonObject { ["creationDate"] = group.Created },
        });
    }

    private async Task<OperationResult> UpdateAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        string name = request.PathName("billingGroupName");
        string? description = Description(request);
        long? expected = request.Number("expectedVersion");
        BillingGroup changed = await store.WriteAsync(
            "UpdateBillingGroup",
            transaction =>
            {
                BillingGroup group = transaction.Get(registry.BillingGroups, name) ?? throw NotFound(name);
                RegistryJson.CheckVersion(expected, group.Version);
                return transaction.Put(registry.BillingGroups, group with { Description = description, Version = group.Version + 1 });
            },
            cancellationToken).ConfigureAwait(false);
        return OperationResult.Json(new JsonObject { ["version"] = changed.Version });
    }

    private async Task<OperationResult> DeleteAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        string name = request.PathName("billingGroupName");
        long? expected = request.QueryNumber("expectedVersion");
        await store.WriteAsync(
            "DeleteBillingGroup",
            transaction =>
            {
                if (transaction.Get(registry.BillingGroups, name) is BillingGroup group)
                {
                    RegistryJson.CheckVersion(expected, group.Version);
                    transaction.Delete(registry.BillingGroups, name);
                    transaction.Delete(registry.Tags, "billinggroup/" + name);
                }
            },
            cancellationToken).ConfigureAwait(false);

        // No thing joins a group that is gone; whoever is in it leaves now.
        foreach (Thing member in registry.Things.Range().Where(thing => thing.BillingGroupName == name))
        {
            await SetAsync("LeaveBillingGroup", member.ThingName, name, null, cancellationToken).ConfigureAwait(false);
        }

        return OperationResult.Empty;
    }

    private OperationResult List(OperationRequest request)
    {
        (int limit, string? after) = request.Page();
        return Pages.Create(
            registry.BillingGroups.Range(request.Query("namePrefixFilter") ?? string.Empty, after),
            limit,
            group => group.Name,
            group => RegistryJson.NameAndArn(arns, "billinggroup", group.Name),
            "billingGroups");
    }

    private async Task<OperationResult> ChangeAsync(OperationRequest request, bool adds, CancellationToken cancellationToken)
    {
        string group = RegistryJson.NameOrArn(request, arns, "billinggroup", "billingGroupName", "billingGroupArn");
        string thing = RegistryJson.NameOrArn(request, arns, "thing", "thingName", "thingArn");
        await SetAsync(adds ? "AddThingToBillingGroup" : "RemoveThingFromBillingGroup", thing, group, adds ? group : null, cancellationToken).ConfigureAwait(false);
        return OperationResult.Empty;
    }

    private Task SetAsync(string action, string thingName, string group, string? next, CancellationToken cancellationToken) => store.WriteAsync(
        action,
        transaction =>
        {
            Thing thing = registry.Require(transaction, thingName);
            if (next is not null && transaction.Get(registry.BillingGroups, group) is null)
            {
                throw NotFound(group);
            }

            if (next is not null && thing.BillingGroupName is string other && other != next)
            {
                throw OperationRequest.Invalid($"Thing {thingName} is in billing group {other}. Remove it from there first.");
            }

            if (thing.BillingGroupName != next && (next is not null || thing.BillingGroupName == group))
            {
                transaction.Put(registry.Things, thing with { BillingGroupName = next, Version = thing.Version + 1 });
            }
        },
        cancellationToken);

    private OperationResult ListThings(OperationRequest request)
    {
        string name = request.PathName("billingGroupName");
        (int limit, string? after) = request.Page();
        _ = registry.BillingGroups.Get(name) ?? throw NotFound(name);
        return Pages.Create(registry.Things.Range(after: after).Where(thing => thing.BillingGroupName == name), limit, thing => thing.ThingName, thing => thing.ThingName, "things");
    }
}
