using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Registry;

/// <summary>Things, their groups, and the principals attached to them. Every change is durable when its task ends.</summary>
public interface IRegistry : IFleet
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

    /// <summary>Sets the dynamic groups a thing is in.</summary>
    /// <param name="thingName">The thing.</param>
    /// <param name="change">From the groups it is in to those it is to be in.</param>
    /// <returns>The task.</returns>
    Task SetDynamicGroupsAsync(string thingName, Func<Thing, IReadOnlyList<string>> change);

    /// <summary>The things a principal is attached to.</summary>
    /// <param name="principal">The principal: <c>cert/ID</c>.</param>
    /// <returns>Their names.</returns>
    IReadOnlyList<string> ThingsOf(string principal);

    /// <summary>Sets the tags of a resource as it is created, in another feature's transaction.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="resource">Type and id.</param>
    /// <param name="tags">The tags.</param>
    void SetTags(RecordTransaction transaction, string resource, IReadOnlyDictionary<string, string> tags);

    /// <summary>Deletes the tags of a resource that is deleted, in another feature's transaction.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="resource">Type and id.</param>
    void DeleteTags(RecordTransaction transaction, string resource);

    /// <summary>Whether a principal is attached to its thing exclusively.</summary>
    /// <param name="principal">The principal: <c>cert/ID</c>.</param>
    /// <returns>True where it is.</returns>
    bool IsExclusive(string principal);

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
