using System.Security.Cryptography;
using System.Text;

namespace NanoIoT.Cloud.Identity.Users;

/// <summary>Encrypts secrets the service must read again (AES-256-GCM), under a key in a file of its own: a copy of the database alone gives none away.</summary>
public sealed class SecretBox
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly byte[] _key;

    private SecretBox(byte[] key)
    {
        _key = key;
    }

    /// <summary>Opens the key of a folder, or makes it.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The box.</returns>
    public static SecretBox Open(string folder)
    {
        return new SecretBox(HexKeyFile.Open(Path.Combine(folder, "secrets.key")));
    }

    /// <summary>What tells this key from another and gives nothing of it away.</summary>
    internal string Fingerprint =>
        Convert.ToHexStringLower(HMACSHA256.HashData(_key, "nanoIoT secrets.key"u8).AsSpan(0, 8));

    /// <summary>Encrypts a secret.</summary>
    /// <param name="secret">The secret.</param>
    /// <returns>It, sealed.</returns>
    public string Seal(string secret)
    {
        byte[] plain = Encoding.UTF8.GetBytes(secret);
        var sealedBytes = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(sealedBytes.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(_key, TagBytes);
        aes.Encrypt(sealedBytes.AsSpan(0, NonceBytes), plain, sealedBytes.AsSpan(NonceBytes + TagBytes), sealedBytes.AsSpan(NonceBytes, TagBytes));
        return Convert.ToBase64String(sealedBytes);
    }

    /// <summary>Decrypts a secret.</summary>
    /// <param name="sealedSecret">It, sealed.</param>
    /// <returns>The secret.</returns>
    /// <exception cref="CryptographicException">It was sealed under another key.</exception>
    public string Open(ReadOnlySpan<char> sealedSecret)
    {
        byte[] sealedBytes = Convert.FromBase64String(sealedSecret.ToString());
        var plain = new byte[sealedBytes.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(_key, TagBytes);
        aes.Decrypt(sealedBytes.AsSpan(0, NonceBytes), sealedBytes.AsSpan(NonceBytes + TagBytes), sealedBytes.AsSpan(NonceBytes, TagBytes), plain);
        return Encoding.UTF8.GetString(plain);
    }
}
