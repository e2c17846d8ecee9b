using System.Security.Cryptography;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Storage;
using NanoIoT.HardwareProfiles;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Firmware;

/// <summary>Published images: their manifests are records, their bytes lie in an image store.</summary>
public sealed class FirmwareRepository : IFirmwareRepository
{
    private const int MaxImageBytes = 16 * 1024 * 1024;

    private readonly IImageStore _images;
    private readonly RecordStore _store;
    private readonly IFirmwareSigner _key;
    private readonly TimeProvider _time;
    private readonly ImageKeys _trusted;
    private readonly RecordTable<StoredArtifact> _artifacts;

    /// <summary>Opens the repository.</summary>
    /// <param name="images">Where the bytes are.</param>
    /// <param name="store">Where the manifests are kept.</param>
    /// <param name="key">What signs.</param>
    /// <param name="time">The clock.</param>
    /// <param name="trustedKeys">Public keys (DER) that boards' boot loaders trust besides <paramref name="key"/>; or null.</param>
    public FirmwareRepository(IImageStore images, RecordStore store, IFirmwareSigner key, TimeProvider time, IEnumerable<ReadOnlyMemory<byte>>? trustedKeys = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(key);
        _trusted = new ImageKeys([key.PublicKey, .. trustedKeys ?? []]);
        _images = images;
        _store = store;
        _key = key;
        _time = time;
        _artifacts = store.Open<StoredArtifact>(StoredArtifact.Kind, artifact => artifact.Id);
    }

    /// <inheritdoc/>
    public async Task<Artifact> PublishAsync(PublishRequest request, CancellationToken cancellationToken = default)
    {
        SemanticVersion version = SemanticVersion.Parse(request.Version)
            ?? throw new CloudException(ErrorCodes.InvalidRequest, $"version: '{request.Version}' is not a valid semantic version.");
        (byte[] image, string kind, int chunkSize) = await CreateImageAsync(request, version, cancellationToken).ConfigureAwait(false);
        CheckProfiles(request, kind, image);
        DigestList digests = DigestList.Compute(image, chunkSize);
        Manifest manifest = CreateManifest(request, image, kind, chunkSize, digests);
        byte[] manifestBytes = ToBytes(manifest);

        Artifact? existing = Find(request.Component, request.Version);
        if (existing is not null)
        {
            return await IsSameAsync(existing.Manifest, manifest, request.Image, cancellationToken).ConfigureAwait(false)
                ? existing
                : throw new CloudException(ErrorCodes.AlreadyExists, $"{request.Component} {request.Version} is published already, with another image or settings.");
        }

        string file = manifest.Sha256 + ".bin";
        await _images.WriteAsync(file, image, digests.Bytes, cancellationToken).ConfigureAwait(false);
        var artifact = new Artifact(manifest, manifestBytes, await _key.SignAsync(manifestBytes, cancellationToken).ConfigureAwait(false), _key.Id, file, _time.GetUtcNow().ToUnixTimeSeconds());
        await _store.WriteAsync(
            "PublishFirmware",
            transaction => transaction.Get(_artifacts, StoredArtifact.IdOf(manifest.Component, manifest.Version)) is null
                ? transaction.Put(_artifacts, StoredArtifact.Of(artifact))
                : throw new CloudException(ErrorCodes.AlreadyExists, $"{request.Component} {request.Version} was published meanwhile."),
            cancellationToken).ConfigureAwait(false);
        return artifact;
    }

    /// <inheritdoc/>
    public Artifact? Find(string component, string version) => _artifacts.Get(StoredArtifact.IdOf(component, version))?.Artifact;

