using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Cloud.Campaigns.Simulation;
using NanoIoT.Emulator.Simulation;
using NanoIoT.Shared;
using NanoIoT.Testing.Simulation;

namespace NanoIoT.Cloud.Tests.Campaigns;

/// <summary>
/// The boards that a plan admits are exactly those that update: random audiences, overlaps and orders of stages; boards that
/// come late, are registered late, lose connection and power, and get what is retained in any order. A failure prints its seed.
/// </summary>
[TestClass]
public sealed class RolloutPropertyTests
{
    private const int Rounds = 60;
    private const int MaxBoards = 14;
    private static readonly string[] s_groups = ["lab", "field"];
    private static readonly string?[] s_regions = ["eu", "us", null];

    [TestMethod]
    public void The_boards_that_a_plan_admits_are_exactly_those_that_update()
    {
        int first = Environment.TickCount & 0xffffff;
        int admitted = 0;
        for (int seed = first; seed < first + Rounds; seed++)
        {
            admitted += Update(seed);
        }

        Console.WriteLine($"seeds {first} to {first + Rounds - 1}: {admitted} boards updated");
        Assert.IsGreaterThan(Rounds, admitted);
    }

    [TestMethod]
    public void Seeds_that_found_something_find_nothing_more()
    {
        // A board whose question for its groups was not answered never asked again.
        Update(2282316);

        // The network was away for so long that a trial ended, and the board went back, as it should.
        Update(6780526);
    }

    [TestMethod]
    public void After_a_cancel_no_board_begins_whatever_it_hears_first()
    {
        int first = Environment.TickCount & 0xffffff;
        for (int seed = first; seed < first + Rounds; seed++)
        {
            Cancel(seed);
        }
    }

    [TestMethod]
    public void Boards_begin_in_the_window_of_their_own_time_zone_whatever_they_hear()
    {
        int first = Environment.TickCount & 0xffffff;
        for (int seed = first; seed < first + (Rounds / 4); seed++)
        {
            Begin(seed);
        }
    }

    [TestMethod]
    public void In_the_simulator_the_boards_that_a_plan_admits_are_exactly_those_that_begin()
    {
        int first = Environment.TickCount & 0xffffff;
        for (int seed = first; seed < first + (Rounds * 5); seed++)
        {
            var random = new Random(seed);
            CampaignRequest plan = Request([.. Enumerable.Range(0, 1 + random.Next(6)).Select(_ => DrawStage(random, 10) with { Count = null })]);
            (int Place, uint Stages)[] boards = [.. Enumerable.Range(0, 2000).Select(_ => (random.Next(Contract.WholeFleetPermyriad), (uint)random.Next(1 << plan.Stages.Count)))];
            int admitted = boards.Count(board => plan.Stages.Where((stage, i) => (board.Stages & (1u << i)) != 0 && GateHash.Admits(stage.Percent * 100, board.Place)).Any());

            SimulationResult result = FleetSimulator.Run(plan, SimulatedFleet.From(boards), new FleetBehavior { Seed = seed, Slow = 0.2, SlowSeconds = 7200 });

            string story = $"seed {seed}, {string.Join(' ', plan.Stages)}";
            Assert.IsEmpty(result.Broken, story);
            Assert.AreEqual(CampaignStatus.Completed, result.Campaign.Status, story);
            Assert.AreEqual(admitted, result.Begun, story);
            Assert.AreEqual(admitted, result.Boards.Sum(), story);
            Assert.AreEqual(admitted, result.Counts.GetValueOrDefault(UpdateStates.Succeeded), story);
        }
    }

    [TestMethod]
    [DataRow("field:30", "all:100")]
    [DataRow("all:30", "field:100")]
    [DataRow("@eu:10", "all:100")]
    [DataRow("field@eu:50", "@eu:50", "all:50")]
    [DataRow("lab:100", "field:100", "all:100")]
    public void A_canary_and_then_everybody(params string[] stages)
    {
        var rollout = new EmulatedRollout();
        for (int i = 0; i < 30; i++)
        {
            rollout.Register($"b{i:00}", i % 3 == 0 ? "us" : "eu", i % 5 == 0 ? ["lab"] : ["field"]).PowerOn();
        }

        CampaignRequest request = Request([.. stages.Select(Cli.Commands.PlanOptions.ParseStage)]);
        HashSet<string> planned = rollout.Plan(request);
        rollout.Begin(request);

        Assert.IsTrue(rollout.Run(3600, () => rollout.Record.IsOver), "the campaign does not end");

        Assert.AreEqual(CampaignStatus.Completed, rollout.Record.Status);
        Check(rollout, planned.Contains, string.Join(' ', stages));
    }

