using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NanoIoT.Cloud.Gateway.Authorization;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity;
using NanoIoT.Cloud.Identity.Provisioning;
using NanoIoT.Cloud.Rest;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Gateway;

/// <summary>Fleet provisioning over HTTPS: claims for users, and for devices the two steps of MQTT in one request.</summary>
internal static class ProvisionApi
{
    private const int MaxDays = 3650;

    public static void Map(EndpointAccess access)
    {
        access.Operator.MapPost("/nanoiot/claims", CreateClaimAsync);
        access.Certificate.MapPost("/nanoiot/provision/{template}", ProvisionAsync)
            .WithMetadata(new NeededDeviceAccess(context => new DeviceAccess(
                "iot:Publish", "topic/" + CertificateTopics.Provision((string)context.GetRouteValue("template")!))));
    }

    private static async Task<IResult> CreateClaimAsync(ClaimBody body, ProvisioningService provisioning, CertificateAuthority authority)
    {
        if (body.Days is < 1 or > MaxDays)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, "days: 1 to 3650");
        }

        (Certificate claim, _, string privateKey, long ends) = await provisioning.CreateClaimAsync(body.Template, TimeSpan.FromDays(body.Days ?? 365)).ConfigureAwait(false);
        return Results.Ok(new { certificateId = claim.Id, certificatePem = claim.Pem, privateKey, ends, caPem = authority.RootPem });
    }

    private static async Task<IResult> ProvisionAsync(string template, ProvisionBody body, HttpContext context, ProvisioningService provisioning, CertificateAuthority authority)
    {
        Caller caller = Caller.Of(context.User)!;
        IReadOnlyDictionary<string, string> parameters = body.Parameters ?? new Dictionary<string, string>();
        provisioning.CheckClaim(template, caller.CertificateId!);
        string? thing = provisioning.ThingOf(template, parameters, caller.CertificateId!);
        (Certificate certificate, string? privateKey, string token) = await provisioning.CreateCertificateAsync(body.Csr, caller.CertificateId!, thing).ConfigureAwait(false);
        ProvisioningResult result = await CompleteAsync(provisioning, template, certificate.Id, token, parameters, caller).ConfigureAwait(false);
        return Results.Ok(new
        {
            thingName = result.ThingName,
            certificateId = certificate.Id,
            certificatePem = certificate.Pem,
            privateKey,
            caPem = authority.RootPem,
            deviceConfiguration = result.DeviceConfiguration,
        });
    }

    /// <summary>A request that fails leaves no certificate behind: over HTTPS nobody has the token to try again with.</summary>
    private static async Task<ProvisioningResult> CompleteAsync(
        ProvisioningService provisioning, string template, string certificateId, string token, IReadOnlyDictionary<string, string> parameters, Caller caller)
    {
        try
        {
            return await provisioning.ProvisionAsync(template, token, parameters, caller.CertificateId!).ConfigureAwait(false);
        }
        catch (CloudException)
        {
            await provisioning.DiscardAsync(certificateId).ConfigureAwait(false);
            throw;
        }
    }

    internal sealed record ClaimBody(string Template, int? Days = null);

    internal sealed record ProvisionBody(string? Csr = null, Dictionary<string, string>? Parameters = null);
}
