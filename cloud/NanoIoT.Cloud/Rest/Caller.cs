using System.Security.Claims;

namespace NanoIoT.Cloud.Rest;

/// <summary>Who makes a request.</summary>
/// <param name="Actor">As the audit log names it: <c>user/NAME</c> or <c>certificate/ID</c>.</param>
/// <param name="Role">A user's role; null for a device, which its policies decide on.</param>
/// <param name="CertificateId">A device's certificate, or null.</param>
/// <param name="SourceAddress">Where the request comes from.</param>
public sealed record Caller(string Actor, Role? Role, string? CertificateId, System.Net.IPAddress? SourceAddress)
{
    /// <summary>
    /// When the bearer token of the request expires, Unix seconds; null for one that does not, and for others.
    /// </summary>
    public long? Expires { get; init; }

    /// <summary>The caller of a request without a credential.</summary>
    /// <param name="address">Where the request comes from.</param>
    /// <returns>The caller, which no role and no policy lets do anything.</returns>
    public static Caller Anonymous(System.Net.IPAddress? address) => new("anonymous", null, null, address);

    /// <summary>The authenticated caller of a request.</summary>
    /// <param name="principal">The request's principal.</param>
    /// <returns>The caller, or null for a request without a valid credential.</returns>
    public static Caller? Of(ClaimsPrincipal? principal) => (principal?.Identity as CallerIdentity)?.Caller;
}
