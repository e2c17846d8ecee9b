using System.Text.RegularExpressions;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Campaigns.Plans;

/// <summary>What holds of every plan, whatever the fleet is.</summary>
public static partial class PlanRules
{
    internal const int MaxThings = 1000;
    private const int MaxStages = 32;
    private const int MaxIdLength = 90;
    private const int Year = 31536000;

    /// <summary>Checks a plan by itself.</summary>
    /// <param name="request">The plan.</param>
    /// <exception cref="CloudException">It breaks a rule; the message says which.</exception>
    public static void Check(CampaignRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        Require(request.Id is null || (Contract.IsValidName(request.Id) && request.Id.Length <= MaxIdLength && !Attempt().IsMatch(request.Id)), $"id: 1 to {MaxIdLength} of a-z A-Z 0-9 : _ -, and no :rN at its end");
        Require(Contract.IsValidName(request.Component), "component: 1 to 128 of a-z A-Z 0-9 : _ -");
        Require(request.Stages is { Count: > 0 and <= MaxStages }, "stages: 1 to 32");
        foreach (CampaignStage stage in request.Stages)
        {
            CheckStage(stage);
        }

        Require(request.Abort is { Count: >= 1 and <= 8 }, "abort: 1 to 8 criteria");
        foreach (AbortCriterion? criterion in request.Abort)
        {
            Require(criterion is not null && AbortCriterion.Outcomes.Contains(criterion.Outcome), "abort outcome: " + string.Join(", ", AbortCriterion.Outcomes));
            Require(criterion!.Percent is >= 1 and <= 100, "abort percent: 1 to 100");
            Require(criterion.Minimum >= 1, "abort minimum: at least 1");
        }

        Require(request.SpreadSeconds is >= 0 and <= Year, "spreadSeconds: 0 to 31536000");
        Require(request.DownloadSlots is >= 0 and <= 10_000_000, "downloadSlots: 0 to 10000000");
        Require(request.Timeouts?.All.All(value => value is null or (>= 1 and <= Year)) == true, "timeouts: 1 to 31536000 seconds each");
        Require(request.Start is null or (>= 0 and <= Contract.MaxUnixSeconds), "start: Unix seconds");
        Require(request.End is null || (request.End > (request.Start ?? 0) && request.End <= Contract.MaxUnixSeconds), "end: Unix seconds, after start");
        Require(request.EndBehavior is CampaignRequest.StopBehavior or CampaignRequest.CancelBehavior, "endBehavior: stop or cancel");
        Require(request.Window is null || (request.Window is { Start: not null, Days: not null } && request.Window.IsValid), "window: start HH:mm, 5 to 1440 minutes, days of mon tue wed thu fri sat sun");
        Require(request.AssumedBytesPerSecond is >= 100 and <= 100_000_000, "assumedBytesPerSecond: 100 to 100000000");
        Require(request.Rollback is null or CampaignRequest.Previous || SemanticVersion.Parse(request.Rollback) is not null, "rollback: a version, or previous");
        Require(
            request.Replaces is null || (SemanticVersion.Parse(request.Replaces) is SemanticVersion from && SemanticVersion.Parse(request.Version)?.CompareTo(from) < 0),
            "replaces: a version above the one that is brought");
        Require(request.After is { Count: <= 8 } && request.After.All(Contract.IsValidName), "after: at most 8 ids of campaigns");
    }

    /// <summary>The campaign a report is of, and which of its attempts: boards that failed are called again under the id with <c>:rN</c>.</summary>
    internal static (string Id, int Attempt) Split(string campaign)
    {
        Match match = Attempt().Match(campaign);
        return match.Success ? (campaign[..match.Index], int.Parse(match.ValueSpan[2..], System.Globalization.CultureInfo.InvariantCulture)) : (campaign, 0);
    }

    internal static string Join(string id, int attempt) => attempt == 0 ? id : $"{id}:r{attempt}";

    internal static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, message);
        }
    }

    private static void CheckStage(CampaignStage? stage)
    {
        Require(stage is not null, "stages: none may be null");
        Require(stage!.Group is null || Contract.IsValidName(stage.Group), "stage group: 1 to 128 of a-z A-Z 0-9 : _ -");
        Require(stage.Region is null || Contract.IsValidName(stage.Region), "stage region: 1 to 128 of a-z A-Z 0-9 : _ -");
        Require(!stage.IsByThing || (stage.Group is null && stage.Region is null && (stage.Things is null || stage.Query is null)), "a stage is for a group or region, for things, or for a query");
        Require(stage.Things is null || (stage.Things.Count is >= 1 and <= MaxThings && stage.Things.All(Contract.IsValidName)), $"stage things: 1 to {MaxThings} names; put more into a group");
        Require(stage.Percent is >= 1 and <= 100, "stage percent: 1 to 100");
        Require(stage.Count is null or >= 1, "stage count: at least 1");
        Require(stage.Count is null || stage.Percent == 100, "a stage has a percent or a count");
        Require(stage.SuccessPercent is >= 0 and <= 100, "stage successPercent: 0 to 100");
        Require(stage.BakeSeconds is >= 0 and <= 604800, "stage bakeSeconds: 0 to 604800");
        if (stage.Pace is not Pace pace)
        {
            return;
        }

        Require(pace.MaximumPerMinute is >= 1 and <= 1_000_000, "pace maximumPerMinute: 1 to 1000000");
        Require(pace.IncrementFactor is >= 1.1 and <= 5, "pace incrementFactor: 1.1 to 5");
        Require(pace.BaseRatePerMinute is null || (pace.BaseRatePerMinute >= 1 && pace.BaseRatePerMinute <= pace.MaximumPerMinute), "pace baseRatePerMinute: 1 to maximumPerMinute");
        Require((pace.BaseRatePerMinute is null) == (pace.NotifiedThings is null && pace.SucceededThings is null), "an exponential pace has a baseRatePerMinute and either notifiedThings or succeededThings");
        Require(pace.NotifiedThings is null || pace.SucceededThings is null, "a pace has notifiedThings or succeededThings");
        Require((pace.NotifiedThings ?? pace.SucceededThings ?? 1) >= 1, "pace notifiedThings, succeededThings: at least 1");
    }

    [GeneratedRegex(@":r[1-9][0-9]{0,8}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Attempt();
}
