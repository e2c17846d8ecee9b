using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Storage;
using NanoIoT.HardwareProfiles;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Firmware;

/// <summary>
/// Images in a folder, one file each: the image, and behind it the list of chunk digests. A file is named after its
/// content and written whole before anything names it, so a full disk or a crash leaves nothing half written.
/// </summary>
public sealed partial class FolderFirmwareRepository : IFirmwareRepository
{
    private const int MaxImageBytes = 16 * 1024 * 1024;

    private readonly string _folder;
    private readonly SqliteDatabase _database;
    private readonly FirmwareKey _key;
    private readonly byte[] _urlKey;
    private readonly Func<string> _baseUrl;
    private readonly TimeSpan _urlLifetime;
    private readonly TimeProvider _time;

    /// <summary>Creates the repository.</summary>
    /// <param name="folder">The folder, which exists.</param>
    /// <param name="database">Where the manifests are kept.</param>
    /// <param name="key">What signs.</param>
    /// <param name="urlKey">The secret that signs URLs.</param>
    /// <param name="baseUrl">The API's address, known once it listens.</param>
    /// <param name="urlLifetime">How long a URL works.</param>
    /// <param name="time">The clock.</param>
    public FolderFirmwareRepository(string folder, SqliteDatabase database, FirmwareKey key, byte[] urlKey, Func<string> baseUrl, TimeSpan urlLifetime, TimeProvider time)
    {
        _folder = folder;
        _database = database;
        _key = key;
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
    public async Task<Artifact> PublishAsync(PublishRequest request, CancellationToken cancellationToken = default)
    {
        SemanticVersion version = SemanticVersion.Parse(request.Version)
            ?? throw new CloudException(ErrorCodes.InvalidRequest, $"version: {request.Version} is no semantic version");
        (byte[] image, string kind, int chunkSize) = CreateImage(request, version);
        CheckProfiles(request, kind, image);
        DigestList digests = DigestList.Compute(image, chunkSize);
        Manifest manifest = CreateManifest(request, image, kind, chunkSize, digests);
        byte[] manifestBytes = ToBytes(manifest);

        Artifact? existing = Find(request.Component, request.Version);
        if (existing is not null)
        {
            return IsSame(existing.Manifest, manifest, request.Image.Span)
                ? existing
                : throw new CloudException(ErrorCodes.AlreadyExists, $"{request.Component} {request.Version} is published already, with another image or settings.");
        }

        string file = manifest.Sha256 + ".bin";
        await WriteFileAsync(Path.Combine(_folder, file), image, digests.Bytes, cancellationToken).ConfigureAwait(false);
        var artifact = new Artifact(manifest, manifestBytes, _key.Sign(manifestBytes), _key.Id, file, _time.GetUtcNow().ToUnixTimeSeconds());
        int rows = await _database.WriteAsync(
            connection => connection.Run(
                "INSERT OR IGNORE INTO artifacts VALUES (@0, @1, @2, @3, @4, @5, @6)",
                manifest.Component,
                manifest.Version,
                manifestBytes,
                artifact.Signature,
                artifact.KeyId,
                file,
                artifact.Created),
            cancellationToken).ConfigureAwait(false);
        return rows == 1 ? artifact : throw new CloudException(ErrorCodes.AlreadyExists, $"{request.Component} {request.Version} was published meanwhile.");
    }

    /// <inheritdoc/>
    public Artifact? Find(string component, string version) => _database.Read(connection => connection.Query(
        "SELECT manifest, signature, key_id, file, created FROM artifacts WHERE component = @0 AND version = @1", Map, component, version).FirstOrDefault());

    /// <inheritdoc/>
    public async Task DeleteAsync(string component, string version, CancellationToken cancellationToken = default)
    {
        Artifact artifact = Find(component, version) ?? throw new CloudException(ErrorCodes.NotFound, $"{component} {version} is not published.");
        bool isLast = await _database.WriteAsync(
            connection =>
            {
                connection.Run("DELETE FROM artifacts WHERE component = @0 AND version = @1", component, version);
                return connection.Scalar<long>("SELECT count(*) FROM artifacts WHERE file = @0", artifact.File) == 0;
            },
            cancellationToken).ConfigureAwait(false);
        if (isLast)
        {
            File.Delete(Path.Combine(_folder, artifact.File));
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Artifact> List() => _database.Read(connection => connection.Query(
        "SELECT manifest, signature, key_id, file, created FROM artifacts ORDER BY created, component, version", Map));

    /// <inheritdoc/>
    public (string Url, long Expires) CreateUrl(Artifact artifact)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        long expires = (_time.GetUtcNow() + _urlLifetime).ToUnixTimeSeconds();
        return ($"{_baseUrl()}/firmware/{artifact.File}?expires={expires}&signature={SignUrl(artifact.File, expires)}", expires);
    }

    /// <inheritdoc/>
    public string? OpenUrl(string file, long expires, string signature)
    {
        if (!FileName().IsMatch(file) || expires < _time.GetUtcNow().ToUnixTimeSeconds())
        {
            return null;
        }

        byte[] expected = Encoding.ASCII.GetBytes(SignUrl(file, expires));
        return CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(signature)) ? Path.Combine(_folder, file) : null;
    }

    private static Manifest CreateManifest(PublishRequest request, byte[] image, string kind, int chunkSize, DigestList digests) => new()
    {
        Component = request.Component,
        Version = request.Version,
        Kind = kind,
        Size = image.Length,
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(image)),
        ChunkSize = chunkSize,
        DigestsHmac = Convert.ToHexStringLower(digests.Root),
        DigestsOffset = image.Length,
        Profiles = [.. request.Profiles],
        MinVersion = request.MinVersion,
        MinClr = request.MinClr,
        RollbackIndex = request.RollbackIndex,
    };

