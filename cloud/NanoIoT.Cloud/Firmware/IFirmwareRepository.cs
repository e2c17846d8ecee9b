namespace NanoIoT.Cloud.Firmware;

/// <summary>Published images.</summary>
public interface IFirmwareRepository
{
    /// <summary>Signs, cuts, digests and stores an image. The same image again answers what is there.</summary>
    /// <param name="request">What to publish.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The artifact.</returns>
    Task<Artifact> PublishAsync(PublishRequest request, CancellationToken cancellationToken = default);

    /// <summary>An artifact.</summary>
    /// <param name="component">The component.</param>
    /// <param name="version">The version.</param>
    /// <returns>The artifact, or null.</returns>
    Artifact? Find(string component, string version);

    /// <summary>An artifact as the way back from a higher version: the same image under a manifest that allows it, signed anew.</summary>
    /// <param name="artifact">The artifact.</param>
    /// <param name="from">The version it may replace.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The artifact to announce.</returns>
    Task<Artifact> WayBackAsync(Artifact artifact, string from, CancellationToken cancellationToken = default);

    /// <summary>Deletes an artifact.</summary>
    /// <param name="component">The component.</param>
    /// <param name="version">The version.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The task.</returns>
    Task DeleteAsync(string component, string version, CancellationToken cancellationToken = default);

    /// <summary>All artifacts, oldest first.</summary>
    /// <returns>The artifacts.</returns>
    IReadOnlyList<Artifact> List();

    /// <summary>A URL that boards download from.</summary>
    /// <param name="artifact">The artifact.</param>
    /// <returns>The URL and when it stops working, Unix seconds.</returns>
    (string Url, long Expires) CreateUrl(Artifact artifact);
}
