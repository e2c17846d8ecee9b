using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NanoIoT.Cloud.Gateway.Authorization;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Gateway;

/// <summary>
/// Health, for everybody: live says that the process answers; ready, and <c>/nanoiot/health</c> with the same status, that it can
/// store what it acknowledges (503 where it cannot).
/// </summary>
internal static class HealthApi
{
    public static void Map(EndpointAccess access)
    {
        RouteGroupBuilder routes = access.Public.MapGroup("/nanoiot/health").AvailableInAwsIotMode();
        routes.MapGet("/live", () => Results.Ok(new { status = "ok" }));
        routes.MapGet("/ready", async (ServiceHealth health) => Answer(await health.CheckAsync().ConfigureAwait(false), []));
        routes.MapGet(string.Empty, async (ServiceHealth health) => Answer(await health.CheckAsync().ConfigureAwait(false), health.Warnings));
    }

    private static IResult Answer(string? code, IReadOnlyList<string> warnings) => Results.Json(
        new { status = code is null ? "ok" : "unavailable", store = code ?? "ok", warnings },
        statusCode: code is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
}
