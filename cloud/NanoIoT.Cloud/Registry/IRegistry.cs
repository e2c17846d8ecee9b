namespace NanoIoT.Cloud.Registry;

/// <summary>The things, their groups and certificates. Every change is durable when its task ends.</summary>
public interface IRegistry
{
    /// <summary>Raised after a thing was created or its groups or region changed.</summary>
    event Func<Thing, Task>? ThingChanged;

    /// <summary>Raised after a thing was deleted.</summary>
    event Func<string, Task>? ThingDeleted;

    /// <summary>Creates a thing. The same request again answers the thing that is there.</summary>
    /// <param name="request">What it is to be.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The thing.</returns>
    Task<Thing> CreateAsync(ThingRequest request, CancellationToken cancellationToken = default);

    /// <summary>A thing.</summary>
    /// <param name="thingName">Its name.</param>
    /// <returns>The thing, or null.</returns>
    Thing? Find(string thingName);

    /// <summary>Things in the order of their names.</summary>
    /// <param name="group">Only those in a group, or null.</param>
    /// <param name="region">Only those in a region, or null.</param>
    /// <param name="after">Only those whose name follows, or null.</param>
    /// <param name="limit">How many at most.</param>
    /// <returns>The things.</returns>
    IReadOnlyList<Thing> List(string? group = null, string? region = null, string? after = null, int limit = int.MaxValue);

    /// <summary>Deletes a thing with its certificates.</summary>
    /// <param name="thingName">Its name.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The task.</returns>
    Task DeleteAsync(string thingName, CancellationToken cancellationToken = default);

    /// <summary>Stores the version a component confirmed; nothing happens where it is stored already, or the thing is gone.</summary>
    /// <param name="thingName">The thing.</param>
    /// <param name="component">The component.</param>
    /// <param name="version">The version.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The task.</returns>
    Task SetFirmwareAsync(string thingName, string component, string version, CancellationToken cancellationToken = default);

    /// <summary>Attaches a certificate to a thing.</summary>
    /// <param name="thingName">The thing.</param>
    /// <param name="certificateId">SHA-256 of the DER, 64 hexadecimal digits.</param>
    /// <param name="pem">The certificate.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The task.</returns>
    Task AttachCertificateAsync(string thingName, string certificateId, string pem, CancellationToken cancellationToken = default);

    /// <summary>The thing an active certificate is attached to.</summary>
    /// <param name="certificateId">The certificate's id.</param>
    /// <returns>The thing's name, or null.</returns>
    string? FindThingOfCertificate(string certificateId);
}
