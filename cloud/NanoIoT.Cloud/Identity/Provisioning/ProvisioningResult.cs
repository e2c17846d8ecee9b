using System.Text.Json.Nodes;

namespace NanoIoT.Cloud.Identity.Provisioning;

/// <summary>What provisioning made.</summary>
/// <param name="ThingName">The thing, or null.</param>
/// <param name="CertificateId">The certificate, or null.</param>
/// <param name="CertificatePem">The certificate, PEM, or null.</param>
/// <param name="DeviceConfiguration">What the device is told.</param>
/// <param name="Policies">The policies that were attached.</param>
public sealed record ProvisioningResult(string? ThingName, string? CertificateId, string? CertificatePem, JsonObject DeviceConfiguration, IReadOnlyList<string> Policies);
