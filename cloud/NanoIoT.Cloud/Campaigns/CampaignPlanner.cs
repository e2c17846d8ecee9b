using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Cloud.Campaigns.Progress;
using NanoIoT.Cloud.Campaigns.Simulation;
using NanoIoT.Cloud.Firmware;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Registry;
using NanoIoT.HardwareProfiles;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Campaigns;

/// <summary>Holds a plan against the fleet: what is in its way, whom it takes, how long it lasts and what it costs.</summary>
internal sealed class CampaignPlanner(IFleet fleet, IThingQueries queries, FleetCensus census, IFirmwareRepository firmware)
{
    private const int MaxExamples = 3;

    /// <summary>A campaign that has not begun.</summary>
    public static Campaign Draft(CampaignRequest request, int downloadSeconds, long now) => new()
    {
        Id = request.Id!,
        Request = request,
        Salt = Campaign.SaltOf(request.Id!),
        Status = CampaignStatus.Scheduled,
        DownloadSeconds = downloadSeconds,
        Created = now,
        Url = string.Empty,
        UrlExpires = 0,
    };

    /// <summary>How long a board's download takes by the plan's assumption.</summary>
    public static int DownloadSeconds(CampaignRequest request, Manifest manifest) => Math.Max(1, manifest.Size / request.AssumedBytesPerSecond);

    public Artifact FindArtifact(CampaignRequest request) => firmware.Find(request.Component, request.Version)
        ?? throw new CloudException(ErrorCodes.NotFound, $"{request.Component} {request.Version} is not published.");

    /// <summary>Works a plan out for the fleet there is.</summary>
    public PlanView Plan(CampaignRequest request, IEnumerable<Campaign> others, long now)
    {
        Artifact artifact = FindArtifact(request);
        Campaign draft = Draft(request, DownloadSeconds(request, artifact.Manifest), now);
        PlanObstacle[] obstacles = [.. Obstacles(draft, artifact, others).Select(obstacle => new PlanObstacle(obstacle.Code, obstacle.Message))];
        Census counted = census.Take(draft, null, now);
        IReadOnlyList<Thing> things = fleet.List();
        uint[] audiences = census.AudiencesOf(request, things);
        SimulatedFleet simulated = SimulatedFleet.From(things
            .Select((thing, i) => (Thing: thing, Stages: audiences[i]))
            .Where(board => board.Stages != 0 && !FleetCensus.Runs(board.Thing, request.Component, request.Version))
            .Select(board => (GateHash.Permyriad(draft.Salt, board.Thing.ThingName), board.Stages))
            .DefaultIfEmpty((0, 0u)));
        PlanView estimate = CampaignEstimate.Describe(draft, counted, simulated, artifact.Manifest);
        return estimate with { Obstacles = obstacles, Remarks = [.. Remarks(draft, counted), .. estimate.Remarks] };
    }

