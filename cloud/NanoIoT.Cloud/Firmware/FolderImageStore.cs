using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity;

namespace NanoIoT.Cloud.Firmware;

/// <summary>
/// Images in a folder, one file each, written whole before anything names it, so that a full disk or a crash leaves nothing half
/// written; downloaded from this service by signed, expiring URLs.
/// </summary>
public sealed partial class FolderImageStore : IImageStore
{
    private readonly string _folder;
    private readonly byte[] _urlKey;
    private readonly Func<string> _baseUrl;
    private readonly TimeSpan _urlLifetime;
    private readonly TimeProvider _time;

    /// <summary>Opens the folder.</summary>
    /// <param name="folder">The folder, which exists.</param>
    /// <param name="urlKey">The secret that signs URLs.</param>
    /// <param name="baseUrl">The API's address, known once it listens.</param>
    /// <param name="urlLifetime">How long a URL works.</param>
    /// <param name="time">The clock.</param>
    public FolderImageStore(string folder, byte[] urlKey, Func<string> baseUrl, TimeSpan urlLifetime, TimeProvider time)
    {
        _folder = folder;
        _urlKey = urlKey;
        _baseUrl = baseUrl;
        _urlLifetime = urlLifetime;
        _time = time;
        foreach (string left in Directory.EnumerateFiles(folder, "*.tmp"))
        {
            File.Delete(left);
        }
    }

    /// <inheritdoc/>
    public async Task WriteAsync(string file, ReadOnlyMemory<byte> image, ReadOnlyMemory<byte> digests, CancellationToken cancellationToken)
    {
        string path = Path.Combine(_folder, file);
        string temporary = path + "." + Guid.NewGuid().ToString("n") + ".tmp";
        try
        {
            FileStream stream = PrivateFile.Open(temporary, FileMode.CreateNew, FileShare.None);
            await using (stream.ConfigureAwait(false))
            {
                await stream.WriteAsync(image, cancellationToken).ConfigureAwait(false);
                await stream.WriteAsync(digests, cancellationToken).ConfigureAwait(false);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            DeleteIfThere(temporary);
            throw new CloudException(ErrorCodes.DiskFull, "The image cannot be stored: the disk is full, or the firmware folder cannot be written. Nothing was kept.", exception);
        }
        catch
        {
            DeleteIfThere(temporary);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<byte[]?> ReadAsync(string file, CancellationToken cancellationToken)
    {
        string path = Path.Combine(_folder, file);
        return File.Exists(path) ? await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false) : null;
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string file, CancellationToken cancellationToken)
    {
        DeleteIfThere(Path.Combine(_folder, file));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public (string Url, long Expires) CreateUrl(string file)
    {
        long expires = (_time.GetUtcNow() + _urlLifetime).ToUnixTimeSeconds();
        return ($"{_baseUrl()}/firmware/{file}?expires={expires}&signature={SignUrl(file, expires)}", expires);
    }

    /// <summary>Whether a download URL was signed by this service and has not expired.</summary>
    /// <param name="file">The file that the URL names.</param>
    /// <param name="expires">The end of its validity in Unix seconds.</param>
    /// <param name="signature">Its signature.</param>
    /// <returns>True where it was, and has not.</returns>
    public bool IsValidUrl(string file, long expires, string signature)
    {
        if (!FileName().IsMatch(file) || expires < _time.GetUtcNow().ToUnixTimeSeconds())
        {
            return false;
        }

        byte[] expected = Encoding.ASCII.GetBytes(SignUrl(file, expires));
        return CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(signature));
    }

    /// <summary>The path of a stored file.</summary>
    /// <param name="file">Its name, from a URL that <see cref="IsValidUrl"/> accepts.</param>
    /// <returns>The path.</returns>
    public string PathOf(string file) => Path.Combine(_folder, file);

    private static void DeleteIfThere(string path)
    {
        if (File.Exists(path))
        {
            File.Delete(path);
        }
    }

    private string SignUrl(string file, long expires) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(_urlKey, Encoding.ASCII.GetBytes($"{file}\n{expires}")));

    [GeneratedRegex(@"^[0-9a-f]{64}\.bin\z")]
    private static partial Regex FileName();
}
