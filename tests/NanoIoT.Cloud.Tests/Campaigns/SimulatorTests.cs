using CsCheck;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Cloud.Campaigns.Simulation;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Tests.Campaigns;

/// <summary>Whole campaigns of numbered boards in virtual time, with the engine's own state machine.</summary>
[TestClass]
public sealed class SimulatorTests
{
    [TestMethod]
    public void A_million_boards_complete_and_every_one_succeeds()
    {
        CampaignRequest plan = Plan(
            new CampaignStage { Percent = 1, SuccessPercent = 95, BakeSeconds = 3600 },
            new CampaignStage { SuccessPercent = 95, Pace = new Pace { BaseRatePerMinute = 500, MaximumPerMinute = 20000, NotifiedThings = 2000 } });

        SimulationResult result = Run(plan, 1_000_000, new FleetBehavior());

        Assert.AreEqual(CampaignStatus.Completed, result.Campaign.Status);
        Assert.AreEqual(1_000_000, result.Counts[UpdateStates.Succeeded]);
        Assert.AreEqual(1_000_000, result.Begun);
        Assert.IsLessThan(12, result.Openings[1], "each opening is a message to every board");
        Assert.IsLessThan(40_000, result.MostDownloads, "the pace keeps downloads apart: 20,000 a minute, a minute each");
    }

    [TestMethod]
    public void A_bad_version_is_stopped_in_its_first_stage()
    {
        CampaignRequest plan = Plan(new CampaignStage { Percent = 1 }, new CampaignStage()) with { Abort = [new AbortCriterion { Outcome = UpdateStates.RolledBack, Percent = 20, Minimum = 20 }] };

        SimulationResult result = Run(plan, 100_000, new FleetBehavior { RolledBack = 0.5 });

        Assert.AreEqual(CampaignStatus.Aborted, result.Campaign.Status);
        Assert.AreEqual(result.Boards[0], result.Begun, "nobody of the second stage began");
        Assert.IsLessThan(1200, result.Begun);
    }

    [TestMethod]
    public void Boards_that_never_come_keep_it_waiting_and_it_says_for_what_unless_they_time_out()
    {
        CampaignRequest plan = Plan(new CampaignStage { SuccessPercent = 90 });
        var behavior = new FleetBehavior { Offline = 0.05, Slow = 0.2 };

        SimulationResult waiting = Run(plan, 1000, behavior, 30 * 86400);
        Assert.AreEqual(CampaignStatus.Running, waiting.Campaign.Status);
        Assert.Contains("pending", waiting.Waiting!);

        SimulationResult ended = Run(plan with { Timeouts = new CampaignTimeouts { Pending = 7 * 86400 } }, 1000, behavior);
        Assert.AreEqual(CampaignStatus.Completed, ended.Campaign.Status);
        Assert.AreEqual(waiting.Counts[StageCounts.Pending], ended.Counts[StageCounts.TimedOut]);
    }

    [TestMethod]
    public void A_board_that_was_given_up_and_goes_on_counts_as_what_it_reports()
    {
        CampaignRequest plan = Plan(new CampaignStage { SuccessPercent = 50, BakeSeconds = 2 * 86400 }) with { Timeouts = new CampaignTimeouts { Pending = 3600 }, Abort = [new AbortCriterion { Percent = 100 }] };

        SimulationResult result = Run(plan, 1000, new FleetBehavior { Slow = 0.4, SlowSeconds = 86400 });

        Assert.AreEqual(1000, result.Counts[UpdateStates.Succeeded]);
    }

