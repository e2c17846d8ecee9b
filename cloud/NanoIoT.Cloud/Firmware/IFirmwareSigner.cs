using System.Security.Cryptography;

namespace NanoIoT.Cloud.Firmware;

/// <summary>A P-256 key that signs images, wherever its private half is.</summary>
public interface IFirmwareSigner
{
    /// <summary>The public key, DER (SubjectPublicKeyInfo): its SHA-256 is MCUboot's key hash.</summary>
    ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>Signs a hash.</summary>
    /// <param name="hash">SHA-256 of what is signed.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>r and s, 32 bytes each.</returns>
    Task<byte[]> SignHashAsync(ReadOnlyMemory<byte> hash, CancellationToken cancellationToken = default);

    /// <summary>The key's id as announcements name it: the first 16 hexadecimal digits of SHA-256 of the public key.</summary>
    string Id => IdOf(PublicKey);

    /// <summary>The public key as boards hold it: 04, x, y. It is the end of the DER of every P-256 key.</summary>
    byte[] PublicPoint => PublicKey[^65..].ToArray();

    /// <summary>The id of a key.</summary>
    /// <param name="publicKey">It, DER.</param>
    /// <returns>The id.</returns>
    static string IdOf(ReadOnlyMemory<byte> publicKey) => Convert.ToHexStringLower(SHA256.HashData(publicKey.Span))[..16];

    /// <summary>Signs as announcements carry it: r and s, 32 bytes each.</summary>
    /// <param name="data">What to sign.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>64 bytes.</returns>
    Task<byte[]> SignAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default) => SignHashAsync(SHA256.HashData(data.Span), cancellationToken);
}
