using System.Globalization;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Campaigns.Machine;

/// <summary>
/// What a campaign does next: a pure function of its record (plan and place), the counts and the time. It is asked again and
/// again; each answer is one transition, stored before anything is done about it, so that doing it twice is the same as once.
/// <code>
/// scheduled ──start, campaigns before it──> running ──every stage done──> completed
///     │                                      │  ^
///     │                                pause v  │ resume
///     │                                     paused
///     └──────────┬───────────────────────────┘
///                └─> aborted (criteria, threshold out of reach, a campaign before it failed), canceled (a user, its end)
/// a stage: [approval] ─> gate opens, slice by slice ─> threshold met ─> bakes ─> next stage
/// </code>
/// </summary>
public static class CampaignMachine
{
    /// <summary>The longest spread an announcement takes: a year.</summary>
    private const long MaxSpread = 31_536_000;

    /// <summary>Decides.</summary>
    /// <param name="campaign">The campaign.</param>
    /// <param name="facts">Its counts.</param>
    /// <param name="now">Unix milliseconds.</param>
    /// <returns>The decision.</returns>
    public static Decision Decide(Campaign campaign, CampaignFacts facts, long now)
    {
        ArgumentNullException.ThrowIfNull(campaign);
        ArgumentNullException.ThrowIfNull(facts);
        if (campaign.IsOver)
        {
            return default;
        }

        if (campaign.Request.End is long end && now >= end * 1000)
        {
            return End(campaign, facts, now);
        }

        return campaign.Status switch
        {
            CampaignStatus.Scheduled => Begin(campaign, facts, now),
            CampaignStatus.Paused => Decision.Wait("it is paused"),
            _ => Run(campaign, facts, now),
        };
    }

    /// <summary>A user's step.</summary>
    /// <param name="campaign">The campaign.</param>
    /// <returns>The transition.</returns>
    /// <exception cref="CloudException">The campaign cannot take it.</exception>
    public static Transition Pause(Campaign campaign) => Change(campaign, CampaignStatus.Running, next => next with { Status = CampaignStatus.Paused }, "paused");

    /// <inheritdoc cref="Pause"/>
    public static Transition Resume(Campaign campaign) => Change(campaign, CampaignStatus.Paused, next => next with { Status = CampaignStatus.Running }, "resumed");

    /// <inheritdoc cref="Pause"/>
    /// <param name="campaign">The campaign.</param>
    /// <param name="now">Unix milliseconds.</param>
    public static Transition Cancel(Campaign campaign, long now)
    {
        ArgumentNullException.ThrowIfNull(campaign);
        return campaign.IsOver ? throw Refuse(campaign) : Ended(campaign, CampaignStatus.Canceled, now, "canceled by a user");
    }

    /// <summary>Approves the stage under way, which awaits it, or the next one.</summary>
    /// <param name="campaign">The campaign.</param>
    /// <param name="stage">The stage, from 0; or null for the next that awaits it.</param>
    /// <returns>The transition.</returns>
    public static Transition Approve(Campaign campaign, int? stage)
    {
        ArgumentNullException.ThrowIfNull(campaign);
        if (campaign.IsOver)
        {
            throw Refuse(campaign);
        }

        IReadOnlyList<CampaignStage> stages = campaign.Request.Stages;
        int first = Enumerable.Range(0, stages.Count).FirstOrDefault(i => stages[i].Approval && i > campaign.Approved && (i > campaign.Stage || (i == campaign.Stage && !campaign.HasBegun)), -1);
        int which = stage ?? first;
        return first >= 0 && which == first
            ? new Transition(campaign with { Approved = which }, "approved", $"stage {which + 1} ({stages[which]})")
            : throw new CloudException(ErrorCodes.Conflict, first < 0 ? $"No stage of campaign {campaign.Id} awaits approval." : $"Stage {first + 1} of campaign {campaign.Id} awaits approval first.");
    }