    private static int Update(int seed)
    {
        var random = new Random(seed);
        var rollout = new EmulatedRollout();
        int boards = Draw(random, rollout);
        CampaignRequest request = DrawRequest(random, boards);
        HashSet<string> planned = rollout.Plan(request);
        string story = $"seed {seed}, {string.Join(' ', request.Stages)}";
        rollout.Begin(request);
        var late = new HashSet<string>(StringComparer.Ordinal);
        bool isPaused = false;
        for (int i = 0; i < 40; i++)
        {
            rollout.Run(random.Next(8));
            switch (random.Next(12))
            {
                case 0 when rollout.Record.Status == CampaignStatus.Running:
                    rollout.Change(CampaignMachine.Pause);
                    isPaused = true;
                    break;
                case 1 when isPaused && rollout.Record.Status == CampaignStatus.Paused:
                    rollout.Change(CampaignMachine.Resume);
                    break;
                case 2 when boards < MaxBoards && request.Stages.All(stage => stage.Count is null):
                    late.Add(Register(random, rollout, boards++).Settings.Thing);
                    break;
                default:
                    Disturb(random, rollout, boards);
                    break;
            }
        }

        if (rollout.Record.Status == CampaignStatus.Paused)
        {
            rollout.Change(CampaignMachine.Resume);
        }

        CalmDown(rollout);
        Assert.IsTrue(rollout.Run(3600, () => rollout.Record.IsOver), $"the campaign does not end, {story}\n{rollout.Describe()}");
        rollout.Run(600);
        Assert.AreEqual(CampaignStatus.Completed, rollout.Record.Status, story);
        Check(rollout, rollout.Admits, story);
        string[] unplanned = [.. rollout.Boards.Keys.Except(late).Where(name => planned.Contains(name) != rollout.Admits(name))];
        Assert.IsEmpty(unplanned, $"the plan said otherwise: {string.Join(", ", unplanned)}: {story}");

        return rollout.Boards.Values.Count(board => board.RunningVersion == EmulatedRollout.After);
    }

    private static void Cancel(int seed)
    {
        var random = new Random(seed);
        var rollout = new EmulatedRollout();
        int boards = Draw(random, rollout);
        CampaignRequest request = DrawRequest(random, boards);
        rollout.Begin(request);
        for (int i = 0; i < random.Next(20); i++)
        {
            rollout.Run(random.Next(6));
            Disturb(random, rollout, boards);
        }

        if (rollout.Record.IsOver)
        {
            return;
        }

        string[] off = [.. rollout.Boards.Where(item => !IsRunning(item.Value) && !HasBegun(item.Value)).Select(item => item.Key)];
        rollout.Change(campaign => CampaignMachine.Cancel(campaign, 0));
        CalmDown(rollout);
        rollout.Run(600);

        string story = $"seed {seed}, {string.Join(' ', request.Stages)}";
        foreach (string name in off)
        {
            Assert.IsFalse(HasBegun(rollout.Boards[name]), $"{name} was off at the cancel: {story}");
        }

        foreach (SimulatedBoard board in rollout.Boards.Values)
        {
            SimulatedProgress? progress = rollout.Scene.ProgressOf(board, EmulatedRollout.Campaign);
            Assert.IsTrue(progress is null || UpdateStates.IsFinal(progress.State), $"{board.Settings.Thing} is {progress?.State}: {story}");
        }
    }

