using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NanoIoT.Cloud.Campaigns;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Gateway;

/// <summary>Campaigns over HTTPS.</summary>
internal static class CampaignApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/nanoiot/campaigns", async (CampaignRequest request, ICampaignService campaigns, CancellationToken cancellationToken) =>
            Results.Ok(await campaigns.CreateAsync(request, cancellationToken).ConfigureAwait(false)));
        routes.MapGet("/nanoiot/campaigns", (ICampaignService campaigns) => Results.Ok(new { campaigns = campaigns.List() }));
        routes.MapGet("/nanoiot/campaigns/{id}", (string id, ICampaignService campaigns) =>
            Results.Ok(campaigns.View(id) ?? throw new CloudException(ErrorCodes.NotFound, $"Campaign {id} does not exist.")));
        routes.MapPost("/nanoiot/campaigns/{id}/pause", async (string id, ICampaignService campaigns, CancellationToken cancellationToken) =>
            Results.Ok(await campaigns.SetPausedAsync(id, true, cancellationToken).ConfigureAwait(false)));
        routes.MapPost("/nanoiot/campaigns/{id}/resume", async (string id, ICampaignService campaigns, CancellationToken cancellationToken) =>
            Results.Ok(await campaigns.SetPausedAsync(id, false, cancellationToken).ConfigureAwait(false)));
        routes.MapPost("/nanoiot/campaigns/{id}/cancel", async (string id, ICampaignService campaigns, CancellationToken cancellationToken) =>
            Results.Ok(await campaigns.CancelAsync(id, cancellationToken).ConfigureAwait(false)));
        routes.MapDelete("/nanoiot/campaigns/{id}", async (string id, ICampaignService campaigns, CancellationToken cancellationToken) =>
        {
            await campaigns.DeleteAsync(id, cancellationToken).ConfigureAwait(false);
            return Results.Ok(new { deleted = id });
        });
    }
}
