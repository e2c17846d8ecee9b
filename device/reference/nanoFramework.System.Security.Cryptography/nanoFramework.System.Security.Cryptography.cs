// Signatures of nanoFramework.System.Security.Cryptography 1.0.0.0 (.NET nanoFramework v1). Bodies are never run: the board has the real assembly.
[assembly: System.Reflection.AssemblyVersion("1.0.0.0")]

namespace System.Security.Cryptography
{
    public class Aes
    {
        public System.Security.Cryptography.CipherMode Mode { get => throw null; set => throw null; }
        public byte[] Decrypt(byte[] data) => throw null;
        public byte[] Encrypt(byte[] data) => throw null;
        public byte[] IV { get => throw null; set => throw null; }
        public byte[] Key { get => throw null; set => throw null; }
        public Aes(System.Security.Cryptography.CipherMode mode) => throw null;
        public void GenerateIV() => throw null;
    }

    public enum CipherMode : int
    {
        None = 0,
        CBC = 1,
        ECB = 2,
    }

    public class HMACSHA256 : System.IDisposable
    {
        public byte[] ComputeHash(byte[] buffer) => throw null;
        public byte[] Hash { get => throw null; }
        public byte[] Key { get => throw null; set => throw null; }
        public HMACSHA256() => throw null;
        public HMACSHA256(byte[] key) => throw null;
        protected void Dispose(bool disposing) => throw null;
        public static byte[] HashData(byte[] key, byte[] source) => throw null;
        public void Dispose() => throw null;
    }

    public class HMACSHA512 : System.IDisposable
    {
        public byte[] ComputeHash(byte[] buffer) => throw null;
        public byte[] Hash { get => throw null; }
        public byte[] Key { get => throw null; set => throw null; }
        public HMACSHA512() => throw null;
        public HMACSHA512(byte[] key) => throw null;
        protected void Dispose(bool disposing) => throw null;
        public static byte[] HashData(byte[] key, byte[] source) => throw null;
        public void Dispose() => throw null;
    }
}
