using NanoIoT.Emulator.Hosting;

namespace System.Security.Cryptography
{
    /// <summary>HMAC-SHA-256 over one whole array.</summary>
    public class HMACSHA256 : IDisposable
    {
        public HMACSHA256()
            : this(NetCrypto.RandomKey(64))
        {
        }

        public HMACSHA256(byte[] key)
        {
            Key = key;
        }

        public byte[] Hash { get; private set; }

        public byte[] Key { get; set; }

        public static byte[] HashData(byte[] key, byte[] source) => NetCrypto.HmacSha256(key, source);

        public byte[] ComputeHash(byte[] buffer) => Hash = NetCrypto.HmacSha256(Key, buffer);

        public void Dispose() => Dispose(true);

        protected void Dispose(bool disposing)
        {
        }
    }

    /// <summary>HMAC-SHA-512 over one whole array.</summary>
    public class HMACSHA512 : IDisposable
    {
        public HMACSHA512()
            : this(NetCrypto.RandomKey(128))
        {
        }

        public HMACSHA512(byte[] key)
        {
            Key = key;
        }

        public byte[] Hash { get; private set; }

        public byte[] Key { get; set; }

        public static byte[] HashData(byte[] key, byte[] source) => NetCrypto.HmacSha512(key, source);

        public byte[] ComputeHash(byte[] buffer) => Hash = NetCrypto.HmacSha512(Key, buffer);

        public void Dispose() => Dispose(true);

        protected void Dispose(bool disposing)
        {
        }
    }

    /// <summary>AES's mode.</summary>
    public enum CipherMode
    {
        None = 0,
        CBC = 1,
        ECB = 2,
    }

    /// <summary>AES over one whole array.</summary>
    public class Aes
    {
        public Aes(CipherMode mode)
        {
            Mode = mode;
        }

        public CipherMode Mode { get; set; }

        public byte[] IV { get; set; }

        public byte[] Key { get; set; }

        public byte[] Decrypt(byte[] data) => NetCrypto.Aes(Key, IV, Mode == CipherMode.ECB, false, data);

        public byte[] Encrypt(byte[] data) => NetCrypto.Aes(Key, IV, Mode == CipherMode.ECB, true, data);

        public void GenerateIV() => IV = NetCrypto.RandomKey(16);
    }
}
