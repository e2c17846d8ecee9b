namespace NanoIoT.Cloud.Registry;

/// <summary>The things there are, as campaigns and people look at them: this service's registry, or AWS IoT's.</summary>
public interface IFleet
{
    /// <summary>A thing.</summary>
    /// <param name="thingName">Its name.</param>
    /// <returns>The thing, or null.</returns>
    Thing? Find(string thingName);

    /// <summary>A thing as it is stored now, where others write too.</summary>
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

    /// <summary>Stores the version a component confirmed; nothing happens where it is stored already, the thing is gone, or it has <see cref="Thing.MaxComponents"/> others.</summary>
    /// <param name="thingName">The thing.</param>
    /// <param name="component">The component.</param>
    /// <param name="version">The version.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The task.</returns>
    Task SetFirmwareAsync(string thingName, string component, string version, CancellationToken cancellationToken = default);

    /// <summary>Looks at what others have written, before a plan is held against the fleet.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The task.</returns>
    Task RefreshAsync(CancellationToken cancellationToken = default);
}
