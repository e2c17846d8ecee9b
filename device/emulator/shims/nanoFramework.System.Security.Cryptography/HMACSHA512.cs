using NanoIoT.Emulator.Hosting;

namespace System.Security.Cryptography
{
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
}
