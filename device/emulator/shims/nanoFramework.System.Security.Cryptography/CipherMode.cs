using NanoIoT.Emulator.Hosting;

namespace System.Security.Cryptography
{
    /// <summary>AES's mode.</summary>
    public enum CipherMode
    {
        None = 0,
        CBC = 1,
        ECB = 2,
    }
}