    /// <summary>Begins the next stage whatever the one under way has met; of a campaign that waits for its start, the first.</summary>
    /// <param name="campaign">The campaign.</param>
    /// <param name="now">Unix milliseconds.</param>
    /// <returns>The transition.</returns>
    public static Transition Force(Campaign campaign, long now)
    {
        ArgumentNullException.ThrowIfNull(campaign);
        switch (campaign.Status)
        {
            case CampaignStatus.Scheduled:
                return new Transition(campaign with { Status = CampaignStatus.Running }, "forced", "did not wait for its start");
            case CampaignStatus.Running when !campaign.HasBegun:
                return new Transition(campaign with { Approved = Math.Max(campaign.Approved, campaign.Stage) }, "forced", $"stage {campaign.Stage + 1} did not wait for its approval");
            case CampaignStatus.Running when campaign.Stage + 1 < campaign.Request.Stages.Count:
                return new Transition(NextStage(campaign) with { Approved = campaign.Stage + 1 }, "forced", $"stage {campaign.Stage + 1} did not meet its threshold and bake time");
            case CampaignStatus.Running when campaign.Gate < campaign.Gates[campaign.Stage].Share:
                return new Transition(campaign with { Gate = campaign.Gates[campaign.Stage].Share, GateOpened = now, GateSpread = Math.Max(campaign.GateSpread, campaign.Request.SpreadSeconds) }, "forced", "the last stage did not keep its pace");
            case CampaignStatus.Running:
                throw new CloudException(ErrorCodes.Conflict, $"Campaign {campaign.Id} is in its last stage and has admitted every board of it. Cancel it to end it now.");
            default:
                throw Refuse(campaign);
        }
    }

    /// <summary>Calls boards that did not succeed again.</summary>
    /// <param name="campaign">The campaign.</param>
    /// <param name="boards">How many.</param>
    /// <returns>The transition.</returns>
    public static Transition Retry(Campaign campaign, int boards)
    {
        ArgumentNullException.ThrowIfNull(campaign);
        return campaign.Status is CampaignStatus.Running or CampaignStatus.Paused or CampaignStatus.Completed
            ? new Transition(
                campaign with { Attempt = campaign.Attempt + 1, Status = campaign.Status == CampaignStatus.Completed ? CampaignStatus.Running : campaign.Status, Ended = null, StageSatisfied = null, Reason = null },
                "retried",
                $"{boards} boards that did not succeed are called again")
            : throw Refuse(campaign);
    }

    /// <summary>An aborted campaign's boards are brought back, or cannot be.</summary>
    /// <param name="campaign">The campaign.</param>
    /// <param name="counter">The campaign that brings them back, or empty.</param>
    /// <param name="why">Whom, or why not.</param>
    /// <returns>The transition.</returns>
    public static Transition Counter(Campaign campaign, string counter, string why) => new(campaign with { Counter = counter }, counter.Length > 0 ? "countered" : "notCountered", why);

    /// <summary>
    /// The clock jumped and the new time is right: what the stage has waited for so far stays what it was, and boards' silence counts
    /// anew. Only the schedule (start, end, windows) goes by the new time at once.
    /// </summary>
    /// <param name="campaign">The campaign.</param>
    /// <param name="now">Unix milliseconds, before the jump.</param>
    /// <param name="jump">How far the clock jumped, milliseconds.</param>
    /// <returns>The transition.</returns>
    public static Transition ConfirmClock(Campaign campaign, long now, long jump)
    {
        ArgumentNullException.ThrowIfNull(campaign);
        Campaign next = campaign with
        {
            StageSatisfied = campaign.StageSatisfied + jump,
            GateOpened = campaign.Gates.Count > 0 ? campaign.GateOpened + jump : campaign.GateOpened,
            Gates = [.. campaign.Gates.Select(gate => gate with { Began = gate.Began + jump })],
            SilenceFrom = now + jump,
        };
        return new Transition(next, "clockConfirmed", $"the clock was {CampaignClock.Describe(jump)}; a user confirmed the new time");
    }

