namespace NanoIoT.Cloud.Hosting;

/// <summary>
/// Refuses a folder that was in use and lacks a file: a service that created a new one would be another service, whose boards reject
/// everything. A folder is in use when its manifest says that a service has started with it, or, where it has no manifest,
/// when it holds any file of a service.
/// </summary>
internal sealed class FolderGuard
{
    public const string Database = "nanoiot.db";
    public const string Images = "firmware";

    /// <summary>The CA; <c>ca.key</c> may be kept elsewhere.</summary>
    public static readonly string[] CaFiles = ["ca.pem", "issuing.pem", "issuing.key"];

    private const string FirmwareKey = "firmware.key";
    private static readonly string[] s_data = [Database, Images];
    private static readonly string[] s_keys = [.. CaFiles, "secrets.key", "url.key", FirmwareKey];

    /// <summary>Created when the first notification is sent; from then on the manifest names them.</summary>
    private static readonly string[] s_notifications = ["notifications.key", "notifications.pem"];
    private static readonly string[] s_known = [Database, .. s_keys, .. s_notifications, "ca.key", "admin.token", "admin.key"];

    private readonly string[] _needed;
    private readonly string[] _absent;
    private readonly bool _creates;
    private FolderManifest? _manifest;

    private FolderGuard(string folder, string[] needed, bool creates)
    {
        Folder = folder;
        _needed = needed;
        _manifest = FolderManifest.Read(folder);
        _absent = [.. s_known.Where(name => !Exists(name))];
        IsNew = _manifest is null && _absent.Length == s_known.Length && !HoldsImages();
        IsInUse = _manifest?.IsComplete ?? !IsNew;
        _creates = creates || !IsInUse;
    }

    public string Folder { get; }

    /// <summary>Whether it holds nothing of a service.</summary>
    public bool IsNew { get; }

    /// <summary>Whether a service has started with it.</summary>
    public bool IsInUse { get; }

    /// <summary>Where the data of its database was moved, or null.</summary>
    public string? MovedTo => _manifest?.MovedTo;

    /// <summary>Looks at the folders of a service.</summary>
    /// <param name="options">The service's options; both folders exist.</param>
    /// <returns>The folder of data and that of keys, which may be the same.</returns>
    /// <exception cref="CloudException">Something is missing, or the two do not belong together.</exception>
    public static (FolderGuard Data, FolderGuard Keys) Inspect(CloudOptions options)
    {
        string[] keyFiles = [.. s_keys.Where(name => name != FirmwareKey || options.FirmwareKey is null)];
        string[] dataFiles = options is { FirmwareBucket: null, Tables: null } ? s_data : [Database];
        if (options.KeyFolder is null || Path.GetFullPath(options.KeyFolder) == Path.GetFullPath(options.DataFolder))
        {
            var both = new FolderGuard(options.DataFolder, [.. keyFiles, .. dataFiles], options.Init);
            both.RequireComplete();
            both.RequireCurrent(options);
            return (both, both);
        }

        var data = new FolderGuard(options.DataFolder, dataFiles, options.Init);
        var keys = new FolderGuard(options.KeyFolder, keyFiles, options.Init);
        if (!options.Init)
        {
            RequirePair(data, keys, options);
        }

        data.RequireComplete();
        keys.RequireComplete();
        data.RequireCurrent(options);
        return (data, keys);
    }

    /// <summary>The error of a store that was moved elsewhere.</summary>
    /// <param name="store">The store.</param>
    /// <param name="target">Where its data is now.</param>
    public static CloudException Moved(string store, string target) => new(
        ErrorCodes.DataMoved,
        $"The data in {store} was moved to {target}, or a move was started. Start the service on the new store; running both would split the data. "
        + "If the move was interrupted, run 'nanoiot migrate' again. To start on the old data anyway, use --force-stale.");

    /// <summary>Looks at a folder of which a command needs the CA alone.</summary>
    /// <param name="folder">The folder, which exists.</param>
    /// <exception cref="CloudException">The folder is in use and the CA is missing.</exception>
    public static void InspectCa(string folder)
    {
        var guard = new FolderGuard(folder, CaFiles, creates: false);
        guard.RequireComplete();
        guard.Begin();
    }

