using System.Security.Cryptography;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Identity;

/// <summary>A random 256-bit key in a file of its own: 64 hexadecimal digits.</summary>
internal static class HexKeyFile
{
    private const int KeyBytes = 32;

    /// <summary>Reads a key, or creates it where the file is missing.</summary>
    /// <exception cref="CloudException">The file is not a key.</exception>
    public static byte[] Open(string path)
    {
        if (!File.Exists(path))
        {
            PrivateFile.Write(path, RandomNumberGenerator.GetHexString(2 * KeyBytes, true));
        }

        string text = File.ReadAllText(path).Trim();
        return text.Length == 2 * KeyBytes && text.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(text)
            : throw new CloudException(ErrorCodes.KeysDamaged, $"{path} is not a key of {2 * KeyBytes} hexadecimal digits. Restore it from a backup.");
    }
}