    [TestMethod]
    public void Whatever_the_fleet_and_the_clock_do_no_stage_takes_more_than_its_share_and_every_campaign_ends_or_says_why_not()
    {
        Gen<double> share = Gen.Frequency((3, Gen.Const(0.0)), (2, Gen.Double[0, 0.3]), (1, Gen.Double[0, 1]));
        Gen<FleetBehavior> behaviors = Gen.Select(
            Gen.Select(share, share, share),
            Gen.Select(share, share, share),
            Gen.Select(Gen.Int[1, 600], Gen.Int[1, 600], Gen.Int[1, 100_000]),
            Gen.Select(Gen.Long[0, 20_000], Gen.Long[-1_000_000, 1_000_000]).Array[0, 4],
            Gen.Int,
            (outcomes, presence, times, jumps, seed) => new FleetBehavior
            {
                RolledBack = outcomes.Item1,
                Failed = outcomes.Item2,
                Rejected = outcomes.Item3,
                Stuck = presence.Item1,
                Offline = presence.Item2,
                Slow = presence.Item3,
                DownloadSeconds = times.Item1,
                TrialSeconds = times.Item2,
                SlowSeconds = times.Item3,
                ClockJumps = [.. jumps.Select(jump => (jump.Item1, jump.Item2))],
                Seed = seed,
            });
        Gen<Pace?> paces = Gen.Select(Gen.Int[0, 3], Gen.Int[1, 500], Gen.Int[1, 200], Gen.Double[1.1, 5], (kind, maximum, every, factor) => kind switch
        {
            0 => null,
            1 => new Pace { MaximumPerMinute = maximum },
            2 => new Pace { MaximumPerMinute = maximum, BaseRatePerMinute = (maximum / 10) + 1, IncrementFactor = factor, NotifiedThings = every },
            _ => new Pace { MaximumPerMinute = maximum, BaseRatePerMinute = (maximum / 10) + 1, IncrementFactor = factor, SucceededThings = every },
        });
        Gen<CampaignStage> stages = Gen.Select(Gen.Int[1, 100], Gen.Int[0, 200], Gen.Int[0, 100], Gen.Int[0, 5000], paces, (percent, count, success, bake, pace) => new CampaignStage
        {
            Percent = count > 0 ? 100 : percent,
            Count = count > 0 ? count : null,
            SuccessPercent = success,
            BakeSeconds = bake,
            Pace = pace,
        });
        Gen<CampaignTimeouts> timeouts = Gen.Select(Gen.Int[0, 5000], Gen.Int[0, 5000], Gen.Int[0, 5000], (pending, downloading, testing) => new CampaignTimeouts
        {
            Pending = pending == 0 ? null : pending,
            Downloading = downloading == 0 ? null : downloading,
            Testing = testing == 0 ? null : testing,
        });
        Gen.Select(stages.Array[1, 4], timeouts, behaviors, Gen.Int[1, 400], Gen.Int[1, 100], Gen.Int[0, 2000]).Sample(
            (plan, limits, behavior, boards, percent, spread) =>
            {
                CampaignRequest request = Plan(plan) with { Timeouts = limits, SpreadSeconds = spread, Abort = [new AbortCriterion { Percent = percent }] };
                SimulationResult result = Run(request, boards, behavior, 60 * 86400);

                Assert.IsTrue(result.Campaign.IsOver || result.Waiting is not null, "neither ended nor waiting");
                Assert.AreEqual(boards, result.Counts.Values.Sum() + (boards - result.Boards.Take(result.Campaign.Stage + 1).Sum()), "a board is counted twice, or lost");
                Assert.IsLessThanOrEqualTo(result.Boards.Sum(), result.Begun);
            },
            iter: 400);
    }

    [TestMethod]
    public void Download_slots_keep_the_downloads_at_a_time_near_their_number()
    {
        var behavior = new FleetBehavior { DownloadSeconds = 30 };
        CampaignRequest plan = Plan(new CampaignStage());

        SimulationResult free = Run(plan, 20_000, behavior);
        SimulationResult held = Run(plan with { DownloadSlots = 200 }, 20_000, behavior);

        Assert.IsGreaterThan(10_000, free.MostDownloads);
        Assert.IsInRange(150, 300, held.MostDownloads);
        Assert.AreEqual(CampaignStatus.Completed, held.Campaign.Status);
        Assert.ThrowsExactly<Hosting.CloudException>(() => PlanRules.Check(plan with { DownloadSlots = -1 }));
    }

    private static CampaignRequest Plan(params CampaignStage[] stages) => new() { Id = "c", Component = "app", Version = "1.1.0", Stages = stages };

    private static SimulationResult Run(CampaignRequest plan, int boards, FleetBehavior behavior, long limit = 366L * 86400)
    {
        PlanRules.Check(plan);
        SimulatedFleet fleet = SimulatedFleet.Named(Campaign.SaltOf("c"), [.. plan.Stages.Select(_ => boards)]);
        SimulationResult result = FleetSimulator.Run(plan, fleet, behavior, limit);
        Assert.IsEmpty(result.Broken, string.Join("; ", result.Broken));
        return result;
    }
}