    /// <summary>Marks a folder as one that files are being created in: an interrupted first start goes on where it ended.</summary>
    public void Begin()
    {
        if (!IsInUse)
        {
            Write(new FolderManifest());
        }
    }

    /// <summary>Notes that a service has started with the folder: from now on its files must be there.</summary>
    public void Complete()
    {
        FolderManifest current = FolderManifest.Read(Folder) ?? new FolderManifest();
        FolderManifest complete = current with { IsComplete = true, Files = [.. current.Files.Union(_needed, StringComparer.Ordinal)] };
        if (!current.IsComplete || complete.Files.Count != current.Files.Count)
        {
            Write(complete);
        }
    }

    /// <summary>Deletes what this start created in a folder that was new, after the start was refused.</summary>
    public void Undo()
    {
        if (!IsNew)
        {
            return;
        }

        foreach (string name in _absent.Append(FolderManifest.FileName))
        {
            File.Delete(Path.Combine(Folder, name));
        }
    }

    private static void RequirePair(FolderGuard data, FolderGuard keys, CloudOptions options)
    {
        if (keys.IsNew && data.IsInUse)
        {
            string where = data.Exists("ca.pem")
                ? $"The CA and the keys of this service are in the data folder. Start the service without --keys or with --keys {data.Folder}, or copy these files to the keys folder first: "
                    + string.Join(", ", s_keys.Append("ca.key").Where(data.Exists)) + "."
                : "Restore the keys folder from a backup, or correct --keys.";
            throw new CloudException(
                ErrorCodes.KeysMissing,
                $"The keys folder {keys.Folder} is empty, but the data folder {data.Folder} was used by a service. {where} Boards reject a service with new keys. To create new keys, use --init.");
        }

        if (data.IsNew && keys.IsInUse && options.Tables is null)
        {
            throw new CloudException(
                ErrorCodes.DataMissing,
                $"The data folder {data.Folder} is empty, but the keys folder {keys.Folder} was used by a service that stored data. "
                + $"Restore {Database} and {Images}/ from a backup, or correct --data. To start with an empty database, use --init.");
        }
    }

    /// <summary>Images without a database are what is left of a service; an empty folder may have been mounted for them.</summary>
    private bool HoldsImages() => _needed.Contains(Images) && Exists(Images) && Directory.EnumerateFiles(Path.Combine(Folder, Images)).Any();

    private bool Exists(string name) => Path.Exists(Path.Combine(Folder, name));

    private void RequireComplete()
    {
        if (_creates)
        {
            return;
        }

        string[] missing = [.. _needed.Union(s_notifications.Where(IsListed)).Where(name => !Exists(name))];
        if (missing.Length == 0)
        {
            return;
        }

        bool isDatabase = missing.Contains(Database);
        string what = _needed.Contains(Database) ? "data folder" : "keys folder";
        throw new CloudException(
            isDatabase && missing.All(s_data.Contains) ? ErrorCodes.DataMissing : ErrorCodes.KeysMissing,
            $"The {what} {Folder} was used by a service but these files are missing: {string.Join(", ", missing)}. Restore them from a backup "
            + $"(see cloud/README.md, \"Backup and restore\"), or correct --data and --keys. {Consequence(missing)} To create new files, use --init.");
    }

    private static string Consequence(string[] missing) => missing.Contains(Database)
        ? "A new database contains no things, users or campaigns."
        : "Boards reject a service with new keys.";

    private void RequireCurrent(CloudOptions options)
    {
        if (MovedTo is string target && options is { Tables: null, ForceStale: false })
        {
            throw Moved(Path.Combine(Folder, Database), target);
        }
    }

    private bool IsListed(string name) => _manifest?.Files.Contains(name) == true && _needed.Contains(Database);

    private void Write(FolderManifest manifest)
    {
        try
        {
            manifest.Write(Folder);
            _manifest = manifest;
        }
        catch (Exception exception) when (IsInUse && FileAccessErrors.IsDenied(exception))
        {
            // A keys folder may be mounted read-only; that it is in use is seen by its files.
            return;
        }
    }
}
