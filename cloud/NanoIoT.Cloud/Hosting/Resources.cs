using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
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
        string folder = options.DataFolder;
        Time = time;
        _urlLifetime = options.UrlLifetime;
        _firmwareFolder = Directory.CreateDirectory(Path.Combine(folder, "firmware")).FullName;
        string keys = options.KeyFolder is null ? folder : Directory.CreateDirectory(options.KeyFolder).FullName;
        using FileStream? keysLock = keys == folder ? null : LockKeys(keys);
        Authority = CertificateAuthority.Open(keys, time);
        ServerCertificate = Authority.CreateServerCertificate([options.Host, "localhost", "127.0.0.1", "::1"]);
        Secrets = SecretBox.Open(keys);
        _keyFolder = keys;
        _urlKey = OpenUrlKey(Path.Combine(keys, "url.key"));
        Database = SqliteDatabase.Open(Path.Combine(folder, "nanoiot.db"));
    }

    public TimeProvider Time { get; }

    public CertificateAuthority Authority { get; }

    public X509Certificate2 ServerCertificate { get; }

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
                ? new CloudException(ErrorCodes.DataNotWritable, $"The data folder {options.DataFolder} cannot be written: {exception.Message}", exception)
                : exception;
        }
    }

    /// <summary>Opens the key that signs: a file, <c>kms:KEY</c>, or the folder's own, which is made where it is missing.</summary>
    /// <exception cref="CloudException">There is none, or KMS refuses.</exception>
    public async Task OpenKeyAsync(string? name) => Key = name is null
        ? FirmwareKey.Open(Path.Combine(_keyFolder, "firmware.key"))
        : await FirmwareSigners.OpenAsync(name, CancellationToken.None).ConfigureAwait(false);

    public FolderImageStore CreateImages() => new(_firmwareFolder, _urlKey, () => Address.BaseUrl, _urlLifetime, Time);

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync().ConfigureAwait(false);
        (Key as IDisposable)?.Dispose();
        Authority.Dispose();
        ServerCertificate.Dispose();
        await _lock.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Copies that start together must not make the keys twice; where the folder cannot be written, they are there already.</summary>
    private static FileStream? LockKeys(string folder)
    {
        string path = Path.Combine(folder, "keys.lock");
        for (int i = 0; ; i++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (UnauthorizedAccessException)
            {
                return null;
            }
            catch (IOException) when (!File.Exists(path))
            {
                return null;
            }
            catch (IOException) when (i < 100)
            {
                // Another copy makes the keys, which takes a moment; nothing of this service runs yet that a blocked thread could hold up.
                Thread.Sleep(100);
            }
        }
    }

    private static byte[] OpenUrlKey(string path)
    {
        if (!File.Exists(path))
        {
            PrivateFile.Write(path, RandomNumberGenerator.GetHexString(64, true));
        }

        return Convert.FromHexString(File.ReadAllText(path).Trim());
    }
}
