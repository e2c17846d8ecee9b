using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Firmware;

/// <summary>Where the bytes of images lie. A file is named after its content, so it never changes and may be cached for ever.</summary>
public interface IImageStore
{
    /// <summary>Stores a file, whole or not at all; one that is there already is the same.</summary>
    /// <param name="file">Its name: SHA-256 of the image in 64 hexadecimal digits, and <c>.bin</c>.</param>
    /// <param name="image">The image.</param>
    /// <param name="digests">What lies behind it: the list of chunk digests.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The task.</returns>
    /// <exception cref="CloudException">It cannot be stored; nothing was kept.</exception>
    Task WriteAsync(string file, ReadOnlyMemory<byte> image, ReadOnlyMemory<byte> digests, CancellationToken cancellationToken);

    /// <summary>Reads a file.</summary>
    /// <param name="file">Its name.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Its bytes, or null.</returns>
    Task<byte[]?> ReadAsync(string file, CancellationToken cancellationToken);

    /// <summary>Deletes a file; one that is not there is deleted already.</summary>
    /// <param name="file">Its name.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The task.</returns>
    Task DeleteAsync(string file, CancellationToken cancellationToken);

    /// <summary>A URL that boards download from, by ranges too.</summary>
    /// <param name="file">The file's name.</param>
    /// <returns>The URL and when it stops working, Unix seconds.</returns>
    (string Url, long Expires) CreateUrl(string file);
}