    /// <summary>What keeps a campaign from being created.</summary>
    public IEnumerable<CloudException> Obstacles(Campaign campaign, Artifact artifact, IEnumerable<Campaign> others)
    {
        CampaignRequest request = campaign.Request;
        if (!request.AcceptNoTrial && NoTrial(artifact) is string why)
        {
            yield return new CloudException(ErrorCodes.NoTrial, why + " A board whose update fails stays down until somebody visits it. To go on all the same, accept it (acceptNoTrial, --accept-no-trial).");
        }

        Dictionary<string, Campaign> known = others.ToDictionary(item => item.Id, StringComparer.Ordinal);
        foreach (string id in request.After)
        {
            if (!known.TryGetValue(id, out Campaign? first) || first.Status is CampaignStatus.Aborted or CampaignStatus.Canceled)
            {
                yield return new CloudException(first is null ? ErrorCodes.NotFound : ErrorCodes.Conflict, $"Campaign {id}, which must come first, {(first is null ? "does not exist" : "was " + first.Status)}.");
            }
        }

        if (request.Rollback is string back and not CampaignRequest.Previous && firmware.Find(request.Component, back) is null)
        {
            yield return new CloudException(ErrorCodes.NotFound, $"{request.Component} {back}, which it would go back to, is not published.");
        }

        IReadOnlyList<Thing> targets = census.TargetsOf(campaign);
        string[] missing = [.. request.Stages.SelectMany(stage => stage.Things ?? []).Where(name => fleet.Find(name) is null)];
        if (missing.Length > 0)
        {
            yield return new CloudException(ErrorCodes.NotFound, $"Things that do not exist: {Some(missing)}.");
        }

        int audience = census.AudiencesOf(request, fleet.List()).Count(stages => stages != 0);
        foreach (CloudException obstacle in AudienceRules.Check(request, artifact.Manifest, audience, targets))
        {
            yield return obstacle;
        }

        foreach (CampaignStage stage in request.Stages.Where(stage => stage.Query is not null))
        {
            int matches = fleet.List().Count(queries.Compile(stage.Query!));
            if (matches > PlanRules.MaxThings)
            {
                yield return new CloudException(ErrorCodes.LimitExceeded, $"The query {stage.Query} matches {matches} things, and at most {PlanRules.MaxThings} are announced to one by one. Make a dynamic group of it and name that.");
            }
        }

        foreach (CloudException conflict in Conflicts(request, targets, others))
        {
            yield return conflict;
        }

        if (Unready(request, artifact.Manifest, targets, known) is CloudException unready)
        {
            yield return unready;
        }
    }

    /// <summary>The campaign that brings boards back from an aborted one, or why there is none.</summary>
    public (CampaignRequest? Request, string Why) Counter(Campaign aborted, CampaignLedger ledger)
    {
        CampaignRequest request = aborted.Request;
        Thing[] running = [.. fleet.List().Where(thing => FleetCensus.Runs(thing, request.Component, request.Version))];
        ProgressEntry[] succeeded = [.. ledger.Entries.Where(entry => entry.State == UpdateStates.Succeeded && entry.From.Length > 0)];
        string? version = request.Rollback != CampaignRequest.Previous ? request.Rollback
            : succeeded.GroupBy(entry => entry.From, StringComparer.Ordinal).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).FirstOrDefault()?.Key;
        if (running.Length == 0 || version is null)
        {
            return (null, "no board runs what it brought");
        }

        if (firmware.Find(request.Component, version) is null)
        {
            return (null, $"{running.Length} boards run {request.Version}, and {request.Component} {version} is not published");
        }

