using NanoIoT.Emulator.Simulation;
using NanoIoT.HardwareProfiles;
using NanoIoT.Shared;
using NanoIoT.Testing.Simulation;

namespace NanoIoT.Simulation.Tests;

/// <summary>
/// Whole campaigns in which everything goes wrong that can, drawn from a seed that a failure prints: whatever happens, no
/// board is bricked, and in the end board and cloud agree.
/// </summary>
[TestClass]
public sealed class FaultTests
{
    private const int Rounds = 60;
    private const int Boards = 4;

    [TestMethod]
    public void Boards_and_cloud_agree_after_campaigns_full_of_faults()
    {
        int first = Environment.TickCount & 0xffffff;
        int ended = 0;
        int succeeded = 0;
        for (int round = 0; round < Rounds; round++)
        {
            (int over, int good) = Run(first + round);
            ended += over;
            succeeded += good;
        }

        Console.WriteLine($"seeds {first} to {first + Rounds - 1}: {Rounds * Boards} boards, {ended} campaigns over, {succeeded} succeeded");
        Assert.IsGreaterThan(Rounds * Boards * 9 / 10, ended);
        Assert.IsGreaterThan(Rounds * Boards / 2, succeeded);
    }

    private static (int Ended, int Succeeded) Run(int seed)
    {
        var random = new Random(seed);
        HardwareProfile[] profiles = [.. ProfileCatalog.All.Values.OrderBy(item => item.Name, StringComparer.Ordinal)];
        var scene = new SimulatedScene(profiles[random.Next(profiles.Length)]);
        string health = random.Next(5) == 0 ? "bad" : "good";
        scene.Publish("2.0.0", health);
        SimulatedBoard[] boards = [.. Enumerable.Range(0, Boards).Select(i => scene.CreateBoard("board" + i, seed + i, settings => settings with { LowMemory = random.Next(3) == 0, MaxDownloadAttempts = 30 }))];
        foreach (SimulatedBoard board in boards)
        {
            board.Faults = Draw(random);
            board.Hardware.Files.FatDamage = random.Next(4);
            board.PowerOn();
        }

        scene.Announce("c", "2.0.0");
        for (int i = 0; i < 12; i++)
        {
            scene.Wait(random.Next(20_000));
            Disturb(random, scene, boards[random.Next(Boards)]);
        }

        // The world calms down; now everything must come to its end.
        foreach (SimulatedBoard board in boards)
        {
            board.Faults = new NetworkFaults();
            board.IsNetworkDown = false;
            bool wasOn = board.IsOn;
            board.Hardware.Power.TurnOn();
            if (!wasOn)
            {
                board.PowerOn();
            }
        }

        scene.Announce("c", "2.0.0");
        scene.Time.Run(() => boards.All(board => IsOver(scene, board)), 6 * 3600_000);
        scene.Wait(120_000);
        foreach (SimulatedBoard board in boards)
        {
            string story = $"seed {seed}, {scene.Profile.Name}, {health}, {board.Settings.Thing}\n{string.Join('\n', board.LogLines.TakeLast(12))}\n{string.Join('\n', scene.Cloud.Reports.Where(item => item.Contains(board.Settings.Thing, StringComparison.Ordinal)).TakeLast(8))}";
            Assert.IsFalse(board.IsBricked, story);
            SimulatedProgress? end = scene.ProgressOf(board, "c");
            Assert.IsTrue(end is not null && UpdateStates.IsFinal(end.State), "not over: " + story);
            Assert.AreEqual(end.State == UpdateStates.Succeeded ? "2.0.0" : "1.0.0", board.RunningVersion, story);
            Assert.IsFalse(health == "bad" && end.State == UpdateStates.Succeeded && scene.Profile.Update.HasTrial, story);
        }

        return (boards.Count(board => IsOver(scene, board)), boards.Count(board => scene.ProgressOf(board, "c")?.State == UpdateStates.Succeeded));
    }

    private static bool IsOver(SimulatedScene scene, SimulatedBoard board) =>
        scene.ProgressOf(board, "c") is SimulatedProgress progress && UpdateStates.IsFinal(progress.State);

    private static NetworkFaults Draw(Random random) => new()
    {
        ConnectFails = Sometimes(random, 0.3),
        Disconnects = Sometimes(random, 0.1),
        AcknowledgementLost = Sometimes(random, 0.2),
        PublishLost = Sometimes(random, 0.2),
        Duplicated = Sometimes(random, 0.3),
        Jitter = random.Next(500),
        DownloadUnanswered = Sometimes(random, 0.2),
        DownloadRefused = Sometimes(random, 0.2),
        Redirected = Sometimes(random, 0.3),
        Truncated = Sometimes(random, 0.3),
        Corrupted = Sometimes(random, 0.1),
        WrongLength = Sometimes(random, 0.1),
        Slow = Sometimes(random, 0.3),
    };

    private static double Sometimes(Random random, double probability) => random.Next(2) == 0 ? 0 : random.NextDouble() * probability;

    private static void Disturb(Random random, SimulatedScene scene, SimulatedBoard board)
    {
        switch (random.Next(11))
        {
            case 0:
                board.PowerOff();
                break;
            case 1:
                board.Hardware.Power.CutAfter(random.Next(60), (Emulator.Flash.TornWrite)random.Next(3));
                break;
            case 2:
                board.IsNetworkDown = !board.IsNetworkDown;
                board.BreakConnection("Wi-Fi");
                break;
            case 3:
                scene.Cloud.RestartBroker(random.Next(60_000));
                break;
            case 4:
                board.JumpClock(random.Next(-400_000, 400_000));
                break;
            case 5:
                scene.Cloud.SetGroups(board, "g" + random.Next(5), "h");
                break;
            case 6:
                board.Hardware.Secondary?.FailWriteAfter(random.Next(20));
                board.Hardware.Files.FailCommitAfter(random.Next(20));
                break;
            case 7:
                scene.Cloud.UrlExpired = true;
                break;
            case 8:
                scene.Cloud.ETagSuffix += "x";
                break;
            case 9:
                scene.Cloud.AnnounceRaw(Topics.OtaGroup("h", "app"), [.. Enumerable.Range(0, random.Next(200)).Select(_ => (byte)random.Next(256))]);
                break;
            default:
                scene.Announce("c", "2.0.0", change: item => item.State = random.Next(2) == 0 ? CampaignStates.Paused : CampaignStates.Active);
                break;
        }

        if (!board.IsOn && random.Next(2) == 0)
        {
            board.PowerOn();
        }
    }
}
