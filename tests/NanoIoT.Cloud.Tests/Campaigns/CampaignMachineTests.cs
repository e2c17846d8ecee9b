using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Tests.Campaigns;

/// <summary>The state machine by itself: record, counts and time in, one transition or what is waited for out.</summary>
[TestClass]
public sealed class CampaignMachineTests
{
    private static readonly GateCurve s_hundred = Curve(100);

    [TestMethod]
    public void A_stage_waits_for_its_threshold_then_bakes_then_the_next_begins()
    {
        Campaign campaign = Running(Plan(new CampaignStage { Group = "lab", SuccessPercent = 90, BakeSeconds = 60 }, new CampaignStage { Group = "field" }));

        Assert.Contains("needs 90 %: 2 pending", Waits(campaign, Counts(8, 2, 0), 0));
        Campaign baking = Steps(campaign, Counts(9, 1, 0), 1000, "satisfied");
        Assert.Contains("bakes for 1 s more", Waits(baking, Counts(9, 1, 0), 60_999));
        Assert.IsNull(Steps(baking, Counts(9, 11, 0), 61_000, "unsatisfied").StageSatisfied);
        Campaign second = Steps(baking, Counts(9, 1, 0), 61_000, "next");
        Assert.AreEqual(1, second.Stage);
        Assert.IsFalse(second.HasBegun);
        Campaign begun = Steps(second, Counts(9, 1, 0), 61_000, "stage");
        Assert.AreEqual(10_000, begun.Gate);
        Assert.AreEqual(new StageGate(10_000, 61_000), begun.Gates[1]);
    }

    [TestMethod]
    [DataRow("any", 20, 5, 4, 0, 1, true, DisplayName = "1 of 5 is 20 %")]
    [DataRow("any", 20, 5, 5, 0, 1, false, DisplayName = "1 of 6 is below")]
    [DataRow("any", 20, 5, 0, 0, 4, false, DisplayName = "4 are too few to judge")]
    [DataRow("rolledBack", 20, 5, 4, 0, 1, true, DisplayName = "they rolled back")]
    [DataRow("failed", 20, 5, 4, 0, 1, false, DisplayName = "they did not fail")]
    [DataRow("timedOut", 50, 2, 1, 1, 0, true, DisplayName = "timed out")]
    public void Failures_past_the_limit_abort_once_enough_boards_are_done(string outcome, int percent, int minimum, int succeeded, int timedOut, int rolledBack, bool aborts)
    {
        Campaign campaign = Running(Plan(new CampaignStage()) with { Abort = [new AbortCriterion { Outcome = outcome, Percent = percent, Minimum = minimum }] });
        var counts = new StageCounts();
        counts.Add(UpdateStates.Succeeded, succeeded);
        counts.Add(UpdateStates.RolledBack, rolledBack);
        counts.Add(StageCounts.TimedOut, timedOut);
        counts.Add(StageCounts.Pending, 10);

        Transition? transition = Decide(campaign, counts, 0).Transition;

        Assert.AreEqual(aborts, transition?.Next.Status == CampaignStatus.Aborted);
    }

    [TestMethod]
    public void A_stage_that_ended_below_its_threshold_aborts_and_says_why()
    {
        Campaign campaign = Running(Plan(new CampaignStage { SuccessPercent = 90 }) with { Abort = [new AbortCriterion { Percent = 100 }] });

        Campaign aborted = Steps(campaign, Counts(8, 0, 2), 0, CampaignStatus.Aborted);

        Assert.Contains("8 of 10 succeeded", aborted.Reason!);
        Assert.IsNull(Decide(aborted, Counts(10, 0, 0), 0).Transition, "nothing follows an end");
    }

    [TestMethod]
    public void The_last_stage_completes_when_all_are_done()
    {
        Campaign campaign = Running(Plan(new CampaignStage { SuccessPercent = 90 })) with { StageSatisfied = 0 };

        Assert.Contains("1 pending", Waits(campaign, Counts(9, 1, 0), 1));
        Steps(campaign, Counts(10, 0, 0), 1, CampaignStatus.Completed);
        Steps(campaign, new StageCounts(), 1, CampaignStatus.Completed);
    }

    [TestMethod]
    public void A_stage_that_needs_approval_waits_for_it_and_approvals_go_in_order()
    {
        Campaign campaign = Running(Plan(new CampaignStage { Group = "lab" }, new CampaignStage { Group = "field", Approval = true }, new CampaignStage { Approval = true }));
        Campaign waiting = CampaignMachine.Force(campaign, 0).Next with { Approved = -1 };

        Assert.Contains("awaits approval", Waits(waiting, Counts(1, 0, 0), 5));
        CloudException early = Assert.ThrowsExactly<CloudException>(() => CampaignMachine.Approve(waiting, 2));
        Assert.AreEqual(ErrorCodes.Conflict, early.Code);
        Campaign approved = CampaignMachine.Approve(waiting, null).Next;
        Assert.AreEqual(1, approved.Approved);
        Campaign begun = Steps(approved, Counts(1, 0, 0), 5, "stage");
        Assert.AreEqual(2, CampaignMachine.Approve(begun, 2).Next.Approved, "approved before its turn");
        Assert.ThrowsExactly<CloudException>(() => CampaignMachine.Approve(begun with { Approved = 2 }, null));
    }

