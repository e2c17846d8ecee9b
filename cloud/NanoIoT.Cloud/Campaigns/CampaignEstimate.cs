using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Cloud.Campaigns.Progress;
using NanoIoT.Cloud.Campaigns.Simulation;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Campaigns;

/// <summary>How long a campaign lasts and what it costs, by a simulation in which every board is online and succeeds.</summary>
public static class CampaignEstimate
{
    /// <summary>accepted, downloading, staged, testing, succeeded.</summary>
    private const int ReportsABoard = 5;

    /// <summary>After the reboot: what it runs now, and whether something is desired of it.</summary>
    private const int ShadowMessagesABoard = 2;

    /// <summary>The version beside the thing, and the shadow after the reboot; of 1 KB at most each.</summary>
    private const int RegistryWritesABoard = 2;
    private const int TrialSeconds = 60;

    /// <summary>Items of 400 bytes in 8 KB, which is what an eventually consistent read unit reads.</summary>
    private const int ItemsAReadUnit = 8192 / 400;

    /// <summary>Works a plan out for a fleet that is not there: so many boards in every audience.</summary>
    /// <param name="request">The plan, with an id.</param>
    /// <param name="boards">How many, 1 to 10,000,000.</param>
    /// <param name="imageBytes">The image's length.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="Hosting.CloudException">The plan breaks a rule.</exception>
    public static PlanView Of(CampaignRequest request, int boards, int imageBytes)
    {
        ArgumentNullException.ThrowIfNull(request);
        PlanRules.Check(request);
        PlanRules.Require(boards is >= 1 and <= 10_000_000, "boards: 1 to 10000000");
        PlanRules.Require(imageBytes is >= 1 and <= 0x2000000, "size: 1 to 33554432 bytes");
        var manifest = new Manifest
        {
            Component = request.Component,
            Version = request.Version,
            Kind = ImageKinds.McuBoot,
            Size = imageBytes,
            DigestsOffset = imageBytes,
            ChunkSize = Contract.DefaultChunkBytes,
            Sha256 = new string('0', 64),
            DigestsHmac = new string('0', 64),
            Profiles = ["ESP32_S3"],
        };
        Campaign draft = CampaignPlanner.Draft(request, CampaignPlanner.DownloadSeconds(request, manifest), 0);
        return Describe(draft, null, SimulatedFleet.Named(draft.Salt, [.. request.Stages.Select(_ => boards)]), manifest);
    }

    internal static PlanView Describe(Campaign draft, Census? counted, SimulatedFleet fleet, Manifest manifest)
    {
        CampaignRequest request = draft.Request;
        int download = draft.DownloadSeconds;
        SimulationResult result = FleetSimulator.Run(request, fleet, new FleetBehavior { DownloadSeconds = download, TrialSeconds = TrialSeconds });
        var stages = new List<PlannedStage>();
        long deliveries = 0;
        for (int i = 0; i < request.Stages.Count; i++)
        {
            int audience = counted?.Audiences[i].Total ?? fleet.Count;
            int boards = counted?.Stages[i].Targets ?? result.Boards[i];
            int current = counted?.Stages[i].Of(UpdateStates.Succeeded) ?? 0;
            stages.Add(new PlannedStage(
                request.Stages[i].ToString(),
                counted?.Shares[i] ?? result.Campaign.Gates[i].Share,
                audience,
                boards,
                current,
                i < result.StageSeconds.Count ? result.StageSeconds[i] : result.Seconds,
                result.Openings[i],
                request.Stages[i].Approval));
            deliveries += (long)audience * result.Openings[i];
        }

        long updating = stages.Sum(stage => (long)(stage.Boards - stage.Current));
        int pages = manifest.PageCount;
        var cost = new PlanCost(
            updating * (manifest.Size + manifest.DigestsLength),
            result.Openings.Sum(),
            deliveries,
            updating * ReportsABoard,
            updating * ShadowMessagesABoard,
            updating * (ReportsABoard + RegistryWritesABoard),
            ((updating * ReportsABoard) + ItemsAReadUnit - 1) / ItemsAReadUnit,
            updating * ((2 * pages) + (pages > 1 ? 1 : 0)),
            new PlanPrice(0, 0, 0, 0, 0, 0, 0));
        int announcement = (manifest.ToBytes().Length * 4 / 3) + 800;
        cost = cost with { Dollars = AwsPrices.Of(cost, announcement, updating) };
        return new PlanView(draft.Id, request.Component, request.Version, stages, stages.Sum(stage => stage.Boards), stages.Sum(stage => stage.Current), result.Seconds, [], result.Campaign.IsOver ? [] : ["It takes more than a year."], cost);
    }
}