    private static byte[] ToBytes(Manifest manifest)
    {
        try
        {
            return manifest.ToBytes();
        }
        catch (MessageException exception)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, Explain(exception.Message), exception);
        }
    }

    private static string Explain(string field) => field switch
    {
        Fields.Component => "component: 1 to 128 of a-z A-Z 0-9 : _ -",
        Fields.Profiles => "profiles: 1 to 16, each 1 to 128 of a-z A-Z 0-9 : _ -",
        Fields.Size => "image: more chunks than a board can check (4,096)",
        Fields.MinVersion or Fields.MinClr => field + ": not a semantic version",
        Fields.RollbackIndex => "rollbackIndex: not negative",
        _ => field + ": missing or out of its range",
    };

    private static void CheckProfiles(PublishRequest request, string kind, byte[] image)
    {
        foreach (string name in request.Profiles)
        {
            HardwareProfile profile = ProfileCatalog.Find(name)
                ?? throw new CloudException(ErrorCodes.InvalidRequest, $"profile: {name} is none of {string.Join(", ", ProfileCatalog.All.Keys)}");
            bool isClr = request.Component == Fields.Clr;
            if (kind == ImageKinds.Bundle)
            {
                Require(profile.Update.IsFiles && !isClr, $"profile: {name} updates {request.Component} by MCUboot images; this is a bundle");
                int heap = BundleFile.ReadHeader(image).HeapBytes;
                Require(
                    heap <= profile.ManagedHeapBytes - BundleBuilder.HeapReserve,
                    $"image: loading it takes {heap} bytes of managed heap for good; {name} has {profile.ManagedHeapBytes}, of which {BundleBuilder.HeapReserve} must remain");
                continue;
            }

            SlotLayout? slot = isClr ? profile.Update.Clr?.Secondary : profile.Update.Secondary;
            Require(slot is not null, isClr ? $"profile: the nanoCLR of {name} cannot be updated in the field" : $"profile: {name} updates by files; build a bundle (nanoiot firmware build --kind bundle)");
            int room = profile.Update.ImageCapacity(slot!);
            Require(image.Length <= room, $"image: {image.Length} bytes do not fit the slot of {name} ({room} bytes)");
        }
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, message);
        }
    }

    private static Artifact Map(SqliteDataReader row)
    {
        byte[] bytes = row.Blob(0);
        return new Artifact(Manifest.Parse(bytes), bytes, row.Blob(1), row.GetString(2), row.GetString(3), row.GetInt64(4));
    }

    private static async Task WriteFileAsync(string path, byte[] image, byte[] digests, CancellationToken cancellationToken)
    {
        string temporary = path + "." + Guid.NewGuid().ToString("n") + ".tmp";
        try
        {
            var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write);
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

    private static void DeleteIfThere(string path)
    {
        if (File.Exists(path))
        {
            File.Delete(path);
        }
    }

    /// <summary>A payload is signed anew each time, with another signature: its header and payload tell whether it is the same.</summary>
    private bool IsSame(Manifest published, Manifest wanted, ReadOnlySpan<byte> sent)
    {
        bool sameSettings = published.Profiles.AsSpan().SequenceEqual(wanted.Profiles) && published.MinVersion == wanted.MinVersion
            && published.MinClr == wanted.MinClr && published.RollbackIndex == wanted.RollbackIndex;
        if (!sameSettings || published.Sha256 == wanted.Sha256)
        {
            return sameSettings;
        }

        string path = Path.Combine(_folder, published.Sha256 + ".bin");
        return !McuBootImageBuilder.IsImage(sent) && File.Exists(path)
            && File.ReadAllBytes(path).AsSpan(McuBootImageBuilder.HeaderSize).StartsWith(sent);
    }

    private (byte[] Image, string Kind, int ChunkSize) CreateImage(PublishRequest request, SemanticVersion version)
    {
        Require(request.Image.Length is > 0 and <= MaxImageBytes, $"image: 1 to {MaxImageBytes} bytes");
        if (BundleFile.IsBundle(request.Image.Span))
        {
            BundleFile bundle = BundleFile.Read(request.Image);
            Require(bundle.AreDigestsRight, "image: the bundle's digests are not its data's");
            Require(SemanticVersion.AreEqual(bundle.Header.Version, request.Version), $"version: the bundle's header says {bundle.Header.Version}");
            return (bundle.Data.ToArray(), ImageKinds.Bundle, bundle.Header.ChunkSize);
        }

        if (!McuBootImageBuilder.IsImage(request.Image.Span))
        {
            return (McuBootImageBuilder.Build(request.Image.Span, version, _key.Key), ImageKinds.McuBoot, Contract.DefaultChunkBytes);
        }

        McuBootImageFile image = McuBootImageFile.Read(request.Image);
        string inHeader = image.Version.Split('+')[0];
        Require(inHeader == $"{version.Major}.{version.Minor}.{version.Patch}", $"version: the image's header says {inHeader}");
        Require(image.IsHashRight, "image: its hash is not its content's");

        // Padding and trailer are the slot's, not the image's: the board writes its own.
        return (request.Image[..image.TotalLength].ToArray(), ImageKinds.McuBoot, Contract.DefaultChunkBytes);
    }

    private string SignUrl(string file, long expires) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(_urlKey, Encoding.ASCII.GetBytes($"{file}\n{expires}")));

    [GeneratedRegex(@"^[0-9a-f]{64}\.bin\z")]
    private static partial Regex FileName();
}
