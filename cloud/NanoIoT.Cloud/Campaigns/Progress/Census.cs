using NanoIoT.Cloud.Campaigns.Machine;

namespace NanoIoT.Cloud.Campaigns.Progress;

/// <summary>A campaign's boards, counted.</summary>
internal sealed class Census
{
    /// <summary>Counts a stage: all of them, also those that have not begun.</summary>
    public required IReadOnlyList<StageCounts> Stages { get; init; }

    /// <summary>Everybody a stage is for, by place.</summary>
    public required IReadOnlyList<GateCurve> Audiences { get; init; }

    /// <summary>Those of a stage that no earlier one admits, by place.</summary>
    public required IReadOnlyList<GateCurve> Fresh { get; init; }

    /// <summary>What each stage's gate opens to in the end; of a count's that has not begun, what it would be now.</summary>
    public required IReadOnlyList<int> Shares { get; init; }

    /// <summary>The boards a stage has admitted so far, with their time zones; null where they are announced to by topic and it does not matter who they are.</summary>
    public required IReadOnlyList<IReadOnlyList<(string Thing, string? Zone)>?> Admitted { get; init; }

    /// <summary>Boards that have not reported, run the version already, and were connected since the campaign was created; with their stage.</summary>
    public required IReadOnlyList<(Registry.Thing Thing, int Stage)> Confirmed { get; init; }

    /// <summary>
    /// The time zones of the boards that a stage's gate admits so far, whichever stage they belong to: a board follows any announcement
    /// that admits it. Empty where the plan has no maintenance window.
    /// </summary>
    public required IReadOnlyList<IReadOnlySet<string>> Zones { get; init; }

    /// <summary>Boards that reported and are in no stage: they joined late, or were announced to by somebody else.</summary>
    public required int Outside { get; init; }

    /// <summary>Boards that reported and that the registry no longer has, or has another of the same name.</summary>
    public required int Gone { get; init; }

    public CampaignFacts Facts(Campaign campaign, IReadOnlyDictionary<string, string?> before) =>
        new([.. Stages.Take(campaign.Stage + 1)], Audiences[campaign.Stage], Fresh[campaign.Stage], before);
}
