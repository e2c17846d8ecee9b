using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Registry;
using NanoIoT.Cloud.Shadows;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Gateway;

/// <summary>Shadows over HTTPS, at AWS IoT's paths.</summary>
internal static class ShadowApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/things/{thingName}/shadow", (string thingName, string? name, IRegistry registry, IShadowService shadows) =>
        {
            Check(registry, thingName, name);
            return Json(shadows.Get(thingName, name ?? string.Empty));
        });
        routes.MapPost("/things/{thingName}/shadow", async (string thingName, string? name, HttpRequest request, IRegistry registry, IShadowService shadows, CancellationToken cancellationToken) =>
        {
            Check(registry, thingName, name);
            byte[] body = await RequestBody.ReadAsync(request, RequestBody.JsonLimit, cancellationToken).ConfigureAwait(false);
            return Json(await shadows.UpdateAsync(thingName, name ?? string.Empty, body, cancellationToken).ConfigureAwait(false));
        });
        routes.MapDelete("/things/{thingName}/shadow", async (string thingName, string? name, IRegistry registry, IShadowService shadows, CancellationToken cancellationToken) =>
        {
            Check(registry, thingName, name);
            return Json(await shadows.DeleteAsync(thingName, name ?? string.Empty, ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false));
        });
        routes.MapGet("/api/things/shadow/ListNamedShadowsForThing/{thingName}", (string thingName, IRegistry registry, IShadowService shadows, TimeProvider time) =>
        {
            Check(registry, thingName, null);
            return Results.Ok(new { results = shadows.ListNames(thingName), timestamp = time.GetUtcNow().ToUnixTimeSeconds() });
        });
    }

    private static void Check(IRegistry registry, string thingName, string? shadowName)
    {
        const int longest = 64;
        if (shadowName is not null && (!Contract.IsValidName(shadowName) || shadowName.Length > longest))
        {
            throw new CloudException(ErrorCodes.InvalidRequest, "name: 1 to 64 of a-z A-Z 0-9 : _ -");
        }

        if (registry.Find(thingName) is null)
        {
            throw new CloudException(ErrorCodes.NotFound, $"Thing {thingName} does not exist.");
        }
    }

    private static IResult Json(JsonObject document) => Results.Text(document.ToJsonString(ShadowState.Json), "application/json", Encoding.UTF8);
}
