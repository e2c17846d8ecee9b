using NanoIoT.Emulator.Hosting;

namespace System.Security.Cryptography
{
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
