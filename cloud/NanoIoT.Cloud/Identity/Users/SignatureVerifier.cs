using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using NanoIoT.Cloud.Aws;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Identity.Users;

/// <summary>
/// Checks AWS's Signature Version 4, in the Authorization header or, for WebSockets, in the query. A signature is good for
/// five minutes around its date. A change whose signature was seen more than a few seconds before is a replay: a client that
/// tries again signs anew.
/// </summary>
public sealed partial class SignatureVerifier
{
    private const int MaxPresignedSeconds = 604800;
    private static readonly TimeSpan s_skew = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_repeat = TimeSpan.FromSeconds(5);
    private static readonly string[] s_services = ["iot", "iotdata", "iotdevicegateway", "execute-api", "iotjobsdata", "nanoiot"];
    private static readonly string s_emptyHash = Convert.ToHexStringLower(SHA256.HashData([]));

    private readonly UserDirectory _users;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, DateTimeOffset> _seen = new(StringComparer.Ordinal);
    private DateTimeOffset _lastSweep;

    /// <summary>Creates the verifier.</summary>
    /// <param name="users">Whose keys count.</param>
    /// <param name="time">The clock.</param>
    public SignatureVerifier(UserDirectory users, TimeProvider time)
    {
        _users = users;
        _time = time;
    }

    /// <summary>Whether a header carries a signature.</summary>
    /// <param name="authorization">The Authorization header.</param>
    /// <returns>True where it does.</returns>
    public static bool IsSigned(string authorization)
    {
        ArgumentNullException.ThrowIfNull(authorization);
        return authorization.StartsWith(SignatureV4.Algorithm, StringComparison.Ordinal);
    }

    /// <summary>Checks whose key a header names, before anything of the body is read.</summary>
    /// <param name="authorization">The Authorization header.</param>
    /// <exception cref="CloudException">The header is incomplete, or the key is not known.</exception>
    public void CheckKey(string authorization) => _ = Find(Parse(authorization));

    /// <summary>Checks a signed request.</summary>
    /// <param name="method">GET, POST, ….</param>
    /// <param name="target">Path and query as they were sent.</param>
    /// <param name="header">Reads a header.</param>
    /// <param name="body">The body.</param>
    /// <returns>The user who signed it.</returns>
    /// <exception cref="CloudException">The signature is wrong, too old, not yet valid, or was used before.</exception>
    public User Verify(string method, string target, Func<string, string?> header, ReadOnlySpan<byte> body)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(target);
        Scope scope = Parse(header("Authorization") ?? string.Empty);
        (User user, string secret) = Find(scope);
        string date = header("x-amz-date") ?? throw Incomplete("X-Amz-Date is missing");
        DateTimeOffset signed = ParseDate(date);
        DateTimeOffset now = _time.GetUtcNow();
        if (now - signed > s_skew)
        {
            throw Invalid($"Signature expired: {date} is now earlier than {Format(now - s_skew)} ({Format(now)} - 5 min.)");
        }

        if (signed - now > s_skew)
        {
            throw Invalid($"Signature not yet current: {date} is still later than {Format(now + s_skew)} ({Format(now)} + 5 min.)");
        }

        string hash = Convert.ToHexStringLower(SHA256.HashData(body));
        if (header("x-amz-content-sha256") is string sent && sent != hash)
        {
            throw Invalid("The header x-amz-content-sha256 is not the hash of the body.");
        }

        (string path, string query) = Split(target);
        Check(scope, secret, date, method, path, CanonicalQuery(query, null), header, hash);
        if (method is not ("GET" or "HEAD"))
        {
            CheckReplay(scope.Signature, now);
        }

