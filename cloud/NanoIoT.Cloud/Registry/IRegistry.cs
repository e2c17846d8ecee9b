using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Registry;

/// <summary>Things, their groups, and the principals attached to them. Every change is durable when its task ends.</summary>
public interface IRegistry
{
    /// <summary>Raised after a thing was created or its groups or region changed.</summary>
    event Func<Thing, Task>? ThingChanged;

    /// <summary>Raised after a thing was deleted.</summary>
    event Func<string, Task>? ThingDeleted;

    /// <summary>Grows with every change that may change what a device is allowed: things' attributes, types, groups, principals; not their firmware.</summary>
    long AccessRevision { get; }

    /// <summary>Creates a thing. The same request again answers the thing that is there.</summary>
    /// <param name="request">What it is to be; groups that are not there are created.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The thing.</returns>
    Task<Thing> CreateAsync(ThingRequest request, CancellationToken cancellationToken = default);

    /// <summary>A thing.</summary>
    /// <param name="thingName">Its name.</param>
    /// <returns>The thing, or null.</returns>
    Thing? Find(string thingName);

    /// <summary>A thing as it is stored now, where other copies of the service write too.</summary>
    /// <param name="thingName">Its name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The thing, or null.</returns>
    Task<Thing?> ReadAsync(string thingName, CancellationToken cancellationToken = default);

    /// <summary>Things in the order of their names.</summary>
    /// <param name="group">Only those in a group, or null.</param>
    /// <param name="region">Only those in a region, or null.</param>
    /// <param name="after">Only those whose name follows, or null.</param>
    /// <param name="limit">How many at most.</param>
    /// <returns>The things.</returns>
    IReadOnlyList<Thing> List(string? group = null, string? region = null, string? after = null, int limit = int.MaxValue);

    /// <summary>Sets attributes of a thing.</summary>
    /// <param name="thingName">The thing.</param>
    /// <param name="attributes">Names and values; a null value removes an attribute, others stay.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The thing.</returns>
    Task<Thing> SetAttributesAsync(string thingName, IReadOnlyDictionary<string, string?> attributes, CancellationToken cancellationToken = default);

    /// <summary>Deletes a thing and detaches its principals.</summary>
    /// <param name="thingName">Its name.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The principals that were attached: <c>cert/ID</c>.</returns>
    Task<IReadOnlyList<string>> DeleteAsync(string thingName, CancellationToken cancellationToken = default);

    /// <summary>Stores the version a component confirmed; nothing happens where it is stored already, or the thing is gone.</summary>
    /// <param name="thingName">The thing.</param>
    /// <param name="component">The component.</param>
    /// <param name="version">The version.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The task.</returns>
    Task SetFirmwareAsync(string thingName, string component, string version, CancellationToken cancellationToken = default);

    /// <summary>Sets the dynamic groups a thing is in.</summary>
    /// <param name="thingName">The thing.</param>
    /// <param name="change">From the groups it is in to those it is to be in.</param>
    /// <returns>The task.</returns>
    Task SetDynamicGroupsAsync(string thingName, Func<Thing, IReadOnlyList<string>> change);

    /// <summary>The things a principal is attached to.</summary>
    /// <param name="principal">The principal: <c>cert/ID</c>.</param>
    /// <returns>Their names.</returns>
    IReadOnlyList<string> ThingsOf(string principal);

    /// <summary>The principals attached to a thing.</summary>
    /// <param name="thingName">The thing.</param>
    /// <returns>The principals.</returns>
    IReadOnlyList<string> PrincipalsOf(string thingName);

    /// <summary>Attaches a principal to a thing, in another feature's transaction.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="thingName">The thing.</param>
    /// <param name="principal">The principal: <c>cert/ID</c>.</param>
    void Attach(RecordTransaction transaction, string thingName, string principal);

    /// <summary>Whether a principal is attached to a thing, as a transaction sees it.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="principal">The principal: <c>cert/ID</c>.</param>
    /// <returns>True where it is.</returns>
    bool IsAttached(RecordTransaction transaction, string principal);

    /// <summary>Detaches a principal from every thing, in another feature's transaction.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="principal">The principal: <c>cert/ID</c>.</param>
    void DetachAll(RecordTransaction transaction, string principal);

    /// <summary>Creates or changes a thing as a provisioning template says, in another feature's transaction.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="request">The thing.</param>
    /// <param name="overrides">What changes where the thing is there already.</param>
    void Provision(RecordTransaction transaction, ThingRequest request, ProvisioningOverrides overrides);

    /// <summary>Tells who listens that a thing was provisioned, once the transaction is durable.</summary>
    /// <param name="thingName">The thing.</param>
    /// <returns>The task.</returns>
    Task ProvisionedAsync(string thingName);

    /// <summary>A group and the groups above it.</summary>
    /// <param name="groupName">The group.</param>
    /// <returns>Their names, the group's first; none where it does not exist.</returns>
    IReadOnlyList<string> GroupAndParents(string groupName);
}
