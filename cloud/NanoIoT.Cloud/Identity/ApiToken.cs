using System.Security.Cryptography;
using System.Text;

namespace NanoIoT.Cloud.Identity;

/// <summary>The bearer token of the API: made on first start, kept in a file only its owner may read.</summary>
public sealed class ApiToken
{
    private readonly byte[] _hash;

    private ApiToken(string value)
    {
        Value = value;
        _hash = SHA256.HashData(Encoding.UTF8.GetBytes(value));
    }

    /// <summary>The token.</summary>
    public string Value { get; }

    /// <summary>Opens the token of a folder, or makes it.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The token.</returns>
    public static ApiToken Open(string folder)
    {
        string path = Path.Combine(folder, "admin.token");
        if (!File.Exists(path))
        {
            PrivateFile.Write(path, "nio_" + RandomNumberGenerator.GetHexString(48, true));
        }

        return new ApiToken(File.ReadAllText(path).Trim());
    }

    /// <summary>Whether a token is this one; takes the same time whatever it is.</summary>
    /// <param name="candidate">What was sent.</param>
    /// <returns>True where it is.</returns>
    public bool Matches(string candidate) => CryptographicOperations.FixedTimeEquals(_hash, SHA256.HashData(Encoding.UTF8.GetBytes(candidate)));
}
