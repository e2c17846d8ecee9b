using System.Security.Cryptography;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity;

namespace NanoIoT.Cloud.Firmware;

/// <summary>The P-256 key that signs manifests and MCUboot images. The private half never leaves its file.</summary>
public sealed class FirmwareKey : IFirmwareSigner, IDisposable
{
    private FirmwareKey(ECDsa key)
    {
        Key = key;
        PublicKey = key.ExportSubjectPublicKeyInfo();
        PublicPoint = PublicKey[^65..].ToArray();
        Id = IFirmwareSigner.IdOf(PublicKey);
    }

    /// <summary>The key pair.</summary>
    public ECDsa Key { get; }

    /// <summary>Its id: the first 16 hexadecimal digits of SHA-256 of the public key.</summary>
    public string Id { get; }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>The public key as boards hold it: 04, x, y.</summary>
    public byte[] PublicPoint { get; }

    /// <summary>Makes a key and writes its private half, readable by its owner alone; never over a file that is there.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The key.</returns>
    public static FirmwareKey Create(string path)
    {
        if (File.Exists(path))
        {
            throw new CloudException(ErrorCodes.AlreadyExists, $"The file {path} exists already. A key is never overwritten.");
        }

        return Open(path);
    }

    /// <summary>Opens a key file (PEM) that is there.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The key.</returns>
    public static FirmwareKey OpenExisting(string path) =>
        File.Exists(path) ? Open(path) : throw new CloudException(ErrorCodes.NotFound, $"Key file {path} does not exist.");

    /// <summary>Opens a key file (PEM), or makes it.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The key.</returns>
    public static FirmwareKey Open(string path)
    {
        ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (!File.Exists(path))
        {
            PrivateFile.Write(path, key.ExportPkcs8PrivateKeyPem());
            return new FirmwareKey(key);
        }

        try
        {
            key.ImportFromPem(File.ReadAllText(path));
            if (key.KeySize != 256)
            {
                throw new CryptographicException("not a P-256 key");
            }

            return new FirmwareKey(key);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new CloudException(ErrorCodes.KeysDamaged, $"{path} is not a P-256 private key in PEM format.", exception);
        }
    }

    /// <summary>Signs as announcements carry it: r and s, 32 bytes each.</summary>
    /// <param name="data">What to sign.</param>
    /// <returns>64 bytes.</returns>
    public byte[] Sign(ReadOnlySpan<byte> data) => Key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    /// <inheritdoc/>
    public Task<byte[]> SignHashAsync(ReadOnlyMemory<byte> hash, CancellationToken cancellationToken = default) =>
        Task.FromResult(Key.SignHash(hash.Span, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));

    /// <inheritdoc/>
    public void Dispose() => Key.Dispose();
}
