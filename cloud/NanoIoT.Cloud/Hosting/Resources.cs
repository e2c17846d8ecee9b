using Microsoft.Extensions.Logging;
using NanoIoT.Cloud.Aws;
using NanoIoT.Cloud.Firmware;
using NanoIoT.Cloud.Identity;
using NanoIoT.Cloud.Identity.Users;
using NanoIoT.Cloud.Storage;
using NanoIoT.Cloud.Storage.Sqlite;

namespace NanoIoT.Cloud.Hosting;

/// <summary>What stands in the data folder, opened: lock, CA, keys, token, database.</summary>
internal sealed class Resources : IAsyncDisposable
{
    private readonly FileStream _lock;
    private readonly string _firmwareFolder;
    private readonly string _keyFolder;
    private readonly TimeSpan _urlLifetime;
    private readonly byte[] _urlKey;

    private Resources(CloudOptions options, TimeProvider time, FileStream folderLock)
    {
        _lock = folderLock;
        Time = time;
        _urlLifetime = options.UrlLifetime;
        _keyFolder = options.KeyFolder is null ? options.DataFolder : CreateKeyFolder(options.KeyFolder);
        using FileStream? keysLock = options.KeyFolder is null ? null : LockKeys(_keyFolder);
        (Data, Keys) = FolderGuard.Inspect(options);
        Unprotected = [.. PrivateFile.Protect(options.DataFolder).Union(PrivateFile.Protect(_keyFolder))];
        Data.Begin();
        (Authority, _urlKey, Secrets) = OpenKeys(options.FirmwareKey is null);
        Watch = new CertificateWatch(time);
        foreach ((string name, DateTimeOffset end) in Authority.Ends)
        {
            // The name alone: anybody may read the warnings.
            Watch.Set(name, end);
        }

        Certificates = new ServerCertificates(Authority, [.. options.ServerNames], Watch, time);
        _firmwareFolder = Directory.CreateDirectory(Path.Combine(options.DataFolder, FolderGuard.Images)).FullName;
        Database = SqliteDatabase.Open(Path.Combine(options.DataFolder, FolderGuard.Database), Data.IsInUse && !options.Init);
    }

    /// <summary>The folder of data.</summary>
    public FolderGuard Data { get; }

    /// <summary>The folder of CA and keys, which may be the same.</summary>
    public FolderGuard Keys { get; }

    /// <summary>Files that others on this machine may read, and whose permissions the service could not change.</summary>
    public IReadOnlyList<string> Unprotected { get; }

    public TimeProvider Time { get; }

    public CertificateAuthority Authority { get; }

    /// <summary>What the listeners show.</summary>
    public ServerCertificates Certificates { get; }

    /// <summary>When the certificates of the service expire.</summary>
    public CertificateWatch Watch { get; }

    public SecretBox Secrets { get; }

    /// <summary>A secret of the folder of keys, for codes that only this service and its copies make.</summary>
    public ReadOnlySpan<byte> SharedSecret => _urlKey;

    /// <summary>What signs images and manifests; opened before anything asks for it.</summary>
    public IFirmwareSigner Key { get; private set; } = null!;

    public SqliteDatabase Database { get; }

    public ILogger? Logger { get; set; }

    public ServiceAddress Address { get; } = new();

    /// <summary>Which client certificates get through the handshake; set before anything listens.</summary>
    public CertificateTrust? Trust { get; set; }

    /// <summary>Opens the folder, or makes it.</summary>
    /// <exception cref="CloudException">It cannot be written, or another service uses it.</exception>
    public static Resources Open(CloudOptions options, TimeProvider time)
    {
        FileStream folderLock = DataFolderLock.Take(options.DataFolder);
        try
        {
            return new Resources(options, time, folderLock);
        }
        catch (Exception exception)
        {
            folderLock.Dispose();
            throw exception is IOException or UnauthorizedAccessException
                ? FileAccessErrors.Explain("data folder", options.DataFolder, exception)
                : exception;
        }
    }

    /// <summary>Opens the key that signs where it is not the folder's own: a file, or <c>kms:KEY</c>.</summary>
    /// <exception cref="CloudException">There is none, or KMS refuses.</exception>
    public async Task OpenKeyAsync(CloudOptions options)
    {
        if (options.FirmwareKey is string name)
        {
            Key = await FirmwareSigners.OpenAsync(name, options.Aws, CancellationToken.None).ConfigureAwait(false);
        }
    }

    public FolderImageStore CreateImages() => new(_firmwareFolder, _urlKey, () => Address.DownloadUrl, _urlLifetime, Time);

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync().ConfigureAwait(false);
        (Key as IDisposable)?.Dispose();
        Authority.Dispose();
        Certificates.Dispose();
        await _lock.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Notes in both folders that a service has started with them.</summary>
    public void Complete()
    {
        Data.Complete();
        Keys.Complete();
    }

    /// <summary>Deletes what a refused start created in folders that were new, after everything was closed.</summary>
    public void Undo()
    {
        Data.Undo();
        Keys.Undo();
    }

    private static string CreateKeyFolder(string folder)
    {
        try
        {
            return Directory.CreateDirectory(folder).FullName;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileAccessErrors.Explain("keys folder", folder, exception);
        }
    }

    /// <summary>Replicas that start together must not create the keys twice; where the folder cannot be written, the keys exist already.</summary>
    private static FileStream? LockKeys(string folder)
    {
        string path = Path.Combine(folder, "keys.lock");
        for (int i = 0; ; i++)
        {
            try
            {
                return PrivateFile.Open(path, FileMode.OpenOrCreate, FileShare.None);
            }
            catch (Exception exception) when (FileAccessErrors.IsDenied(exception) || (exception is IOException && !File.Exists(path)))
            {
                return null;
            }
            catch (IOException) when (i < 100)
            {
                // Another replica creates the keys, which takes a moment; nothing of this service runs yet that a blocked thread could hold up.
                Thread.Sleep(100);
            }
        }
    }

    private (CertificateAuthority Authority, byte[] UrlKey, SecretBox Secrets) OpenKeys(bool opensFirmwareKey)
    {
        try
        {
            Keys.Begin();
            var authority = CertificateAuthority.Open(_keyFolder, Time);
            if (opensFirmwareKey)
            {
                Key = FirmwareKey.Open(Path.Combine(_keyFolder, "firmware.key"));
            }

            return (authority, HexKeyFile.Open(Path.Combine(_keyFolder, "url.key")), SecretBox.Open(_keyFolder));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileAccessErrors.Explain(Keys == Data ? "data folder" : "keys folder", _keyFolder, exception);
        }
    }
}
