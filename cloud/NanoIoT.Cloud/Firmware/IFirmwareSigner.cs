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
}
