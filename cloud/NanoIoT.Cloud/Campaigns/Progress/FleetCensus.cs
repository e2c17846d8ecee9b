using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Cloud.Registry;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Campaigns.Progress;

/// <summary>
/// Counts a campaign's boards: each belongs to the first stage that admits it, and stays with the one it reported in. It is
/// always a recount, of the registry and the stored entries, so that counts cannot drift from the truth. Each stage is asked once
/// about each thing: a query may have to read its shadows.
/// </summary>
internal sealed class FleetCensus(IFleet fleet, IThingQueries queries, IConnectivity connectivity, CampaignClock clock)
{
    /// <summary>After a start, boards get this long to say again what they said while the service was off, before their silence counts.</summary>
    private const long StartMilliseconds = 600_000;

    /// <summary>Counts.</summary>
    /// <param name="campaign">The campaign.</param>
    /// <param name="ledger">Its entries, or null where it is only planned.</param>
    /// <param name="now">Unix milliseconds.</param>
    /// <param name="counted">Told of each board that is counted, its stage and its state; or null.</param>
    public Census Take(Campaign campaign, CampaignLedger? ledger, long now, Action<string, int, string>? counted = null)
    {
        IReadOnlyList<CampaignStage> stages = campaign.Request.Stages;
        IReadOnlyList<Thing> things = fleet.List();
        uint[] audiences = AudiencesOf(campaign.Request, things);
        int[] places = [.. things.Select(thing => GateHash.Permyriad(campaign.Salt, thing.ThingName))];
        int[] shares = new int[stages.Count];
        var curves = new GateCurve[stages.Count];
        var fresh = new int[stages.Count][];
        for (int i = 0; i < stages.Count; i++)
        {
            int[] boards = new int[Contract.WholeFleetPermyriad];
            fresh[i] = new int[Contract.WholeFleetPermyriad];
            for (int t = 0; t < things.Count; t++)
            {
                if ((audiences[t] & (1u << i)) != 0 && IsEligible(campaign, things[t]))
                {
                    boards[places[t]]++;
                }
            }

            curves[i] = new GateCurve(boards);
            shares[i] = i < campaign.Gates.Count ? campaign.Gates[i].Share : stages[i].Count is int count ? curves[i].AtMost(count) : stages[i].Percent * 100;
        }

        StageCounts[] counts = [.. stages.Select(_ => new StageCounts())];
        List<(string Thing, string? Zone)>?[] admitted = [.. stages.Select(stage => stage.IsByThing || campaign.Request.Window is not null ? new List<(string, string?)>() : null)];
        var confirmed = new List<(Thing Thing, int Stage)>();
        int outside = 0;
        int known = 0;
        for (int t = 0; t < things.Count; t++)
        {
            Thing thing = things[t];
            ProgressEntry? entry = ledger?.Find(thing.ThingName) is ProgressEntry found && IsSame(found, thing) ? found : null;
            known += entry is null ? 0 : 1;
            int stage = entry?.Stage ?? -1;
            for (int i = 0; entry?.Stage is null && stage < 0 && i < stages.Count && IsEligible(campaign, thing); i++)
            {
                if ((audiences[t] & (1u << i)) != 0)
                {
                    fresh[i][places[t]]++;
                    stage = GateHash.Admits(shares[i], places[t]) ? i : -1;
                }
            }

            if (stage < 0)
            {
                outside += entry is null ? 0 : 1;
                continue;
            }

            if (entry?.Stage is not null)
            {
                fresh[stage][places[t]]++;
            }

            bool isAdmitted = entry is not null || GateHash.Admits(campaign.GateOf(stage), places[t]);
            bool isCurrent = entry is null && IsCurrent(campaign, thing, ledger is null);
            string state = isCurrent ? UpdateStates.Succeeded : StateOf(campaign, entry, stage, isAdmitted, now);
            if (isCurrent && isAdmitted && connectivity.KnowsConnections)
            {
                confirmed.Add((thing, stage));
            }

            counts[stage].Add(state);
            counted?.Invoke(thing.ThingName, stage, state);
            if (isAdmitted)
            {
                admitted[stage]?.Add((thing.ThingName, thing.Attributes.GetValueOrDefault(WellKnownAttributes.TimeZone)));
            }
        }

        return new Census
        {
            Stages = counts,
            Audiences = curves,
            Fresh = [.. fresh.Select(boards => new GateCurve(boards))],
            Shares = shares,
            Admitted = admitted,
            Confirmed = confirmed,
            Zones = ZonesOf(campaign, things, audiences, places),
            Outside = outside,
            Gone = (ledger?.Entries.Count ?? 0) - known,
        };
    }

    /// <summary>Where each board of the stages so far is.</summary>
    public Dictionary<string, (int Stage, string State)> Locate(Campaign campaign, CampaignLedger ledger, long now)
    {
        var located = new Dictionary<string, (int, string)>(StringComparer.Ordinal);
        Take(campaign, ledger, now, (thing, stage, state) =>
        {
            if (stage <= campaign.Stage)
            {
                located[thing] = (stage, state);
            }
        });
        return located;
    }