    private static Decision Begin(Campaign campaign, CampaignFacts facts, long now)
    {
        if (campaign.Request.Start is long start && now < start * 1000)
        {
            return Decision.Wait("it starts at " + DateTimeOffset.FromUnixTimeSeconds(start).ToString("u", CultureInfo.InvariantCulture));
        }

        foreach ((string id, string? status) in facts.Before)
        {
            if (status is null or CampaignStatus.Aborted or CampaignStatus.Canceled)
            {
                return new Decision(Ended(campaign, CampaignStatus.Aborted, now, $"campaign {id}, which comes before it, {(status is null ? "was deleted" : "was " + status)}"), null);
            }
        }

        string? first = facts.Before.FirstOrDefault(item => item.Value != CampaignStatus.Completed).Key;
        return first is not null
            ? Decision.Wait($"campaign {first} comes first and is {facts.Before[first]}")
            : Decision.To(campaign with { Status = CampaignStatus.Running }, "started", "its time has come");
    }

    private static Decision Run(Campaign campaign, CampaignFacts facts, long now)
    {
        StageCounts total = StageCounts.Sum(facts.Stages);
        string? met = campaign.Request.Abort.Select(criterion => criterion.Met(total)).FirstOrDefault(reason => reason is not null);
        if (met is not null)
        {
            return new Decision(Ended(campaign, CampaignStatus.Aborted, now, met), null);
        }

        CampaignStage stage = campaign.Request.Stages[campaign.Stage];
        if (!campaign.HasBegun)
        {
            return stage.Approval && campaign.Approved < campaign.Stage
                ? Decision.Wait($"stage {campaign.Stage + 1} ({stage}) awaits approval: nanoiot campaign approve {campaign.Id}")
                : Start(campaign, stage, facts, now);
        }

        if (campaign.Gate < campaign.Gates[campaign.Stage].Share && now - campaign.GateOpened >= campaign.GateSpread * 1000L)
        {
            return Decision.To(Open(campaign, stage, facts, now), "opened", $"the boards admitted so far have begun; {facts.Fresh.Of(campaign.Gate)} of {facts.Fresh.Of(campaign.Gates[campaign.Stage].Share)} were admitted");
        }

        return Judge(campaign, stage, facts.Stages[campaign.Stage], total, now);
    }

    /// <summary>The stage begins: what its gate may open to is settled for good, so that it never takes more than its share.</summary>
    private static Decision Start(Campaign campaign, CampaignStage stage, CampaignFacts facts, long now)
    {
        int share = stage.Count is int count ? facts.Audience.AtMost(count) : stage.Percent * 100;
        if (share == 0 && facts.Audience.Total > 0)
        {
            return new Decision(Ended(campaign, CampaignStatus.Aborted, now, $"stage {campaign.Stage + 1} ({stage}): the smallest share of its {facts.Audience.Total} boards is {facts.Audience.Of(facts.Audience.Next(0))}; name things instead"), null);
        }

        Campaign begun = campaign with { StageSatisfied = null, Gates = [.. campaign.Gates, new StageGate(share, now)], Gate = 0 };
        return Decision.To(Open(begun, stage, facts, now), "stage", $"stage {campaign.Stage + 1} ({stage}) begins with {facts.Fresh.Of(share)} boards");
    }

    /// <summary>Opens the gate by what the pace admits now.</summary>
    private static Campaign Open(Campaign campaign, CampaignStage stage, CampaignFacts facts, long now)
    {
        int share = campaign.Gates[campaign.Stage].Share;
        int gate = share;
        int spread = campaign.Request.SpreadSeconds;
        if (stage.Pace is Pace pace)
        {
            int admitted = facts.Fresh.Of(campaign.Gate);
            double rate = pace.Rate(admitted, campaign.Stage < facts.Stages.Count ? facts.Stages[campaign.Stage].Succeeded : 0);
            int slice = pace.Slice(rate);
            gate = slice == int.MaxValue ? share : Math.Max(facts.Fresh.AtMost(admitted + slice), facts.Fresh.Next(campaign.Gate));
            gate = facts.Fresh.Of(gate) == facts.Fresh.Total ? share : Math.Min(gate, share);

            // One ten-thousandth may be more boards than a slice: the spread keeps the rate all the same.
            spread = (int)Math.Ceiling((facts.Fresh.Of(gate) - admitted) * 60 / rate);
        }

        if (campaign.Request.DownloadSlots > 0)
        {
            // So many start in a second as slots become free in one.
            long boards = facts.Fresh.Of(gate) - facts.Fresh.Of(campaign.Gate);
            spread = Math.Max(spread, (int)Math.Min(MaxSpread, (boards * campaign.DownloadSeconds) / campaign.Request.DownloadSlots));
        }

        return campaign with { Gate = gate, GateOpened = now, GateSpread = spread };
    }