    [TestMethod]
    public void A_start_and_campaigns_before_it_are_awaited()
    {
        Campaign campaign = Draft(Plan(new CampaignStage()) with { Start = 100, After = ["clr"] });
        Decision Decide(long now, string? clr) => CampaignMachine.Decide(campaign, new CampaignFacts([new StageCounts()], s_hundred, s_hundred, new Dictionary<string, string?> { ["clr"] = clr }), now);

        Assert.Contains("starts at 1970-01-01 00:01:40Z", Decide(99_999, CampaignStatus.Completed).Waiting!);
        Assert.Contains("campaign clr comes first and is running", Decide(100_000, CampaignStatus.Running).Waiting!);
        Assert.AreEqual(CampaignStatus.Running, Decide(100_000, CampaignStatus.Completed).Transition!.Next.Status);
        foreach (string? bad in new[] { null, CampaignStatus.Aborted, CampaignStatus.Canceled })
        {
            Assert.AreEqual(CampaignStatus.Aborted, Decide(100_000, bad).Transition!.Next.Status);
        }

        Assert.AreEqual(CampaignStatus.Running, CampaignMachine.Force(campaign, 0).Next.Status, "forced, it does not wait");
    }

    [TestMethod]
    public void Its_end_stops_it_whatever_it_waits_for()
    {
        Campaign campaign = Running(Plan(new CampaignStage()) with { End = 100 });

        Campaign ended = Steps(campaign, Counts(3, 7, 0), 100_000, CampaignStatus.Completed);
        Assert.Contains("3 of 10 succeeded", ended.Reason!);
        Steps(campaign with { Status = CampaignStatus.Paused }, Counts(3, 7, 0), 100_000, CampaignStatus.Completed);
        Steps(campaign with { Request = campaign.Request with { EndBehavior = "cancel" } }, Counts(3, 7, 0), 100_000, CampaignStatus.Canceled);
    }

    [TestMethod]
    public void A_count_opens_the_widest_gate_that_admits_no_more()
    {
        Campaign campaign = Running(Plan(new CampaignStage { Count = 30 }));

        Assert.AreEqual(30, s_hundred.Of(campaign.Gate));
        Assert.AreEqual(campaign.Gate, campaign.Gates[0].Share);
        Assert.IsGreaterThan(30, s_hundred.Of(s_hundred.Next(campaign.Gate)));
    }

    [TestMethod]
    public void A_count_below_the_smallest_share_aborts_instead_of_taking_more()
    {
        int[] boards = new int[10_000];
        boards[0] = 5;
        var five = new GateCurve(boards);
        Campaign campaign = Draft(Plan(new CampaignStage { Count = 3 })) with { Status = CampaignStatus.Running };

        Decision decision = CampaignMachine.Decide(campaign, new CampaignFacts([new StageCounts()], five, five, new Dictionary<string, string?>()), 0);

        Assert.AreEqual(CampaignStatus.Aborted, decision.Transition!.Next.Status);
        Assert.Contains("smallest share of its 5 boards is 5", decision.Transition.Why);
    }

    [TestMethod]
    public void A_constant_pace_opens_the_gate_once_and_spreads_the_boards()
    {
        Campaign campaign = Running(Plan(new CampaignStage { Pace = new Pace { MaximumPerMinute = 10 } }));

        Assert.AreEqual(10_000, campaign.Gate);
        Assert.AreEqual(600, campaign.GateSpread, "100 boards at 10 a minute");
    }

    [TestMethod]
    public void An_exponential_pace_follows_the_formula()
    {
        var pace = new Pace { BaseRatePerMinute = 50, IncrementFactor = 2, MaximumPerMinute = 1000, NotifiedThings = 100 };
        Assert.AreEqual(50, pace.Rate(99, 0));
        Assert.AreEqual(100, pace.Rate(100, 0));
        Assert.AreEqual(200, pace.Rate(299, 0));
        Assert.AreEqual(1000, pace.Rate(1000, 0));
        Assert.AreEqual(50, (pace with { NotifiedThings = null, SucceededThings = 10 }).Rate(1000, 9));
        Assert.AreEqual(100, (pace with { NotifiedThings = null, SucceededThings = 10 }).Rate(1000, 10));

        Campaign campaign = Running(Plan(new CampaignStage { Pace = new Pace { BaseRatePerMinute = 10, MaximumPerMinute = 40, NotifiedThings = 20 } }));
        Assert.AreEqual(20, s_hundred.Of(campaign.Gate));
        Assert.AreEqual(120, campaign.GateSpread, "20 boards at 10 a minute");
        Assert.IsNull(Decide(campaign, Counts(0, 100, 0), 119_999).Transition);
        Campaign wider = Steps(campaign, Counts(0, 100, 0), 120_000, "opened");
        Assert.AreEqual(40, s_hundred.Of(wider.Gate));
        Assert.AreEqual(60, wider.GateSpread, "20 boards at 20 a minute");
        Campaign widest = Steps(wider, Counts(0, 100, 0), 180_000, "opened");
        Assert.AreEqual(10_000, widest.Gate, "at the highest rate, all that are left");
        Assert.AreEqual(90, widest.GateSpread, "60 boards at 40 a minute");
    }