    /// <inheritdoc/>
    public async Task<Artifact> WayBackAsync(Artifact artifact, string from, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        Manifest manifest = Manifest.Parse(artifact.ManifestBytes);
        manifest.MinVersion = from;
        byte[] bytes = ToBytes(manifest);
        return artifact with { Manifest = manifest, ManifestBytes = bytes, Signature = await _key.SignAsync(bytes, cancellationToken).ConfigureAwait(false), KeyId = _key.Id };
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string component, string version, CancellationToken cancellationToken = default)
    {
        Artifact artifact = Find(component, version) ?? throw new CloudException(ErrorCodes.NotFound, $"{component} {version} is not published.");
        bool isLast = await _store.WriteAsync(
            "DeleteFirmware",
            transaction =>
            {
                transaction.Delete(_artifacts, StoredArtifact.IdOf(component, version));
                return !transaction.List(_artifacts, string.Empty).Any(item => item.File == artifact.File);
            },
            cancellationToken).ConfigureAwait(false);
        if (isLast)
        {
            await _images.DeleteAsync(artifact.File, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Artifact> List() => [.. _artifacts.Range().OrderBy(item => item.Created).Select(item => item.Artifact)];

    /// <inheritdoc/>
    public (string Url, long Expires) CreateUrl(Artifact artifact)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        return _images.CreateUrl(artifact.File);
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

    private static void CheckProgram(PublishRequest request, (string Name, Version Version)? program)
    {
        if (program is (string name, Version version) && !request.AcceptVersionMismatch)
        {
            throw new CloudException(
                ErrorCodes.VersionMismatch,
                $"The version to publish is {request.Version}, but the program{(name.Length == 0 ? string.Empty : $" '{name}'")} in the image has the assembly version {version}. "
                + "Boards report the program's version, so they would not count as updated. Build the program with the version to publish, or accept the mismatch (acceptVersionMismatch, --accept-version-mismatch).");
        }
    }

    /// <summary>A payload is signed anew each time, with another signature: its header and payload tell whether it is the same.</summary>
    private async Task<bool> IsSameAsync(Manifest published, Manifest wanted, ReadOnlyMemory<byte> sent, CancellationToken cancellationToken)
    {
        bool sameSettings = published.Profiles.AsSpan().SequenceEqual(wanted.Profiles) && published.MinVersion == wanted.MinVersion
            && published.MinClr == wanted.MinClr && published.RollbackIndex == wanted.RollbackIndex;
        if (!sameSettings || published.Sha256 == wanted.Sha256)
        {
            return sameSettings;
        }

        byte[]? image = McuBootImageBuilder.IsImage(sent.Span) ? null : await _images.ReadAsync(published.Sha256 + ".bin", cancellationToken).ConfigureAwait(false);
        return image is not null && image.AsSpan(McuBootImageBuilder.HeaderSize).StartsWith(sent.Span);
    }

    private async Task<(byte[] Image, string Kind, int ChunkSize)> CreateImageAsync(PublishRequest request, SemanticVersion version, CancellationToken cancellationToken)
    {
        Require(request.Image.Length is > 0 and <= MaxImageBytes, $"image: 1 to {MaxImageBytes} bytes");
        if (BundleFile.IsBundle(request.Image.Span))
        {
            BundleFile bundle = BundleFile.Read(request.Image);
            Require(bundle.AreDigestsRight, "image: the bundle's digests are not its data's");
            _trusted.Check(bundle);
            Require(SemanticVersion.AreEqual(bundle.Header.Version, request.Version), $"version: the bundle's header says {bundle.Header.Version}");
            CheckProgram(request, ProgramVersion.Differs(bundle, version));
            return (bundle.Data.ToArray(), ImageKinds.Bundle, bundle.Header.ChunkSize);
        }

        if (!McuBootImageBuilder.IsImage(request.Image.Span))
        {
            CheckProgram(request, ProgramVersion.Differs(request.Image, version));
            return (await McuBootImageBuilder.BuildAsync(request.Image, version, _key, new McuBootOptions(), cancellationToken).ConfigureAwait(false), ImageKinds.McuBoot, Contract.DefaultChunkBytes);
        }

        McuBootImageFile image = McuBootImageFile.Read(request.Image);
        string inHeader = image.Version.Split('+')[0];
        Require(inHeader == $"{version.Major}.{version.Minor}.{version.Patch}", $"version: the image's header says {inHeader}");
        Require(image.IsHashRight, "image: its hash is not its content's");
        _trusted.Check(image);
        CheckProgram(request, ProgramVersion.Differs(image.Payload, version));

        // Padding and trailer are the slot's, not the image's: the board writes its own.
        return (request.Image[..image.TotalLength].ToArray(), ImageKinds.McuBoot, Contract.DefaultChunkBytes);
    }
}
