using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NanoIoT.Cloud.Campaigns;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Cloud.Campaigns.Views;
using NanoIoT.Cloud.Gateway.Authorization;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Registry;
using NanoIoT.Cloud.Storage.DynamoDb;

namespace NanoIoT.Cloud.Gateway;

/// <summary>Campaigns over HTTPS.</summary>
internal static class CampaignApi
{
    public static void Map(EndpointAccess access)
    {
        RouteGroupBuilder viewer = access.Viewer.MapGroup(string.Empty).AvailableInAwsIotMode();
        RouteGroupBuilder routes = access.Operator.MapGroup(string.Empty).AvailableInAwsIotMode();
        routes.MapPost("/nanoiot/campaigns", async (CampaignRequest request, ICampaignService campaigns, IFleet fleet, CancellationToken cancellationToken) =>
        {
            // The audience is checked: it is to be the present one, also where AWS IoT has the registry.
            await fleet.RefreshAsync(cancellationToken).ConfigureAwait(false);
            return Results.Ok(await campaigns.CreateAsync(request, cancellationToken).ConfigureAwait(false));
        });
        viewer.MapGet("/nanoiot/campaigns", (ICampaignService campaigns) => Results.Ok(new { campaigns = campaigns.List() }));
        viewer.MapPost("/nanoiot/campaigns/plan", async (CampaignRequest request, ICampaignService campaigns, IFleet fleet, CancellationToken cancellationToken) =>
        {
            await fleet.RefreshAsync(cancellationToken).ConfigureAwait(false);
            return Results.Ok(campaigns.Plan(request));
        });
        viewer.MapGet("/nanoiot/campaigns/{id}", async (string id, ICampaignService campaigns, CancellationToken cancellationToken) =>
        {
            await campaigns.RefreshAsync(id, cancellationToken).ConfigureAwait(false);
            return Results.Ok(campaigns.View(id) ?? throw new CloudException(ErrorCodes.NotFound, $"Campaign {id} does not exist."));
        });
        viewer.MapGet("/nanoiot/stores", (HttpContext context) =>
        {
            DynamoDbDatabase? tables = context.RequestServices.GetService<DynamoDbDatabase>();
            return Results.Ok(new { kind = tables is null ? "sqlite" : "dynamodb", writeUnits = tables?.WriteUnits ?? 0, readUnits = tables?.ReadUnits ?? 0, writeUnitsByTable = tables?.WriteUnitsByTable() });
        });
        viewer.MapGet("/nanoiot/campaigns/{id}/boards", Boards);
        viewer.MapGet("/nanoiot/campaigns/{id}/history", async (string id, ICampaignService campaigns, CancellationToken cancellationToken) =>
        {
            await campaigns.RefreshAsync(id, cancellationToken).ConfigureAwait(false);
            return Results.Ok(new { history = await campaigns.HistoryAsync(id, cancellationToken).ConfigureAwait(false) });
        });
        routes.MapPost("/nanoiot/campaigns/{id}/retry", async (string id, ICampaignService campaigns, CancellationToken cancellationToken) =>
        {
            int boards = await campaigns.RetryAsync(id, cancellationToken).ConfigureAwait(false);
            return Results.Ok(new { id, boards });
        });
        routes.MapPost("/nanoiot/campaigns/confirm-clock", async (ICampaignService campaigns, CancellationToken cancellationToken) =>
            Results.Ok(await campaigns.ConfirmClockAsync(cancellationToken).ConfigureAwait(false)));
        MapChange(routes, "pause", (id, campaigns, cancellationToken) => campaigns.SetPausedAsync(id, true, cancellationToken));
        MapChange(routes, "resume", (id, campaigns, cancellationToken) => campaigns.SetPausedAsync(id, false, cancellationToken));
        MapChange(routes, "cancel", (id, campaigns, cancellationToken) => campaigns.CancelAsync(id, cancellationToken));
        MapChange(routes, "force", (id, campaigns, cancellationToken) => campaigns.ForceAsync(id, cancellationToken));
        routes.MapPost("/nanoiot/campaigns/{id}/approve", async (string id, int? stage, ICampaignService campaigns, CancellationToken cancellationToken) =>
            Results.Ok(await campaigns.ApproveAsync(id, stage - 1, cancellationToken).ConfigureAwait(false)));
        routes.MapDelete("/nanoiot/campaigns/{id}", async (string id, ICampaignService campaigns, CancellationToken cancellationToken) =>
        {
            await campaigns.DeleteAsync(id, cancellationToken).ConfigureAwait(false);
            return Results.Ok(new { deleted = id });
        });
    }

    private static IResult Boards(string id, string? state, string? after, int? limit, ICampaignService campaigns)
    {
        const int most = 1000;
        int count = limit ?? most;
        if (count is < 1 or > most)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, "limit: 1 to 1000");
        }

        IReadOnlyList<BoardView> boards = campaigns.Boards(id, state, after, count + 1) ?? throw new CloudException(ErrorCodes.NotFound, $"Campaign {id} does not exist.");
        return Results.Ok(new { boards = boards.Take(count), next = boards.Count > count ? boards[count - 1].Thing : null });
    }

    private static void MapChange(IEndpointRouteBuilder routes, string verb, Func<string, ICampaignService, CancellationToken, Task<Campaign>> change) =>
        routes.MapPost("/nanoiot/campaigns/{id}/" + verb, async (string id, ICampaignService campaigns, CancellationToken cancellationToken) =>
            Results.Ok(await change(id, campaigns, cancellationToken).ConfigureAwait(false)));
}