    [TestMethod]
    public void A_user_can_pause_resume_cancel_force_and_retry_where_the_state_allows()
    {
        Campaign campaign = Running(Plan(new CampaignStage { Group = "lab" }, new CampaignStage { Group = "field" }));

        Campaign paused = CampaignMachine.Pause(campaign).Next;
        Assert.AreEqual("it is paused", Waits(paused, Counts(10, 0, 0), 0));
        Assert.ThrowsExactly<CloudException>(() => CampaignMachine.Pause(paused));
        Assert.ThrowsExactly<CloudException>(() => CampaignMachine.Force(paused, 0));
        Assert.AreEqual(CampaignStatus.Running, CampaignMachine.Resume(paused).Next.Status);
        Campaign canceled = CampaignMachine.Cancel(paused, 7).Next;
        Assert.AreEqual(7, canceled.Ended);
        Assert.ThrowsExactly<CloudException>(() => CampaignMachine.Cancel(canceled, 8));
        Assert.ThrowsExactly<CloudException>(() => CampaignMachine.Retry(canceled, 1));

        Campaign second = CampaignMachine.Force(campaign, 0).Next;
        Assert.AreEqual(1, second.Stage);
        Campaign begun = Steps(second, Counts(0, 10, 0), 0, "stage");
        Assert.ThrowsExactly<CloudException>(() => CampaignMachine.Force(begun, 0), "nothing is left to force");

        Campaign again = CampaignMachine.Retry(begun with { Status = CampaignStatus.Completed, Ended = 5, StageSatisfied = 5 }, 1).Next;
        Assert.AreEqual(1, again.Attempt);
        Assert.AreEqual(CampaignStatus.Running, again.Status);
        Assert.IsNull(again.Ended);
    }

    [TestMethod]
    public void A_clock_that_was_put_back_does_not_make_the_bake_last_for_ever()
    {
        Campaign baking = Running(Plan(new CampaignStage { BakeSeconds = 60 }, new CampaignStage { Group = "x" })) with { StageSatisfied = 10_000_000 };

        Campaign again = Steps(baking, Counts(10, 0, 0), 1000, "clock");

        Steps(again, Counts(10, 0, 0), 61_000, "next");
    }

    private static CampaignRequest Plan(params CampaignStage[] stages) => new() { Id = "c", Component = "app", Version = "1.1.0", Stages = stages };

    private static Campaign Draft(CampaignRequest plan) => new() { Id = "c", Request = plan, Salt = "s", Status = CampaignStatus.Scheduled, Created = 0, Url = "u", UrlExpires = 0 };

    /// <summary>The campaign with its first stage begun.</summary>
    private static Campaign Running(CampaignRequest plan) => Steps(Draft(plan) with { Status = CampaignStatus.Running }, Counts(0, 10, 0), 0, "stage");

    private static Decision Decide(Campaign campaign, StageCounts counts, long now) => CampaignMachine.Decide(
        campaign,
        new CampaignFacts([.. Enumerable.Range(0, campaign.Stage + 1).Select(stage => stage == campaign.Stage ? counts : new StageCounts())], s_hundred, s_hundred, new Dictionary<string, string?>()),
        now);

    private static Campaign Steps(Campaign campaign, StageCounts counts, long now, string what)
    {
        Decision decision = Decide(campaign, counts, now);
        Assert.AreEqual(what, decision.Transition?.What, decision.Waiting);
        return decision.Transition!.Next;
    }

    private static string Waits(Campaign campaign, StageCounts counts, long now)
    {
        Decision decision = Decide(campaign, counts, now);
        Assert.IsNull(decision.Transition, decision.Transition?.What);
        return decision.Waiting!;
    }

    private static StageCounts Counts(int succeeded, int pending, int rolledBack)
    {
        var counts = new StageCounts();
        counts.Add(UpdateStates.Succeeded, succeeded);
        counts.Add(StageCounts.Pending, pending);
        counts.Add(UpdateStates.RolledBack, rolledBack);
        return counts;
    }

    /// <summary>Boards at every hundredth place.</summary>
    private static GateCurve Curve(int boards)
    {
        int[] places = new int[10_000];
        for (int i = 0; i < boards; i++)
        {
            places[i * 10_000 / boards] = 1;
        }

        return new GateCurve(places);
    }
}
