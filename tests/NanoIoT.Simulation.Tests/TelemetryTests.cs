using System.Text.Json.Nodes;
using NanoIoT.Emulator.Simulation;
using NanoIoT.HardwareProfiles;
using NanoIoT.Testing.Simulation;

namespace NanoIoT.Simulation.Tests;

/// <summary>Readings on their way to the cloud: none is lost without a word.</summary>
[TestClass]
public sealed class TelemetryTests
{
    private readonly SimulatedScene _scene = new(ProfileCatalog.Find("ESP32_S3")!);
    private int _next;

    [TestMethod]
    [DataRow(1000)]
    [DataRow(50)]
    public void Readings_that_come_faster_than_a_batch_an_interval_all_arrive(int milliseconds)
    {
        SimulatedBoard board = Boot();
        for (int i = 0; i < 600; i++)
        {
            Assert.IsTrue(Add(board));
            _scene.Wait(milliseconds);
        }

        _scene.Wait(120_000);

        int[] arrived = Arrived();
        CollectionAssert.AreEqual(Enumerable.Range(0, 600).ToArray(), arrived, "each once, in their order");
        Assert.IsTrue(_scene.Cloud.Telemetry.All(item => JsonNode.Parse(item.Json)!["dropped"] is null));
        Assert.IsLessThanOrEqualTo((600 / 32) + 12, _scene.Cloud.Telemetry.Count, "batches, not single readings");
    }

    [TestMethod]
    public void What_waited_for_the_connection_is_sent_until_the_queue_is_empty()
    {
        SimulatedBoard board = Boot();
        Away(board, true);
        for (int i = 0; i < 60; i++)
        {
            Assert.IsTrue(Add(board));
        }

        Away(board, false);
        Assert.IsTrue(_scene.Time.Run(() => Arrived().Length >= 60, 360_000), "all 60, in two batches");
        long first = _scene.Cloud.Telemetry[0].Time;
        Assert.IsLessThanOrEqualTo(61_000, _scene.Cloud.Telemetry[^1].Time - first);
        Assert.HasCount(2, _scene.Cloud.Telemetry);
    }

    [TestMethod]
    public void What_is_dropped_is_told_by_the_result_the_log_and_the_next_message()
    {
        SimulatedBoard board = Boot();
        Away(board, true);
        for (int i = 0; i < 100; i++)
        {
            Assert.AreEqual(i < 64, Add(board), $"reading {i}");
        }

        Assert.HasCount(1, board.LogLines.Where(line => line.Contains("telemetry: queue full", StringComparison.Ordinal)).ToArray(), "once, not for each");
        Away(board, false);
        Assert.IsTrue(_scene.Time.Run(() => Arrived().Length == 64, 360_000));
        CollectionAssert.AreEqual(Enumerable.Range(36, 64).ToArray(), Arrived(), "the newest are kept");
        Assert.AreEqual(36, _scene.Cloud.Telemetry.Sum(item => JsonNode.Parse(item.Json)!["dropped"]?.GetValue<int>() ?? 0));
    }

    [TestMethod]
    public void What_is_dropped_while_a_batch_is_on_its_way_is_told_by_the_batch_after()
    {
        SimulatedBoard board = Boot();
        board.Faults = new NetworkFaults { AcknowledgementLost = 1 };
        for (int i = 0; i < 80; i++)
        {
            Add(board);
        }

        // The first batch arrived, but is not acknowledged until the faults end: 16 readings had no room.
        _scene.Wait(3_100);
        board.Faults = new NetworkFaults();
        _scene.Wait(120_000);

        int[] arrived = Arrived();
        int told = _scene.Cloud.Telemetry.Max(item => JsonNode.Parse(item.Json)!["dropped"]?.GetValue<int>() ?? 0);
        Assert.AreEqual(80, arrived.Distinct().Count() + told);
    }

    [TestMethod]
    public void A_reading_whose_name_or_value_is_not_allowed_is_refused()
    {
        SimulatedBoard board = Boot();

        Assert.IsFalse(board.AddReading("a b", 1));
        Assert.IsFalse(board.AddReading("ts", 1), "the time's own name");
        Assert.IsFalse(board.AddReading("a", double.NaN));
        Assert.IsTrue(board.AddReading("a", 1));
    }

    private SimulatedBoard Boot()
    {
        SimulatedBoard board = _scene.CreateBoard();
        board.PowerOn();
        _scene.Wait(5_000);
        return board;
    }

    private void Away(SimulatedBoard board, bool away)
    {
        board.IsNetworkDown = away;
        if (away)
        {
            board.BreakConnection("gone");
            _scene.Wait(1_000);
        }
    }

    private bool Add(SimulatedBoard board) => board.AddReading("n", _next++);

    private int[] Arrived() =>
        [.. _scene.Cloud.Telemetry.SelectMany(item => JsonNode.Parse(item.Json)!["readings"]!.AsArray()).Select(item => item!["n"]!.GetValue<int>())];
}
