namespace NanoIoT.Cloud.Rest;

/// <summary>Who makes a request.</summary>
/// <param name="Actor">As the audit log names it: <c>user/NAME</c> or <c>certificate/ID</c>.</param>
/// <param name="Role">A user's role; null for a device, which its policies decide on.</param>
/// <param name="CertificateId">A device's certificate, or null.</param>
/// <param name="SourceAddress">Where the request comes from.</param>
public sealed record Caller(string Actor, Role? Role, string? CertificateId, System.Net.IPAddress? SourceAddress);