        return user;
    }

    /// <summary>Whether a query carries a signature.</summary>
    /// <param name="query">The query, or null.</param>
    /// <returns>True where it does.</returns>
    public static bool IsSignedQuery(string? query) =>
        query is { Length: > 0 } && ParseQuery(query.TrimStart('?')).GetValueOrDefault("X-Amz-Algorithm") == SignatureV4.Algorithm;

    /// <summary>Checks a request that is signed in its query, as for a WebSocket.</summary>
    /// <param name="method">GET.</param>
    /// <param name="target">Path and query as they were sent.</param>
    /// <param name="header">Reads a header.</param>
    /// <returns>The user who signed it.</returns>
    /// <exception cref="CloudException">The signature is wrong, too old or not yet valid.</exception>
    public User VerifyQuery(string method, string target, Func<string, string?> header)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(target);
        (string path, string query) = Split(target);
        Dictionary<string, string> values = ParseQuery(query);
        string Value(string name) => values.GetValueOrDefault(name) ?? throw Incomplete($"{name} is missing");
        Scope scope = CreateScope(Value("X-Amz-Credential"), Value("X-Amz-SignedHeaders"), Value("X-Amz-Signature"));
        (User user, string secret) = Find(scope);
        string date = Value("X-Amz-Date");
        DateTimeOffset signed = ParseDate(date);
        DateTimeOffset now = _time.GetUtcNow();
        TimeSpan lifetime = values.TryGetValue("X-Amz-Expires", out string? text)
            ? int.TryParse(text, CultureInfo.InvariantCulture, out int seconds) && seconds is > 0 and <= MaxPresignedSeconds ? TimeSpan.FromSeconds(seconds) : throw Incomplete("X-Amz-Expires: 1 to 604800")
            : s_skew;
        if (now > signed + lifetime)
        {
            throw Invalid($"Signature expired: {date} is {lifetime.TotalSeconds} s and more ago.");
        }

        if (signed - now > s_skew)
        {
            throw Invalid($"Signature not yet current: {date} is still later than {Format(now + s_skew)}.");
        }

        Check(scope, secret, date, method, path, CanonicalQuery(query, "X-Amz-Signature"), header, s_emptyHash);
        return user;
    }

    private static CloudException Invalid(string message) => new(ErrorCodes.InvalidSignature, message);

    private static CloudException Incomplete(string message) => new(ErrorCodes.IncompleteSignature, message);

    private static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private static DateTimeOffset ParseDate(string date) =>
        DateTimeOffset.TryParseExact(date, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : throw Incomplete("X-Amz-Date: YYYYMMDD'T'HHMMSS'Z'");

    private static (string Path, string Query) Split(string target)
    {
        int mark = target.IndexOf('?', StringComparison.Ordinal);
        return mark < 0 ? (target, string.Empty) : (target[..mark], target[(mark + 1)..]);
    }

    private static Scope Parse(string authorization)
    {
        Match match = AuthorizationPattern().Match(authorization);
        return match.Success
            ? CreateScope(match.Groups["credential"].Value, match.Groups["headers"].Value, match.Groups["signature"].Value)
            : throw Incomplete("Authorization: AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…");
    }

    private static Scope CreateScope(string credential, string headers, string signature)
    {
        string[] parts = credential.Split('/');
        if (parts.Length != 5 || parts[4] != "aws4_request")
        {
            throw Incomplete("Credential: KEYID/DATE/REGION/SERVICE/aws4_request");
        }

        if (!s_services.Contains(parts[3]))
        {
            throw Invalid($"Credential should be scoped to correct service: '{s_services[0]}'.");
        }

        string[] signed = headers.Split(';');
        return signed.Contains("host") && signed.All(name => name.Length > 0 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_'))
            ? new Scope(parts[0], parts[1], parts[2], parts[3], signed, signature)
            : throw Incomplete("SignedHeaders: names in lower case, host among them");
    }

    private static Dictionary<string, string> ParseQuery(string query)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            values[Uri.UnescapeDataString(equals < 0 ? pair : pair[..equals])] = equals < 0 ? string.Empty : Uri.UnescapeDataString(pair[(equals + 1)..]);
        }

        return values;
    }

    private static string CanonicalQuery(string query, string? without)
    {
        var pairs = new List<(string Name, string Value)>();
        foreach (string pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            string name = Uri.UnescapeDataString(equals < 0 ? pair : pair[..equals]);
            if (name != without)
            {
                pairs.Add((Uri.EscapeDataString(name), equals < 0 ? string.Empty : Uri.EscapeDataString(Uri.UnescapeDataString(pair[(equals + 1)..].Replace('+', ' ')))));
            }
        }

        pairs.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name) is int order && order != 0 ? order : string.CompareOrdinal(left.Value, right.Value));
        return string.Join('&', pairs.Select(pair => pair.Name + "=" + pair.Value));
    }

    /// <summary>The path as it was sent, without dot segments, encoded once more (as AWS does for all but S3).</summary>
    private static string CanonicalPath(string path)
    {
        var segments = new List<string>();
        foreach (string segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (segment == "..")
            {
                if (segments.Count > 0)
                {
                    segments.RemoveAt(segments.Count - 1);
                }
            }
            else if (segment != ".")
            {
                segments.Add(segment);
            }
        }

        string joined = "/" + string.Join('/', segments.Select(Uri.EscapeDataString));
        return joined.Length > 1 && path.EndsWith('/') ? joined + "/" : joined;
    }

    private static void Check(Scope scope, string secret, string date, string method, string path, string query, Func<string, string?> header, string hash)
    {
        if (!date.StartsWith(scope.Date, StringComparison.Ordinal))
        {
            throw Invalid($"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{scope.Date}' != '{date[..Math.Min(8, date.Length)]}'.");
        }

        var canonical = new StringBuilder();
        canonical.Append(method).Append('\n').Append(CanonicalPath(path)).Append('\n').Append(query).Append('\n');
        foreach (string name in scope.SignedHeaders)
        {
            string value = header(name) ?? throw Invalid($"The signed header {name} is missing.");
            canonical.Append(name).Append(':').Append(Spaces().Replace(value.Trim(), " ")).Append('\n');
        }

        canonical.Append('\n').Append(string.Join(';', scope.SignedHeaders)).Append('\n').Append(hash);
        string scopeText = $"{scope.Date}/{scope.Region}/{scope.Service}/aws4_request";
        string expected = SignatureV4.Compute(secret, date, scopeText, canonical.ToString());
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.ASCII.GetBytes(scope.Signature)))
        {
            throw Invalid("The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.");
        }
    }

    private (User User, string Secret) Find(Scope scope) =>
        _users.FindByKey(scope.KeyId) ?? throw new CloudException(ErrorCodes.UnrecognizedClient, "The security token included in the request is invalid.");

    private void CheckReplay(string signature, DateTimeOffset now)
    {
        if (now - _lastSweep > s_skew)
        {
            _lastSweep = now;
            foreach ((string old, DateTimeOffset at) in _seen)
            {
                if (now - at > 2 * s_skew)
                {
                    _seen.TryRemove(old, out _);
                }
            }
        }

        if (now - _seen.GetOrAdd(signature, now) > s_repeat)
        {
            throw Invalid("This signature was used before.");
        }
    }

    [GeneratedRegex(@"^AWS4-HMAC-SHA256\s+Credential=(?<credential>[^,\s]+)\s*,\s*SignedHeaders=(?<headers>[^,\s]+)\s*,\s*Signature=(?<signature>[0-9a-f]{64})\z")]
    private static partial Regex AuthorizationPattern();

    [GeneratedRegex(" {2,}")]
    private static partial Regex Spaces();

    private sealed record Scope(string KeyId, string Date, string Region, string Service, string[] SignedHeaders, string Signature);
}
