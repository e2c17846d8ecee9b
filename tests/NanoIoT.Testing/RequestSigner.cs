using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace NanoIoT.Testing;

/// <summary>Signs requests as AWS's documents say (SigV4), written apart from the service's verifier.</summary>
/// <param name="keyId">The access key.</param>
/// <param name="secret">Its secret.</param>
/// <param name="service">The service's name in the scope.</param>
public sealed class RequestSigner(string keyId, string secret, string service = "iot")
{
    private const string Region = "eu-west-1";

    /// <summary>Signs a request in its headers.</summary>
    /// <param name="request">The request, with an absolute address.</param>
    /// <param name="body">Its body.</param>
    /// <param name="time">The time it is signed at.</param>
    public void Sign(HttpRequestMessage request, byte[] body, DateTimeOffset time)
    {
        ArgumentNullException.ThrowIfNull(request);
        string date = time.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        string host = request.RequestUri!.Authority;
        string query = string.Join('&', request.RequestUri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Contains('=', StringComparison.Ordinal) ? pair : pair + "=").Order(StringComparer.Ordinal));
        string canonical = $"{request.Method.Method}\n{EncodePath(request.RequestUri.AbsolutePath)}\n{query}\nhost:{host}\nx-amz-date:{date}\n\nhost;x-amz-date\n{Hash(body)}";
        string scope = $"{date[..8]}/{Region}/{service}/aws4_request";
        string signature = Signature(secret, date, scope, canonical);
        request.Headers.TryAddWithoutValidation("X-Amz-Date", date);
        request.Headers.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential={keyId}/{scope}, SignedHeaders=host;x-amz-date, Signature={signature}");
    }

    /// <summary>Signs the address of a WebSocket.</summary>
    /// <param name="host">Host and port.</param>
    /// <param name="time">The time it is signed at.</param>
    /// <returns>The address.</returns>
    public Uri Presign(string host, DateTimeOffset time)
    {
        string date = time.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        string scope = $"{date[..8]}/{Region}/{service}/aws4_request";
        string query = $"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={Uri.EscapeDataString(keyId + "/" + scope)}&X-Amz-Date={date}&X-Amz-Expires=300&X-Amz-SignedHeaders=host";
        string signature = Signature(secret, date, scope, $"GET\n/mqtt\n{query}\nhost:{host}\n\nhost\n{Hash([])}");
        return new Uri($"wss://{host}/mqtt?{query}&X-Amz-Signature={signature}");
    }

    private static string EncodePath(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    private static string Hash(byte[] data) => Convert.ToHexStringLower(SHA256.HashData(data));

    /// <summary>The signature of a canonical request.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="date">The request's date.</param>
    /// <param name="scope">Day, region, service and <c>aws4_request</c>, with / between.</param>
    /// <param name="canonical">The canonical request.</param>
    /// <returns>Its signature.</returns>
    public static string Signature(string secret, string date, string scope, string canonical)
    {
        ArgumentNullException.ThrowIfNull(scope);
        byte[] key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (string part in scope.Split('/'))
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"AWS4-HMAC-SHA256\n{date}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(canonical))}")));
    }
}
