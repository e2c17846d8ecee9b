using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Gateway.Authorization;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity;
using NanoIoT.Cloud.Registry;
using NanoIoT.Cloud.Shadows;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Gateway;

/// <summary>Things over HTTPS.</summary>
internal static class ThingApi
{
    public static void Map(EndpointAccess access)
    {
        access.Operator.MapPost("/nanoiot/things", CreateAsync);
        access.Viewer.MapGet("/nanoiot/things", List).AvailableInAwsIotMode();
        access.Viewer.MapGet("/nanoiot/things/{thingName}", Show).AvailableInAwsIotMode();
        access.Operator.MapPatch("/nanoiot/things/{thingName}", SetAsync);
        access.Operator.MapDelete("/nanoiot/things/{thingName}", DeleteAsync);
    }

    private static async Task<IResult> CreateAsync(CreateThingBody body, IRegistry registry, IdentityStore identities, CertificateAuthority authority, CancellationToken cancellationToken)
    {
        // The request is checked before the thing is made: a bad one leaves nothing behind.
        using X509Certificate2? certificate = body.Csr is null ? null : authority.IssueForThing(body.Thing.ThingName, body.Csr);
        Thing thing = await registry.CreateAsync(body.Thing, cancellationToken).ConfigureAwait(false);
        string? id = certificate is null ? null : await identities.RegisterForThingAsync(thing.ThingName, certificate, registry).ConfigureAwait(false);
        return Results.Ok(new { thing, certificatePem = certificate?.ExportCertificatePem(), certificateId = id, caPem = authority.RootPem });
    }

    private static async Task<IResult> SetAsync(string thingName, SetThingBody body, IRegistry registry, CancellationToken cancellationToken) =>
        Results.Ok(new { thing = await registry.SetAttributesAsync(thingName, body.Attributes, cancellationToken).ConfigureAwait(false) });

    private static IResult List(IFleet fleet, IConnectivity connectivity, string? group, string? region, string? after, int? limit)
    {
        const int most = 1000;
        int count = limit ?? most;
        if (count is < 1 or > most)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, "limit: 1 to 1000");
        }

        IReadOnlyList<Thing> things = fleet.List(group, region, after, count + 1);
        string? next = things.Count > count ? things[count - 1].ThingName : null;
        return Results.Ok(new { things = things.Take(count).Select(thing => new ThingSummary(thing, connectivity.IsConnected(thing.ThingName))), next });
    }

    private static IResult Show(string thingName, IFleet fleet, IRegistry registry, IdentityStore identities, IConnectivity connectivity, IShadowDocuments shadows)
    {
        Thing thing = fleet.Find(thingName) ?? throw new CloudException(ErrorCodes.NotFound, $"Thing {thingName} does not exist.");
        JsonObject? shadow = shadows.TryGet(thingName, Topics.AgentShadow);
        var support = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in WellKnownAttributes.Names)
        {
            if (thing.Attributes.TryGetValue(name, out string? value))
            {
                support.Add(name, value);
            }
        }

        return Results.Ok(new
        {
            thing,
            support,
            certificates = registry.PrincipalsOf(thingName).Select(principal => identities.Find(principal["cert/".Length..])).OfType<Certificate>()
                .Select(item => new { certificateId = item.Id, status = item.Status, notAfter = item.NotAfter }),
            connected = connectivity.IsConnected(thingName),
            connection = connectivity.StatusOf(thingName),
            shadow = shadow?["state"],
        });
    }

    private static async Task<IResult> DeleteAsync(string thingName, IRegistry registry, IdentityStore identities, IConnectivity connectivity, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> principals = await registry.DeleteAsync(thingName, cancellationToken).ConfigureAwait(false);
        await identities.DeleteUnusedAsync(principals, registry).ConfigureAwait(false);
        await connectivity.DisconnectAsync(thingName).ConfigureAwait(false);
        return Results.Ok(new { deleted = thingName });
    }

    internal sealed record SetThingBody(Dictionary<string, string?> Attributes);

    internal sealed record CreateThingBody(ThingRequest Thing, string? Csr = null);

    internal sealed record ThingSummary(Thing Thing, bool Connected);
}
