using System.Security.Cryptography;
using System.Text;

namespace NanoIoT.Cloud.Aws;

/// <summary>AWS's signature version 4, for who signs and who checks.</summary>
internal static class SignatureV4
{
    public const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>Signs a canonical request.</summary>
    /// <param name="secret">The secret of an access key.</param>
    /// <param name="date">The date, <c>YYYYMMDD'T'HHMMSS'Z'</c>.</param>
    /// <param name="scope">Day, region, service and <c>aws4_request</c>, with <c>/</c> between.</param>
    /// <param name="canonical">The canonical request.</param>
    /// <returns>64 hexadecimal digits.</returns>
    public static string Compute(string secret, string date, string scope, string canonical)
    {
        byte[] key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (string part in scope.Split('/'))
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{Algorithm}\n{date}\n{scope}\n{Hash(canonical)}")));
    }

    /// <summary>The SHA-256 of a text: 64 hexadecimal digits.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
