using System.Text.Json.Serialization;

namespace NanoIoT.Cloud.Campaigns.Plans;

/// <summary>A campaign's plan: what is brought to whom, in which steps, and what ends it.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CampaignRequest
{
    /// <summary>Its id, or null for one of the service's choosing. The gate's salt follows from it, so that one id admits the same boards whenever it is planned.</summary>
    public string? Id { get; init; }

    /// <summary>The component to update.</summary>
    public required string Component { get; init; }

    /// <summary>The published version to bring.</summary>
    public required string Version { get; init; }

    /// <summary>The stages, 1 to 32. A board belongs to the first stage that admits it.</summary>
    public required IReadOnlyList<CampaignStage> Stages { get; init; }

    /// <summary>What aborts it, 1 to 8 criteria; any of them is enough.</summary>
    public IReadOnlyList<AbortCriterion> Abort { get; init; } = [new AbortCriterion()];

    /// <summary>Over how many seconds boards spread their start, 0 to 31,536,000; a stage with a pace has its own spread.</summary>
    public int SpreadSeconds { get; init; }

    /// <summary>
    /// How many boards may download at a time, on average; 0 for no limit. The announcement carries it as a spread that is wide enough
    /// for what a download takes (<see cref="AssumedBytesPerSecond"/>), so it holds whatever store serves the images.
    /// </summary>
    public int DownloadSlots { get; init; }

    /// <summary>How long a board may stay in each state.</summary>
    public CampaignTimeouts Timeouts { get; init; } = new();

    /// <summary>Earliest start, Unix seconds, or null for now.</summary>
    public long? Start { get; init; }

    /// <summary>Its end, Unix seconds, or null: boards that have not begun by then never do.</summary>
    public long? End { get; init; }

    /// <summary>What its end does to boards that are under way: <c>stop</c> lets them finish, <c>cancel</c> calls off those that have not staged the image.</summary>
    public string EndBehavior { get; init; } = StopBehavior;

    /// <summary>When boards may start, by their own time, or null for always.</summary>
    public MaintenanceWindow? Window { get; init; }

    /// <summary>Campaigns that must complete before this one begins, e.g. that of the nanoCLR this application needs; at most 8.</summary>
    public IReadOnlyList<string> After { get; init; } = [];

    /// <summary>
    /// The version to go back to where it aborts: boards that run what it brought are announced to with the way back. A published
    /// version, <c>previous</c> for the one most of them came from, or null.
    /// </summary>
    public string? Rollback { get; init; }

    /// <summary>The higher version that this one is the way back from, or null: boards refuse a lower version without it.</summary>
    public string? Replaces { get; init; }

    /// <summary>Whether boards that are registered later belong to the campaign (continuous); otherwise it plans and counts those that are registered when it is created (snapshot).</summary>
    public bool LateJoiners { get; init; } = true;

    /// <summary>
    /// Whether it is accepted that boards have no way back by themselves: a nanoCLR confirms itself at its start, and boards
    /// with overwrite-only slots keep no old image. Such a campaign is refused without this.
    /// </summary>
    public bool AcceptNoTrial { get; init; }

    /// <summary>Whether it is accepted that some boards refuse the image: their nanoCLR is too old, their profile is another, or they run a higher version.</summary>
    public bool AcceptUnready { get; init; }

    /// <summary>Whether it may be created while no thing is in its audience: it is for those that join later.</summary>
    public bool AllowEmpty { get; init; }

    /// <summary>How fast a board downloads, for what a plan says of the time: 100 to 100,000,000 bytes a second.</summary>
    public int AssumedBytesPerSecond { get; init; } = 32768;

    internal const string Previous = "previous";
    internal const string StopBehavior = "stop";
    internal const string CancelBehavior = "cancel";
}
