using System.Text.Json;
using NanoIoT.Cloud.Identity;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Hosting;

/// <summary>
/// The file <c>folder.json</c> of a data or keys folder: which files belong to it. With it, a folder that lost a file can be told
/// from a folder that is new. Written first as incomplete, and as complete once a service has started with the folder.
/// </summary>
internal sealed record FolderManifest
{
    public const string FileName = "folder.json";

    /// <summary>The format that this version writes; a manifest of a later one is refused.</summary>
    public const int CurrentFormat = 1;

    public int Format { get; init; } = CurrentFormat;

    /// <summary>Whether a service has started with the folder; until then missing files are created.</summary>
    public bool IsComplete { get; init; }

    /// <summary>The files that must be there from then on.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Where <c>nanoiot migrate</c> moved what the database holds, or null.</summary>
    public string? MovedTo { get; init; }

    /// <summary>Reads the manifest of a folder.</summary>
    /// <returns>The manifest, or null where the folder has none.</returns>
    /// <exception cref="CloudException">It is damaged, or of a later version.</exception>
    public static FolderManifest? Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        FolderManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize<FolderManifest>(File.ReadAllText(path), RecordStore.Json);
        }
        catch (JsonException exception)
        {
            throw Damaged(path, exception);
        }

        if (manifest is null)
        {
            throw Damaged(path, null);
        }

        return manifest.Format <= CurrentFormat
            ? manifest
            : throw new CloudException(
                ErrorCodes.DataNewer,
                $"{path} was written by a newer version of nanoIoT (format {manifest.Format}); this version reads formats up to {CurrentFormat}. Start the newer version.");
    }

    public void Write(string folder) =>
        PrivateFile.Write(Path.Combine(folder, FileName), JsonSerializer.Serialize(this, RecordStore.Json));

    /// <summary>Adds files that a running service created and cannot do without from then on.</summary>
    public static void Add(string folder, params string[] files)
    {
        FolderManifest manifest = Read(folder) ?? new FolderManifest { IsComplete = true };
        (manifest with { Files = [.. manifest.Files.Union(files, StringComparer.Ordinal)] }).Write(folder);
    }

    private static CloudException Damaged(string path, JsonException? exception) => new(
        ErrorCodes.DataDamaged, $"{path} is not valid JSON. Restore it from a backup, or delete it: it is written again at the next start.", exception);
}
