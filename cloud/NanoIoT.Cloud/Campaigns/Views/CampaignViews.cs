using System.Globalization;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Progress;
using NanoIoT.Cloud.Registry;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Campaigns.Views;

/// <summary>Campaigns and their boards as people look at them.</summary>
internal static class CampaignViews
{
    private const int EventCount = 10;
    private const int UnsuccessfulCount = 100;

    public static bool IsUnsuccessful(string state) => state is UpdateStates.Failed or UpdateStates.RolledBack or UpdateStates.Rejected;

    public static CampaignView Describe(Campaign campaign, CampaignLedger ledger, Census census, IReadOnlyDictionary<string, string?> before, long now)
    {
        var stages = new List<StageView>();
        for (int i = 0; i < campaign.Request.Stages.Count; i++)
        {
            stages.Add(new StageView(campaign.Request.Stages[i].ToString(), StateOf(campaign, i), census.Stages[i].Targets, census.Stages[i].States));
        }

        ICollection<ProgressEntry> entries = ledger.Entries;
        StageCounts total = StageCounts.Sum(census.Stages.Take(campaign.Stage + 1));
        return new CampaignView(
            campaign,
            Waiting(campaign, census, before, now),
            stages,
            total.States,
            total.Targets,
            census.Outside,
            census.Gone,
            [.. entries.Where(entry => IsUnsuccessful(entry.State)).OrderBy(entry => entry.Thing, StringComparer.Ordinal).Take(UnsuccessfulCount)],
            [.. entries.Where(entry => entry.Sequence >= 0).OrderByDescending(entry => entry.Received).Take(EventCount)],
            entries.Sum(entry => (long)entry.Reports),
            entries.Sum(entry => entry.Bytes),
            entries.Sum(entry => entry.Copied));
    }

    /// <summary>Boards in the order of their names: those the stages so far are for, and all that reported.</summary>
    public static IEnumerable<BoardView> Boards(Campaign campaign, CampaignLedger ledger, FleetCensus census, IFleet fleet, IConnectivity connectivity, long now)
    {
        Dictionary<string, (int Stage, string State)> counted = census.Locate(campaign, ledger, now);
        foreach (string name in counted.Keys.Concat(ledger.Entries.Select(entry => entry.Thing)).Distinct().Order(StringComparer.Ordinal))
        {
            Thing? thing = fleet.Find(name);
            ProgressEntry? entry = ledger.Find(name);
            bool isReplaced = thing is not null && entry is not null && !FleetCensus.IsSame(entry, thing);
            bool isIn = counted.TryGetValue(name, out (int Stage, string State) place);
            ProgressEntry? own = isReplaced && isIn ? null : entry;
            string state = isIn ? place.State : own!.State;
            string? running = thing?.Firmware.GetValueOrDefault(campaign.Request.Component);
            var notes = new List<string>();
            Note(notes, "deleted", thing is null);
            Note(notes, "replaced", isReplaced);
            Note(notes, "outside", thing is not null && !isIn && !isReplaced);
            Note(notes, "downgraded", state == UpdateStates.Succeeded && running is not null && !FleetCensus.Runs(thing!, campaign.Request.Component, campaign.Request.Version));
            Note(notes, "unknownVersion", thing is not null && SemanticVersion.Parse(running) is null);
            ConnectionStatus? status = connectivity.StatusOf(name);
            yield return new BoardView(
                name,
                state,
                isIn ? place.Stage : -1,
                own?.Attempt ?? 0,
                running,
                own is { From.Length: > 0 } ? own.From : null,
                own?.Reason,
                own?.Detail,
                own is { Reports: > 0 } ? own.Received : null,
                status?.IsConnected == true,
                status is { IsConnected: false } ? status.Timestamp : null,
                notes);
        }
    }

    private static string? Waiting(Campaign campaign, Census census, IReadOnlyDictionary<string, string?> before, long now)
    {
        string? waiting = CampaignMachine.Decide(campaign, census.Facts(campaign, before), now).Waiting;
        long[] opens = [.. campaign.Announced.Values.Where(announced => announced.State == CampaignStates.Active).Select(announced => announced.NotBefore)];
        return waiting is not null && campaign.Request.Window is not null && opens.Length > 0 && opens.Min() * 1000 > now
            ? $"{waiting}; windows open from {DateTimeOffset.FromUnixTimeSeconds(opens.Min()).ToString("u", CultureInfo.InvariantCulture)}"
            : waiting;
    }

    private static void Note(List<string> notes, string note, bool holds)
    {
        if (holds)
        {
            notes.Add(note);
        }
    }

    private static string StateOf(Campaign campaign, int stage) =>
        stage < campaign.Stage || campaign.Status == CampaignStatus.Completed ? "done"
        : stage > campaign.Stage || campaign.Status == CampaignStatus.Scheduled ? "waiting"
        : campaign.IsOver ? campaign.Status
        : !campaign.HasBegun ? "awaitingApproval"
        : campaign.StageSatisfied is null ? "running" : "baking";
}
