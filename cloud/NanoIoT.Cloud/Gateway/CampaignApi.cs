using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NanoIoT.Cloud.Campaigns;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Gateway;

/// <summary>Campaigns over HTTPS.</summary>
internal static class CampaignApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/nanoiot/campaigns", async (CampaignRequest request, ICampaignService campaigns, AuditTrail audit, CancellationToken cancellationToken) =>
        {
            Campaign campaign = await campaigns.CreateAsync(request, cancellationToken).ConfigureAwait(false);
            await audit.AppendAsync("CreateCampaign", "campaign/" + campaign.Id, null, Node(campaign)).ConfigureAwait(false);
            return Results.Ok(campaign);
        });
        routes.MapGet("/nanoiot/campaigns", (ICampaignService campaigns) => Results.Ok(new { campaigns = campaigns.List() }));
        routes.MapGet("/nanoiot/campaigns/{id}", (string id, ICampaignService campaigns) =>
            Results.Ok(campaigns.View(id) ?? throw new CloudException(ErrorCodes.NotFound, $"Campaign {id} does not exist.")));
        MapChange(routes, "pause", "PauseCampaign", (id, campaigns, cancellationToken) => campaigns.SetPausedAsync(id, true, cancellationToken));
        MapChange(routes, "resume", "ResumeCampaign", (id, campaigns, cancellationToken) => campaigns.SetPausedAsync(id, false, cancellationToken));
        MapChange(routes, "cancel", "CancelCampaign", (id, campaigns, cancellationToken) => campaigns.CancelAsync(id, cancellationToken));
        routes.MapDelete("/nanoiot/campaigns/{id}", async (string id, ICampaignService campaigns, AuditTrail audit, CancellationToken cancellationToken) =>
        {
            JsonNode? before = Node(campaigns.View(id)?.Campaign);
            await campaigns.DeleteAsync(id, cancellationToken).ConfigureAwait(false);
            await audit.AppendAsync("DeleteCampaign", "campaign/" + id, before, null).ConfigureAwait(false);
            return Results.Ok(new { deleted = id });
        });
    }

    private static void MapChange(IEndpointRouteBuilder routes, string verb, string action, Func<string, ICampaignService, CancellationToken, Task<Campaign>> change) =>
        routes.MapPost("/nanoiot/campaigns/{id}/" + verb, async (string id, ICampaignService campaigns, AuditTrail audit, CancellationToken cancellationToken) =>
        {
            JsonNode? before = Node(campaigns.View(id)?.Campaign);
            Campaign campaign = await change(id, campaigns, cancellationToken).ConfigureAwait(false);
            await audit.AppendAsync(action, "campaign/" + id, before, Node(campaign)).ConfigureAwait(false);
            return Results.Ok(campaign);
        });

    private static JsonNode? Node(Campaign? campaign) => JsonSerializer.SerializeToNode(campaign, JsonSerializerOptions.Web);
}
