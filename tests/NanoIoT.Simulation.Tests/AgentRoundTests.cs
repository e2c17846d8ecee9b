using NanoIoT.Emulator.Simulation;
using NanoIoT.HardwareProfiles;
using NanoIoT.Shared;
using NanoIoT.Testing.Simulation;

namespace NanoIoT.Simulation.Tests;

/// <summary>The agent's rounds on a board whose downloads keep its thread, as HttpWebRequest does.</summary>
[TestClass]
public sealed class AgentRoundTests
{
    private const int StepMilliseconds = 2000;

    [TestMethod]
    public void A_board_that_loses_MQTT_in_mid_download_connects_again_and_obeys_a_pause()
    {
        var scene = new SimulatedScene(ProfileCatalog.Find("ESP32_S3")!, imageBytes: 300_000);
        SimulatedBoard board = scene.CreateBoard();
        board.BlockingDownloadMilliseconds = StepMilliseconds;
        board.PowerOn();
        scene.Publish("2.0.0");
        scene.Announce("c", "2.0.0");
        Assert.IsTrue(scene.Time.Run(() => board.BytesDownloaded > 8000, 600_000));

        board.BreakConnection("gone");
        scene.Announce("c", "2.0.0", change: item => item.State = CampaignStates.Paused);
        long lost = scene.Time.Now;
        Assert.IsTrue(scene.Time.Run(() => board.IsConnected, 60_000), "it connects again");
        long back = scene.Time.Now - lost;
        scene.Wait(4 * StepMilliseconds);
        long paused = board.BytesDownloaded;
        scene.Wait(600_000);

        Assert.IsLessThanOrEqualTo(5 * StepMilliseconds, back);
        Assert.AreEqual(paused, board.BytesDownloaded, "it is paused");
        Assert.AreEqual("1.0.0", board.RunningVersion);
    }

    [TestMethod]
    public void Between_two_ticks_lies_one_step_of_the_download_at_most()
    {
        var scene = new SimulatedScene(ProfileCatalog.Find("ESP32_S3")!, imageBytes: 300_000);
        SimulatedBoard board = scene.CreateBoard();
        board.BlockingDownloadMilliseconds = StepMilliseconds;
        board.PowerOn();
        scene.Publish("2.0.0");
        scene.Announce("c", "2.0.0");

        Assert.AreEqual(UpdateStates.Succeeded, scene.RunToEnd(board, "c")!.State);
        Assert.IsGreaterThan(0, board.LongestRound);
        Assert.IsLessThanOrEqualTo(StepMilliseconds, board.LongestRound);
    }

    [TestMethod]
    public void Readings_are_sent_while_a_download_runs()
    {
        var scene = new SimulatedScene(ProfileCatalog.Find("ESP32_S3")!, imageBytes: 300_000);
        SimulatedBoard board = scene.CreateBoard(change: settings => settings with { TelemetrySeconds = 10 });
        board.BlockingDownloadMilliseconds = StepMilliseconds;
        board.PowerOn();
        scene.Publish("2.0.0");
        scene.Announce("c", "2.0.0");
        Assert.IsTrue(scene.Time.Run(() => board.BytesDownloaded > 8000, 600_000));
        int before = scene.Cloud.Telemetry.Count;

        board.AddReading("temperature", 21);

        Assert.IsTrue(scene.Time.Run(() => scene.Cloud.Telemetry.Count > before, 10_000 + (2 * StepMilliseconds)));
        Assert.AreEqual("1.0.0", board.RunningVersion, "the download is not over");
    }
}