        // One by one where they are few; else by the topics of the stages that began, on which others have nothing to go back from.
        IReadOnlyList<CampaignStage> stages = running.Length <= PlanRules.MaxThings
            ? [new CampaignStage { Query = $"attributes.{WellKnownAttributes.FirmwarePrefix}{request.Component}:\"{request.Version}\"", SuccessPercent = 0 }]
            : [.. request.Stages.Take(aborted.Gates.Count).Where(stage => !stage.IsByThing).Select(stage => new CampaignStage { Group = stage.Group, Region = stage.Region, SuccessPercent = 0 }).Distinct()];
        var counter = new CampaignRequest
        {
            Id = aborted.Id + "-rollback",
            Component = request.Component,
            Version = version,
            Replaces = request.Version,
            Stages = stages,
            SpreadSeconds = request.SpreadSeconds,
            DownloadSlots = request.DownloadSlots,
            Abort = [new AbortCriterion { Percent = 100 }],
            AcceptNoTrial = request.AcceptNoTrial,
            AcceptUnready = true,
            AllowEmpty = true,
        };
        return (counter, $"{running.Length} boards run {request.Version} and are brought back to {version}");
    }

    private static string Some(string[] names) => string.Join(", ", names.Take(MaxExamples)) + (names.Length > MaxExamples ? $" and {names.Length - MaxExamples} more" : string.Empty);

    /// <summary>Why an artifact's update has no trial on some board, or null where it has on all.</summary>
    private static string? NoTrial(Artifact artifact)
    {
        if (artifact.Manifest.Component == Fields.Clr)
        {
            return "A nanoCLR confirms itself when it starts and has no trial: one that does not reach the application cannot be undone by the board.";
        }

        string[] overwriting = [.. artifact.Manifest.Profiles.Where(name => ProfileCatalog.Find(name)?.Update.HasTrial == false)];
        return overwriting.Length == 0 ? null : $"{string.Join(", ", overwriting)} overwrites its only image and has no trial.";
    }

    /// <summary>The nanoCLR before the application that needs it.</summary>
    private static CloudException? Unready(CampaignRequest request, Manifest manifest, IReadOnlyList<Thing> targets, Dictionary<string, Campaign> known)
    {
        if (request.AcceptUnready || SemanticVersion.Parse(manifest.MinClr) is not SemanticVersion needed)
        {
            return null;
        }

        bool isBrought = request.After.Any(id => known.TryGetValue(id, out Campaign? first) && first.Request.Component == Fields.Clr
            && SemanticVersion.Parse(first.Request.Version) is SemanticVersion brings && brings.CompareTo(needed) >= 0);
        Thing[] below = [.. targets.Where(thing => SemanticVersion.Parse(thing.Firmware.GetValueOrDefault(Fields.Clr)) is SemanticVersion runs && runs.CompareTo(needed) < 0)];
        return isBrought || below.Length == 0
            ? null
            : new CloudException(
                ErrorCodes.Conflict,
                $"{below.Length} of {targets.Count} boards run a nanoCLR below {manifest.MinClr}, which {request.Component} {request.Version} needs: {Some([.. below.Select(thing => $"{thing.ThingName} ({thing.Firmware[Fields.Clr]})")])}. "
                + "Bring the nanoCLR first and name its campaign (after, --after), or accept that they refuse the image (acceptUnready, --accept-unready).");
    }

    private static IEnumerable<string> Remarks(Campaign draft, Census counted)
    {
        if (draft.Request.Window is not null)
        {
            yield return "Windows are not in the time it says.";
        }

        for (int i = 0; i < draft.Request.Stages.Count; i++)
        {
            CampaignStage stage = draft.Request.Stages[i];
            if (counted.Audiences[i].Total == 0)
            {
                yield return $"Stage {i + 1} ({stage}) has no boards now.";
            }
            else if (stage.Count is int count && counted.Audiences[i].Of(counted.Shares[i]) < count && counted.Audiences[i].Total > counted.Audiences[i].Of(counted.Shares[i]))
            {
                yield return $"Stage {i + 1} ({stage}) takes {counted.Audiences[i].Of(counted.Shares[i])}: the next ten-thousandth would be more than {count}.";
            }
        }
    }

    /// <summary>Campaigns of the same component that are for some of the same boards.</summary>
    private IEnumerable<CloudException> Conflicts(CampaignRequest request, IReadOnlyList<Thing> targets, IEnumerable<Campaign> others)
    {
        var names = targets.Select(thing => thing.ThingName).ToHashSet(StringComparer.Ordinal);
        string[] topics = [.. request.Stages.Where(stage => !stage.IsByThing).Select(stage => stage.Topic(request.Component))];
        foreach (Campaign rival in others.Where(item => !item.IsOver && item.Request.Component == request.Component && !request.After.Contains(item.Id)))
        {
            string[] both = [.. census.TargetsOf(rival).Select(thing => thing.ThingName).Where(names.Contains)];
            string? topic = rival.Request.Stages.Where(stage => !stage.IsByThing).Select(stage => stage.Topic(request.Component)).FirstOrDefault(topics.Contains);
            if (both.Length > 0 || topic is not null)
            {
                yield return new CloudException(
                    ErrorCodes.Conflict,
                    $"Campaign {rival.Id} is {rival.Status} and updates {request.Component} too, "
                    + (both.Length > 0 ? $"on {both.Length} of the same boards: {Some(both)}. " : $"and announces it to the same boards ({topic}). ")
                    + "Cancel it, wait for its end, or let this one come after it (after, --after).");
            }
        }
    }
}
