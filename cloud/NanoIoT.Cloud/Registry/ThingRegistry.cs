using System.Collections.Concurrent;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Storage;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Registry;

/// <summary>The registry. Reads are answered from memory; changes are transactions of the record store.</summary>
public sealed class ThingRegistry : IRegistry
{
    internal const int MaxGroups = 10;

    private readonly RecordStore _store;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SortedTable<Thing>> _byGroup = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Thing, string Component, string Version), Lazy<Task>> _firmwareWrites = new();
    private long _accessRevision;
    private int _dynamicGroups;

    /// <summary>Opens the registry.</summary>
    /// <param name="store">Where it is kept.</param>
    public ThingRegistry(RecordStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store;
        Things = store.Open<Thing>("thing", thing => thing.ThingName, beside: (thing => thing.Firmware, (thing, firmware) => thing with { Firmware = firmware }));
        Types = store.Open<ThingType>("thingType", type => type.Name);
        Groups = store.Open<ThingGroup>("thingGroup", group => group.Name);
        BillingGroups = store.Open<BillingGroup>("billingGroup", group => group.Name);
        Principals = store.Open<ThingPrincipal>("thingPrincipal", link => link.Thing + "|" + link.Principal, link => link.Principal + "|" + link.Thing);
        Tags = store.Open<ResourceTags>("tags", tags => tags.Resource);
        foreach (Thing thing in Things.Range())
        {
            Index(null, thing);
        }

        Things.Changed = OnChanged;
        Principals.Changed = (_, _) => Interlocked.Increment(ref _accessRevision);
        _dynamicGroups = Groups.Range().Count(group => group.Query is not null);
        Groups.Changed = (before, after) =>
        {
            Interlocked.Add(ref _dynamicGroups, (after?.Query is null ? 0 : 1) - (before?.Query is null ? 0 : 1));
            Interlocked.Increment(ref _accessRevision);
        };
    }

    /// <inheritdoc/>
    public event Func<Thing, Task>? ThingChanged;

    /// <inheritdoc/>
    public event Func<string, Task>? ThingDeleted;

    /// <inheritdoc/>
    public long AccessRevision => Interlocked.Read(ref _accessRevision);

    /// <summary>Whether there is a dynamic group; asked at each change of a shadow or a connection.</summary>
    internal bool HasDynamicGroups => Volatile.Read(ref _dynamicGroups) > 0;

    internal RecordTable<Thing> Things { get; }

    internal RecordTable<ThingType> Types { get; }

    internal RecordTable<ThingGroup> Groups { get; }

    internal RecordTable<BillingGroup> BillingGroups { get; }

    internal RecordTable<ThingPrincipal> Principals { get; }

    internal RecordTable<ResourceTags> Tags { get; }

    /// <inheritdoc/>
    public async Task<Thing> CreateAsync(ThingRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        Dictionary<string, string> attributes = AttributesOf(request);
        Check(request, attributes);
        Thing thing = await _store.WriteAsync(
            "CreateThing",
            transaction => transaction.Get(Things, request.ThingName) is Thing existing
                ? IsSame(existing, request, attributes)
                    ? existing
                    : throw new CloudException(ErrorCodes.AlreadyExists, $"Thing '{request.ThingName}' already exists with other settings.")
                : Put(transaction, request, attributes),
            cancellationToken).ConfigureAwait(false);
        await NotifyAsync(thing).ConfigureAwait(false);
        return thing;
    }

    /// <inheritdoc/>
    public Thing? Find(string thingName) => Things.Get(thingName);

    /// <inheritdoc/>
    public async Task<Thing?> ReadAsync(string thingName, CancellationToken cancellationToken = default)
    {
        await _store.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return Find(thingName);
    }

    /// <inheritdoc/>
    public Task RefreshAsync(CancellationToken cancellationToken = default) => _store.CatchUpAsync(cancellationToken);

    /// <inheritdoc/>
    public IReadOnlyList<Thing> List(string? group = null, string? region = null, string? after = null, int limit = int.MaxValue)
    {
        IEnumerable<Thing> things;
        if (group is null)
        {
            if (region is null)
            {
                return Things.Range(after: after, limit: limit);
            }

            things = Things.Range(after: after);
        }
        else
        {
            things = InGroup(group).Range(after: after);
        }

        return [.. things.Where(thing => region is null || thing.Region == region).Take(limit)];
    }

    /// <inheritdoc/>
    public async Task<Thing> SetAttributesAsync(string thingName, IReadOnlyDictionary<string, string?> attributes, CancellationToken cancellationToken = default)
    {
        Thing changed = await _store.WriteAsync(
            "SetAttributes",
            transaction =>
            {
                Thing thing = Require(transaction, thingName);
                Dictionary<string, string> merged = Merge(thing.Attributes, attributes);
                WellKnownAttributes.Check(merged, thing.ThingTypeName is not null);
                return transaction.Put(Things, thing with { Attributes = merged, Version = thing.Version + 1 });
            },
            cancellationToken).ConfigureAwait(false);
        await NotifyAsync(changed).ConfigureAwait(false);
        return changed;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> DeleteAsync(string thingName, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<string> principals = await _store.WriteAsync(
            "DeleteThing",
            transaction =>
            {
                string[] attached = [.. transaction.List(Principals, thingName + "|").Select(link => link.Principal)];
                foreach (string principal in attached)
                {
                    transaction.Delete(Principals, thingName + "|" + principal);
                }

                _ = transaction.Delete(Things, thingName) ?? throw NotFound(thingName);
                return attached;
            },
            cancellationToken).ConfigureAwait(false);
        await NotifyDeletedAsync(thingName).ConfigureAwait(false);
        return principals;
    }

    /// <inheritdoc/>
    public async Task SetFirmwareAsync(string thingName, string component, string version, CancellationToken cancellationToken = default)
    {
        if (Find(thingName) is not Thing known || known.Firmware.GetValueOrDefault(component) == version || !known.CanHave(component))
        {
            return;
        }

        // A board's report and its shadow say the same at the same time: it is written once.
        (string, string, string) what = (thingName, component, version);
        Lazy<Task> writing = _firmwareWrites.GetOrAdd(what, _ => new Lazy<Task>(() => _store.SetBesideAsync(Things, "SetFirmware", thingName, component, version, CancellationToken.None)));
        try
        {
            await writing.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _firmwareWrites.TryRemove(KeyValuePair.Create(what, writing));
        }
    }

    /// <inheritdoc/>
    public async Task SetDynamicGroupsAsync(string thingName, Func<Thing, IReadOnlyList<string>> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        Thing? changed = await _store.WriteAsync("UpdateDynamicMembership", transaction =>
        {
            if (transaction.Get(Things, thingName) is not Thing thing)
            {
                return null;
            }

            IReadOnlyList<string> groups = change(thing);
            return groups.SequenceEqual(thing.DynamicGroups) ? null : transaction.Put(Things, thing with { DynamicGroups = groups, Version = thing.Version + 1 });
        }).ConfigureAwait(false);
        if (changed is not null)
        {
            await NotifyAsync(changed).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ThingsOf(string principal) => [.. Principals.RangeByAlternate(principal + "|").Select(link => link.Thing)];

    /// <inheritdoc/>
    public void SetTags(RecordTransaction transaction, string resource, IReadOnlyDictionary<string, string> tags)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(tags);
        if (tags.Count > 0)
        {
            transaction.Put(Tags, new ResourceTags(resource, tags));
        }
    }

    /// <inheritdoc/>
    public void DeleteTags(RecordTransaction transaction, string resource)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        transaction.Delete(Tags, resource);
    }

    /// <inheritdoc/>
    public bool IsExclusive(string principal) => Principals.RangeByAlternate(principal + "|").Any(link => link.IsExclusive);

    /// <inheritdoc/>
    public IReadOnlyList<string> PrincipalsOf(string thingName) => [.. Principals.Range(thingName + "|").Select(link => link.Principal)];

    /// <inheritdoc/>
    public void Attach(RecordTransaction transaction, string thingName, string principal) => Attach(transaction, new ThingPrincipal(thingName, principal));

    /// <inheritdoc/>
    public bool IsAttached(RecordTransaction transaction, string principal)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.ListByAlternate(Principals, principal + "|").Count > 0;
    }

    /// <inheritdoc/>
    public void DetachAll(RecordTransaction transaction, string principal)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        foreach (ThingPrincipal link in transaction.ListByAlternate(Principals, principal + "|"))
        {
            transaction.Delete(Principals, link.Thing + "|" + link.Principal);
        }
    }

    /// <inheritdoc/>
    public void Provision(RecordTransaction transaction, ThingRequest request, ProvisioningOverrides overrides)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(overrides);
        Check(request, request.Attributes);
        if (transaction.Get(Things, request.ThingName) is not Thing existing)
        {
            Put(transaction, request, request.Attributes);
            return;
        }

        if (overrides.ExistingPrincipals == "FAIL" && transaction.List(Principals, request.ThingName + "|").Count > 0)
        {
            throw new CloudException(ErrorCodes.ResourceRegistrationFailure, $"Thing {request.ThingName} has a certificate already.");
        }

        IReadOnlyDictionary<string, string> attributes = overrides.AttributePayload switch
        {
            "REPLACE" => request.Attributes,
            "MERGE" => Merge(existing.Attributes, request.Attributes.ToDictionary(item => item.Key, item => (string?)item.Value)),
            _ => existing.Attributes,
        };
        string? type = overrides.ThingTypeName == "REPLACE" ? request.ThingTypeName : existing.ThingTypeName;
        IReadOnlyList<string> groups = overrides.ThingGroups == "REPLACE" ? [.. request.Groups.Order(StringComparer.Ordinal)] : existing.StaticGroups;
        foreach (string group in groups)
        {
            _ = RequireGroup(transaction, group);
        }

        WellKnownAttributes.Check(attributes, type is not null);
        Thing changed = existing with { Attributes = attributes, ThingTypeName = type, StaticGroups = groups, Version = existing.Version + 1 };
        if (changed with { Version = existing.Version } != existing)
        {
            transaction.Put(Things, changed);
        }
    }

    /// <inheritdoc/>
    public Task ProvisionedAsync(string thingName) => Find(thingName) is Thing thing ? NotifyAsync(thing) : Task.CompletedTask;

    /// <inheritdoc/>
    public IReadOnlyList<string> GroupAndParents(string groupName)
    {
        var path = new List<string>();
        for (ThingGroup? group = Groups.Get(groupName); group is not null; group = group.Parent is null ? null : Groups.Get(group.Parent))
        {
            path.Add(group.Name);
        }

        return path;
    }

    internal static CloudException NotFound(string thingName) => new(ErrorCodes.NotFound, $"Thing {thingName} does not exist.");

    internal static Dictionary<string, string> Merge(IReadOnlyDictionary<string, string> known, IReadOnlyDictionary<string, string?> sent)
    {
        var merged = new Dictionary<string, string>(known);
        foreach ((string name, string? value) in sent)
        {
            // As AWS: an attribute without a value is removed.
            if (string.IsNullOrEmpty(value))
            {
                merged.Remove(name);
            }
            else
            {
                merged[name] = value;
            }
        }

        return merged;
    }

    /// <summary>Things of a group, by name.</summary>
    internal SortedTable<Thing> InGroup(string group)
    {
        lock (_lock)
        {
            return _byGroup.GetValueOrDefault(group) ?? new SortedTable<Thing>();
        }
    }

    internal Thing Require(RecordTransaction transaction, string thingName) => transaction.Get(Things, thingName) ?? throw NotFound(thingName);

    internal ThingGroup RequireGroup(RecordTransaction transaction, string name) =>
        transaction.Get(Groups, name) ?? throw new CloudException(ErrorCodes.NotFound, $"Thing group {name} does not exist.");

    internal void Attach(RecordTransaction transaction, ThingPrincipal link)
    {
        _ = Require(transaction, link.Thing);
        foreach (ThingPrincipal other in transaction.ListByAlternate(Principals, link.Principal + "|"))
        {
            if (other.Thing != link.Thing && (other.IsExclusive || link.IsExclusive))
            {
                throw new CloudException(ErrorCodes.InvalidRequest, $"The principal is attached to thing {other.Thing}, and one of the two attachments is exclusive.");
            }
        }

        transaction.Put(Principals, link);
    }

    /// <summary>Tells who listens that a thing's attributes or groups changed.</summary>
    internal async Task NotifyAsync(Thing thing)
    {
        if (ThingChanged is not null)
        {
            foreach (Func<Thing, Task> listener in ThingChanged.GetInvocationList().Cast<Func<Thing, Task>>())
            {
                await listener(thing).ConfigureAwait(false);
            }
        }
    }

    internal async Task NotifyDeletedAsync(string thingName)
    {
        if (ThingDeleted is not null)
        {
            foreach (Func<string, Task> listener in ThingDeleted.GetInvocationList().Cast<Func<string, Task>>())
            {
                await listener(thingName).ConfigureAwait(false);
            }
        }
    }

    internal void CheckType(RecordTransaction transaction, string? typeName)
    {
        if (typeName is not null)
        {
            ThingType type = transaction.Get(Types, typeName) ?? throw new CloudException(ErrorCodes.NotFound, $"Thing type {typeName} does not exist.");
            if (type.Deprecated is not null)
            {
                throw new CloudException(ErrorCodes.InvalidRequest, $"Thing type {typeName} is deprecated: no thing can be given it.");
            }
        }
    }

    private static Dictionary<string, string> AttributesOf(ThingRequest request)
    {
        var attributes = new Dictionary<string, string>(request.Attributes) { [WellKnownAttributes.Profile] = request.Profile };
        if (request.Region.Length > 0)
        {
            attributes[WellKnownAttributes.Region] = request.Region;
        }

        return attributes;
    }

    private static bool IsSame(Thing thing, ThingRequest request, Dictionary<string, string> attributes) =>
        thing.ThingTypeName == request.ThingTypeName
        && thing.StaticGroups.ToHashSet(StringComparer.Ordinal).SetEquals(request.Groups)
        && thing.Attributes.Count == attributes.Count && thing.Attributes.All(item => attributes.GetValueOrDefault(item.Key) == item.Value);

    private static void Check(ThingRequest request, IReadOnlyDictionary<string, string> attributes)
    {
        bool names = Contract.IsValidName(request.ThingName) && (request.ThingTypeName is null || Contract.IsValidName(request.ThingTypeName));
        if (!names)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, "thingName, thingTypeName: 1 to 128 of a-z A-Z 0-9 : _ -");
        }

        if (request.Groups.Count > MaxGroups || !request.Groups.All(Contract.IsValidName))
        {
            throw new CloudException(ErrorCodes.InvalidRequest, "groups: at most 10, each 1 to 128 of a-z A-Z 0-9 : _ -");
        }

        WellKnownAttributes.Check(attributes, true);
    }

    private Thing Put(RecordTransaction transaction, ThingRequest request, IReadOnlyDictionary<string, string> attributes)
    {
        if (request.CreatesMissing)
        {
            CreateMissing(transaction, request);
        }

        CheckType(transaction, request.ThingTypeName);
        WellKnownAttributes.Check(attributes, request.ThingTypeName is not null || request.CreatesMissing);
        foreach (string group in request.Groups)
        {
            if (RequireGroup(transaction, group).Query is not null)
            {
                throw new CloudException(ErrorCodes.InvalidRequest, $"Group {group} is dynamic: its query says who is in it.");
            }
        }

        if (request.BillingGroupName is not null && transaction.Get(BillingGroups, request.BillingGroupName) is null)
        {
            throw new CloudException(ErrorCodes.NotFound, $"Billing group {request.BillingGroupName} does not exist.");
        }

        return transaction.Put(Things, new Thing
        {
            ThingName = request.ThingName,
            ThingId = Guid.NewGuid().ToString(),
            ThingTypeName = request.ThingTypeName,
            BillingGroupName = request.BillingGroupName,
            StaticGroups = [.. request.Groups.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Attributes = attributes,
            Version = 1,
            Created = transaction.Now,
        });
    }

    private void CreateMissing(RecordTransaction transaction, ThingRequest request)
    {
        foreach (string group in request.Groups.Where(name => transaction.Get(Groups, name) is null))
        {
            transaction.Put(Groups, new ThingGroup { Name = group, Id = Guid.NewGuid().ToString(), Version = 1, Created = transaction.Now });
        }

        if (request.ThingTypeName is string type && transaction.Get(Types, type) is null)
        {
            transaction.Put(Types, new ThingType { Name = type, Id = Guid.NewGuid().ToString(), Created = transaction.Now });
        }
    }

    private void OnChanged(Thing? before, Thing? after)
    {
        Index(before, after);

        // A confirmed version changes nothing a policy sees, and a fleet's update brings one a board.
        if (before is null || after is null || before.ThingTypeName != after.ThingTypeName || !before.Groups.SequenceEqual(after.Groups)
            || before.Attributes.Count != after.Attributes.Count || before.Attributes.Any(item => after.Attributes.GetValueOrDefault(item.Key) != item.Value))
        {
            Interlocked.Increment(ref _accessRevision);
        }
    }

    private void Index(Thing? before, Thing? after)
    {
        lock (_lock)
        {
            foreach (string group in before?.Groups ?? [])
            {
                if (after?.Groups.Contains(group) != true && _byGroup.TryGetValue(group, out SortedTable<Thing>? members))
                {
                    members.Remove(before!.ThingName);
                    if (members.Count == 0)
                    {
                        _byGroup.Remove(group);
                    }
                }
            }

            foreach (string group in after?.Groups ?? [])
            {
                if (!_byGroup.TryGetValue(group, out SortedTable<Thing>? members))
                {
                    _byGroup.Add(group, members = new SortedTable<Thing>());
                }

                members.Set(after!.ThingName, after);
            }
        }
    }
}
