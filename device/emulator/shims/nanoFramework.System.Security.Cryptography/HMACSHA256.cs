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
}