    private static void Begin(int seed)
    {
        string[] zones = ["Asia/Tokyo", "America/New_York", "Europe/Berlin"];
        var random = new Random(seed);
        var rollout = new EmulatedRollout();
        int boards = 4 + random.Next(6);
        for (int i = 0; i < boards; i++)
        {
            // Zones follow regions, as they do: so some topics have one zone and others several.
            int region = random.Next(3);
            rollout.Register($"b{i:00}", s_regions[region], [.. s_groups.Where(_ => random.Next(2) == 0)], zones[region]);
        }

        var window = new MaintenanceWindow { Start = "02:00", Minutes = 120 };
        CampaignRequest request = DrawRequest(random, boards) with { Window = window };
        request = request with { Stages = [.. request.Stages.Select(stage => stage with { SuccessPercent = 0, Pace = null })] };
        rollout.Begin(request);
        foreach (SimulatedBoard board in rollout.Boards.Values)
        {
            rollout.Run(random.Next(4) * 3600, interval: 60);
            board.PowerOn();
        }

        string story = $"seed {seed}, {string.Join(' ', request.Stages)}";
        Assert.IsTrue(rollout.Run(3 * 86400, () => rollout.Record.IsOver, 60), $"the campaign does not end, {story}\n{rollout.Describe()}");
        Check(rollout, rollout.Admits, story);
        foreach ((string name, long began) in rollout.Began)
        {
            var zone = TimeZoneInfo.FindSystemTimeZoneById(rollout.ZoneOf(name));
            TimeSpan local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(began), zone).TimeOfDay;
            Assert.IsTrue(local.Hours is 2 or 3, $"{name} began at {local} in {zone.Id}, {story}\n{rollout.Describe()}");
        }
    }

    private static bool IsRunning(SimulatedBoard board) => board.IsOn && board.BootCount > 0;

    private static bool HasBegun(SimulatedBoard board) =>
        board.LogLines.Exists(line => line.Contains(EmulatedRollout.Campaign + ": " + UpdateStates.Accepted, StringComparison.Ordinal));

    private static void Check(EmulatedRollout rollout, Func<string, bool> admits, string story)
    {
        foreach ((string name, SimulatedBoard board) in rollout.Boards)
        {
            string expected = admits(name) ? EmulatedRollout.After : EmulatedRollout.Before;
            Assert.AreEqual(expected, board.RunningVersion, $"{name}: {story}\n{string.Join('\n', board.LogLines.TakeLast(12))}");
        }
    }

    private static int Draw(Random random, EmulatedRollout rollout)
    {
        int boards = 6 + random.Next(MaxBoards - 6);
        for (int i = 0; i < boards; i++)
        {
            SimulatedBoard board = Register(random, rollout, i);
            if (random.Next(3) > 0)
            {
                board.PowerOn();
            }
        }

        rollout.Scene.Wait(5000);
        return boards;
    }

    private static SimulatedBoard Register(Random random, EmulatedRollout rollout, int number)
    {
        SimulatedBoard board = rollout.Register($"b{number:00}", s_regions[random.Next(3)], [.. s_groups.Where(_ => random.Next(2) == 0)]);
        board.Faults = new NetworkFaults { Jitter = random.Next(3) * 1500, Duplicated = 0.2, PublishLost = 0.1, AcknowledgementLost = 0.1 };
        return board;
    }

    private static CampaignRequest DrawRequest(Random random, int boards)
    {
        var stages = new List<CampaignStage>();
        for (int i = 1 + random.Next(4); i > 0; i--)
        {
            stages.Add(DrawStage(random, boards));
        }

        return Request(stages);
    }

    private static CampaignStage DrawStage(Random random, int boards)
    {
        CampaignStage audience = random.Next(6) switch
        {
            0 => new CampaignStage { Group = s_groups[random.Next(2)] },
            1 => new CampaignStage { Region = s_regions[random.Next(2)] },
            2 => new CampaignStage { Group = s_groups[random.Next(2)], Region = s_regions[random.Next(2)] },
            3 => new CampaignStage { Things = [.. Enumerable.Range(0, boards).Where(_ => random.Next(3) == 0).Append(0).Distinct().Select(i => $"b{i:00}")] },
            _ => new CampaignStage(),
        };
        CampaignStage stage = random.Next(8) == 0
            ? audience with { Count = 1 + random.Next(boards) }
            : audience with { Percent = random.Next(3) == 0 ? 100 : 1 + random.Next(100) };
        return stage with
        {
            SuccessPercent = random.Next(3) * 50,
            Pace = random.Next(3) == 0 ? new Pace { BaseRatePerMinute = 20, MaximumPerMinute = 100, NotifiedThings = 2 } : null,
        };
    }

    private static CampaignRequest Request(IReadOnlyList<CampaignStage> stages) =>
        new() { Component = "app", Version = EmulatedRollout.After, Stages = stages, Abort = [new AbortCriterion { Percent = 100, Minimum = 1000 }] };

    private static void Disturb(Random random, EmulatedRollout rollout, int boards)
    {
        SimulatedBoard board = rollout.Boards[$"b{random.Next(boards):00}"];

        // A reset uses a trial up: the board would go back, which is right and not what this is about.
        bool mayReset = board.RunningVersion != EmulatedRollout.After;
        switch (random.Next(4))
        {
            case 0 when mayReset:
                board.PowerOff();
                break;
            case 1 when mayReset:
                board.PowerOff();
                board.PowerOn();
                break;
            case 2:
                rollout.Scene.Cloud.RestartBroker(random.Next(20_000));
                break;
            default:
                board.BreakConnection("Wi-Fi");
                break;
        }
    }

    private static void CalmDown(EmulatedRollout rollout)
    {
        foreach (SimulatedBoard board in rollout.Boards.Values)
        {
            board.Faults = new NetworkFaults();
            if (!IsRunning(board))
            {
                board.PowerOn();
            }
        }
    }
}
