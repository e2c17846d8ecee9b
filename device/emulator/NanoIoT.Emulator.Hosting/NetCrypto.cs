using System.Security.Cryptography;

namespace NanoIoT.Emulator.Hosting;

/// <summary>.NET's cryptography for the emulator's assembly of another content but overlapping names.</summary>
public static class NetCrypto
{
    /// <summary>HMAC-SHA-256.</summary>
    /// <param name="key">The key.</param>
    /// <param name="data">The data.</param>
    /// <returns>32 bytes.</returns>
    public static byte[] HmacSha256(byte[] key, byte[] data) => HMACSHA256.HashData(key, data);

    /// <summary>HMAC-SHA-512.</summary>
    /// <param name="key">The key.</param>
    /// <param name="data">The data.</param>
    /// <returns>64 bytes.</returns>
    public static byte[] HmacSha512(byte[] key, byte[] data) => HMACSHA512.HashData(key, data);

    /// <summary>Random bytes.</summary>
    /// <param name="length">How many.</param>
    /// <returns>The bytes.</returns>
    public static byte[] RandomKey(int length) => RandomNumberGenerator.GetBytes(length);

    /// <summary>AES without padding.</summary>
    /// <param name="key">The key.</param>
    /// <param name="iv">The initialization vector, unused in ECB.</param>
    /// <param name="ecb">Whether ECB, else CBC.</param>
    /// <param name="encrypt">Whether to encrypt.</param>
    /// <param name="data">Whole blocks.</param>
    /// <returns>As many bytes.</returns>
    public static byte[] Aes(byte[] key, byte[] iv, bool ecb, bool encrypt, byte[] data)
    {
        using var aes = System.Security.Cryptography.Aes.Create();
        aes.Key = key;
        if (ecb)
        {
#pragma warning disable CA5358 // The board offers ECB, so its emulator does.
            return encrypt ? aes.EncryptEcb(data, PaddingMode.None) : aes.DecryptEcb(data, PaddingMode.None);
#pragma warning restore CA5358
        }

        return encrypt ? aes.EncryptCbc(data, iv, PaddingMode.None) : aes.DecryptCbc(data, iv, PaddingMode.None);
    }
}