    /// <summary>The stage that admits a thing now, of those that have begun; -1 where none does.</summary>
    public int StageOf(Campaign campaign, Thing thing)
    {
        int place = GateHash.Permyriad(campaign.Salt, thing.ThingName);
        for (int i = 0; i < campaign.Gates.Count && IsEligible(campaign, thing); i++)
        {
            if (GateHash.Admits(campaign.Gates[i].Share, place) && AudienceOf(campaign.Request.Stages[i], 1)(thing))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Whether a stage that has begun is for a thing, whatever its gate: the announcement reached it.</summary>
    public bool IsFor(Campaign campaign, Thing thing) => campaign.Request.Stages.Take(campaign.Gates.Count).Any(stage => AudienceOf(stage, 1)(thing));

    /// <summary>The things that a campaign's stages are for in the end.</summary>
    public IReadOnlyList<Thing> TargetsOf(Campaign campaign)
    {
        var targets = new HashSet<string>(StringComparer.Ordinal);
        Take(campaign, null, 0, (thing, _, _) => targets.Add(thing));
        return [.. fleet.List().Where(thing => targets.Contains(thing.ThingName))];
    }

    /// <summary>Which stages each thing is for: bit 0 is the first.</summary>
    public uint[] AudiencesOf(CampaignRequest request, IReadOnlyList<Thing> things)
    {
        uint[] audiences = new uint[things.Count];
        for (int i = 0; i < request.Stages.Count; i++)
        {
            Func<Thing, bool> isFor = AudienceOf(request.Stages[i], things.Count);
            for (int t = 0; t < things.Count; t++)
            {
                audiences[t] |= isFor(things[t]) ? 1u << i : 0;
            }
        }

        return audiences;
    }

    /// <summary>Whether an entry is of the thing that has the name now.</summary>
    public static bool IsSame(ProgressEntry entry, Thing thing) => entry.ThingId.Length == 0 || entry.ThingId == thing.ThingId;

    /// <summary>Whether a thing runs a version.</summary>
    public static bool Runs(Thing thing, string component, string version) =>
        thing.Firmware.TryGetValue(component, out string? running) && (running == version || (running.Contains('+', StringComparison.Ordinal) && SemanticVersion.AreEqual(running, version)));

    /// <summary>
    /// Whether a board that has not reported counts as one that runs the version already. What the registry says it ran last is not
    /// enough: a board that has been dark since may run anything. It must have been connected since the campaign was created, where the
    /// broker tells who is; a plan and a completed campaign go by the registry.
    /// </summary>
    private bool IsCurrent(Campaign campaign, Thing thing, bool isPlan)
    {
        if (!Runs(thing, campaign.Request.Component, campaign.Request.Version))
        {
            return false;
        }

        return isPlan || campaign.Status == CampaignStatus.Completed || !connectivity.KnowsConnections
            || connectivity.StatusOf(thing.ThingName) is ConnectionStatus status && (status.IsConnected || status.Timestamp >= campaign.Created);
    }

    private string StateOf(Campaign campaign, ProgressEntry? entry, int stage, bool isAdmitted, long now)
    {
        string state = entry?.State ?? StageCounts.Pending;
        if (!isAdmitted || campaign.Request.Timeouts.Of(state) is not int seconds)
        {
            return state;
        }

        long timeout = seconds * 1000L;
        long since = entry?.Received ?? Math.Max(campaign.Gates[stage].Began, stage == campaign.Stage ? campaign.GateOpened : 0);
        return now - SilentFrom(campaign, since, now) > timeout && now - clock.Started > Math.Min(timeout, StartMilliseconds) ? StageCounts.TimedOut : state;
    }

    /// <summary>From when a board's silence counts: not from before a confirmed jump of the clock, nor from a time that has not come.</summary>
    private static long SilentFrom(Campaign campaign, long since, long now)
    {
        if (since <= now)
        {
            return Math.Max(since, campaign.SilenceFrom);
        }

        return campaign.SilenceFrom > 0 ? Math.Min(campaign.SilenceFrom, now) : now;
    }

    private static HashSet<string>[] ZonesOf(Campaign campaign, IReadOnlyList<Thing> things, uint[] audiences, int[] places)
    {
        HashSet<string>[] zones = [.. campaign.Request.Stages.Select(_ => new HashSet<string>(StringComparer.Ordinal))];
        if (campaign.Request.Window is null)
        {
            return zones;
        }

        for (int i = 0; i < zones.Length; i++)
        {
            for (int t = 0; t < things.Count; t++)
            {
                bool isAudience = (audiences[t] & (1u << i)) != 0;
                if (isAudience && GateHash.Admits(campaign.GateOf(i), places[t]) && IsEligible(campaign, things[t]))
                {
                    zones[i].Add(things[t].Attributes.GetValueOrDefault(WellKnownAttributes.TimeZone, string.Empty));
                }
            }
        }

        return zones;
    }

    /// <summary>A snapshot is of the things there were when it was created.</summary>
    private static bool IsEligible(Campaign campaign, Thing thing) => campaign.Request.LateJoiners || thing.Created * 1000 <= campaign.Created;

    private Func<Thing, bool> AudienceOf(CampaignStage stage, int things)
    {
        if (stage.Query is string query)
        {
            return queries.Compile(query);
        }

        if (stage.Things is not IReadOnlyList<string> names)
        {
            return stage.Holds;
        }

        // For one thing the list is looked through; a set pays from a few on.
        IEnumerable<string> known = things == 1 ? names : names.ToHashSet(StringComparer.Ordinal);
        return thing => known.Contains(thing.ThingName);
    }
}
