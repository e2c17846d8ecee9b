using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity;
using NanoIoT.Cloud.Registry;
using NanoIoT.Cloud.Shadows;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Gateway;

/// <summary>Things over HTTPS.</summary>
internal static class ThingApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/nanoiot/things", CreateAsync);
        routes.MapGet("/nanoiot/things", List);
        routes.MapGet("/nanoiot/things/{thingName}", Show);
        routes.MapDelete("/nanoiot/things/{thingName}", DeleteAsync);
    }

    private static async Task<IResult> CreateAsync(CreateThingBody body, IRegistry registry, CertificateAuthority authority, CancellationToken cancellationToken)
    {
        // The request is checked before the thing is made: a bad one leaves nothing behind.
        (string Pem, string CertificateId)? certificate = body.Csr is null ? null : authority.IssueForThing(body.Thing.ThingName, body.Csr);
        Thing thing = await registry.CreateAsync(body.Thing, cancellationToken).ConfigureAwait(false);
        if (certificate is (string pem, string id))
        {
            await registry.AttachCertificateAsync(thing.ThingName, id, pem, cancellationToken).ConfigureAwait(false);
        }

        return Results.Ok(new { thing, certificatePem = certificate?.Pem, certificateId = certificate?.CertificateId, caPem = authority.RootPem });
    }

    private static IResult List(IRegistry registry, IConnectivity connectivity, string? group, string? region, string? after, int? limit)
    {
        const int most = 1000;
        int count = limit ?? most;
        if (count is < 1 or > most)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, "limit: 1 to 1000");
        }

        IReadOnlyList<Thing> things = registry.List(group, region, after, count + 1);
        string? next = things.Count > count ? things[count - 1].ThingName : null;
        return Results.Ok(new { things = things.Take(count).Select(thing => new ThingSummary(thing, connectivity.IsConnected(thing.ThingName))), next });
    }

    private static IResult Show(string thingName, IRegistry registry, IConnectivity connectivity, IShadowService shadows)
    {
        Thing thing = registry.Find(thingName) ?? throw new CloudException(ErrorCodes.NotFound, $"Thing {thingName} does not exist.");
        JsonObject? shadow = null;
        try
        {
            shadow = shadows.Get(thingName, Topics.AgentShadow);
        }
        catch (ShadowException)
        {
            // A thing that was never on has none.
            shadow = null;
        }

        return Results.Ok(new { thing, connected = connectivity.IsConnected(thingName), shadow = shadow?["state"] });
    }

    private static async Task<IResult> DeleteAsync(string thingName, IRegistry registry, IConnectivity connectivity, CancellationToken cancellationToken)
    {
        await registry.DeleteAsync(thingName, cancellationToken).ConfigureAwait(false);
        await connectivity.DisconnectAsync(thingName).ConfigureAwait(false);
        return Results.Ok(new { deleted = thingName });
    }

    internal sealed record CreateThingBody(ThingRequest Thing, string? Csr);

    internal sealed record ThingSummary(Thing Thing, bool Connected);
}
