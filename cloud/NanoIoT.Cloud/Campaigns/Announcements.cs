using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Cloud.Campaigns.Progress;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Campaigns;

/// <summary>
/// What must stand on the announcement topics: a pure function of the campaign, its boards and the time. Each stage has its own topic
/// with its own gate; a board follows any that admits it ("Which announcement counts" in the README of <c>shared/</c>), so the boards that
/// these announcements admit are those that <see cref="FleetCensus"/> counts.
/// </summary>
internal static class Announcements
{
    /// <summary>Topics and what must stand on them.</summary>
    /// <param name="campaign">The campaign.</param>
    /// <param name="census">Its boards.</param>
    /// <param name="called">The boards that were called again, and by which call.</param>
    /// <param name="now">Unix seconds.</param>
    public static Dictionary<string, Announced> Wanted(Campaign campaign, Census census, IEnumerable<(string Thing, int Attempt)> called, long now)
    {
        var wanted = new Dictionary<string, Announced>(StringComparer.Ordinal);
        string component = campaign.Request.Component;
        for (int i = 0; i < campaign.Gates.Count; i++)
        {
            CampaignStage stage = campaign.Request.Stages[i];
            int spread = i == campaign.Stage ? campaign.GateSpread : campaign.Request.SpreadSeconds;
            if (stage.IsByThing || census.Zones[i].Count > 1)
            {
                foreach ((string thing, string? zone) in census.Admitted[i]!)
                {
                    wanted[Topics.OtaThing(thing, component)] = Announce(campaign, 0, Contract.WholeFleetPermyriad, spread, zone, now);
                }

                continue;
            }

            string topic = stage.Topic(component);
            if (!wanted.TryGetValue(topic, out Announced? before) || before.Permyriad <= campaign.GateOf(i))
            {
                wanted[topic] = Announce(campaign, 0, campaign.GateOf(i), spread, census.Zones[i].FirstOrDefault(), now);
            }
        }

        foreach ((string thing, int attempt) in called)
        {
            wanted[Topics.OtaThing(thing, component)] = Announce(campaign, attempt, Contract.WholeFleetPermyriad, 0, null, now);
        }

        return wanted;
    }

    private static Announced Announce(Campaign campaign, int attempt, int permyriad, int spread, string? zone, long now)
    {
        string state = campaign.Status switch
        {
            CampaignStatus.Paused => CampaignStates.Paused,
            CampaignStatus.Aborted or CampaignStatus.Canceled => CampaignStates.Canceled,
            _ => CampaignStates.Active,
        };

        // Whoever comes after the end does not begin; whoever is under way goes on.
        long last = campaign.Request.End ?? 0;
        if (campaign is { Ended: long ended, Request.LateJoiners: false })
        {
            last = ended / 1000;
        }

        long first = campaign.Request.Start ?? 0;
        if (campaign.Request.Window is MaintenanceWindow window && !campaign.IsOver)
        {
            TimeZoneInfo local = zone is not null && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out TimeZoneInfo? found) ? found : TimeZoneInfo.Utc;
            (long from, long to) = window.Next(now, local);
            first = Math.Max(first, from);
            last = last == 0 ? to : Math.Min(last, to);
        }

        return new Announced(PlanRules.Join(campaign.Id, attempt), state, permyriad, spread, first, last, campaign.UrlExpires);
    }
}