    private static Decision Judge(Campaign campaign, CampaignStage stage, StageCounts counts, StageCounts total, long now)
    {
        string name = $"stage {campaign.Stage + 1} ({stage})";
        if (counts.Succeeded * 100L < (long)stage.SuccessPercent * counts.Targets)
        {
            // Boards are counted for the whole stage, also those its pace has not admitted yet.
            return counts.Done == counts.Targets
                ? new Decision(Ended(campaign, CampaignStatus.Aborted, now, $"{name} ended with {counts.Succeeded} of {counts.Targets} succeeded (threshold {stage.SuccessPercent} %)"), null)
                : campaign.StageSatisfied is not null
                    ? Decision.To(campaign with { StageSatisfied = null }, "unsatisfied", $"{name} no longer meets its threshold: {counts.Succeeded} of {counts.Targets} succeeded")
                    : Decision.Wait($"{name} has {counts.Succeeded} of {counts.Targets} succeeded and needs {stage.SuccessPercent} %: {counts.Waiting()}");
        }

        if (campaign.StageSatisfied is not long since)
        {
            return Decision.To(campaign with { StageSatisfied = now }, "satisfied", $"{name} met its threshold: {counts.Succeeded} of {counts.Targets} succeeded");
        }

        if (now < since)
        {
            // The clock was put back: the bake time begins again rather than to last for as long as the clock was wrong.
            return Decision.To(campaign with { StageSatisfied = now }, "clock", "the clock was put back");
        }

        if (counts.Targets > 0 && now - since < stage.BakeSeconds * 1000L)
        {
            return Decision.Wait($"{name} bakes for {stage.BakeSeconds - ((now - since) / 1000)} s more");
        }

        if (campaign.Stage + 1 < campaign.Request.Stages.Count)
        {
            return Decision.To(NextStage(campaign), "next", $"{name} is done: {counts.Succeeded} of {counts.Targets} succeeded");
        }

        return total.Done >= total.Targets
            ? new Decision(Ended(campaign, CampaignStatus.Completed, now, null), null)
            : Decision.Wait($"every stage met its threshold; {total.Waiting()}");
    }

    private static Decision End(Campaign campaign, CampaignFacts facts, long now)
    {
        StageCounts total = StageCounts.Sum(facts.Stages);
        bool cancels = campaign.Request.EndBehavior == CampaignRequest.CancelBehavior;
        string why = $"its end came with {total.Succeeded} of {total.Targets} succeeded" + (campaign.Stage + 1 < campaign.Request.Stages.Count ? $", in stage {campaign.Stage + 1} of {campaign.Request.Stages.Count}" : string.Empty);
        return new Decision(Ended(campaign, cancels ? CampaignStatus.Canceled : CampaignStatus.Completed, now, why), null);
    }

    private static Campaign NextStage(Campaign campaign) => campaign with { Stage = campaign.Stage + 1, StageSatisfied = null, Gate = 0, GateSpread = 0 };

    private static Transition Ended(Campaign campaign, string status, long now, string? reason) =>
        new(campaign with { Status = status, Ended = now, Reason = reason }, status, reason ?? "every board is done");

    private static Transition Change(Campaign campaign, string from, Func<Campaign, Campaign> change, string what) =>
        campaign.Status == from ? new Transition(change(campaign), what, "by a user") : throw Refuse(campaign);

    private static CloudException Refuse(Campaign campaign) => new(ErrorCodes.Conflict, $"Campaign {campaign.Id} is {campaign.Status}.");
}
