using NanoIoT.Emulator.Simulation;
using NanoIoT.HardwareProfiles;
using NanoIoT.Shared;
using NanoIoT.Testing.Simulation;

namespace NanoIoT.Simulation.Tests;

/// <summary>Power goes at every operation of an update, for each profile and both paths. <c>tests/benchmarks -- power-cuts</c> prints the table.</summary>
[TestClass]
public sealed class PowerCutTests
{
    private const int Pairs = 150;

    public static IEnumerable<object[]> Updates => ProfileCatalog.All.Keys.Order(StringComparer.Ordinal).Select(name => new object[] { name });

    public static IEnumerable<object[]> Reverts => ProfileCatalog.All.Values.Where(profile => profile.Update.HasTrial)
        .Select(profile => profile.Name).Order(StringComparer.Ordinal).Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Updates))]
    public void An_update_survives_power_cuts_at_every_operation(string profile) => Sweep(new PowerCutSweep(ProfileCatalog.Find(profile)!));

    [TestMethod]
    [DynamicData(nameof(Reverts))]
    public void A_revert_survives_power_cuts_at_every_operation(string profile) => Sweep(new PowerCutSweep(ProfileCatalog.Find(profile)!, "bad"));

    [TestMethod]
    public void A_nanoCLR_update_survives_power_cuts_at_every_operation() => Sweep(new PowerCutSweep(ProfileCatalog.Find("ESP32_S3")!, "good", Fields.Clr));

    [TestMethod]
    [DataRow("ESP32_S3")]
    [DataRow("ESP32_REV3")]
    [DataRow("ESP32_REV3_SD")]
    public void Power_that_goes_at_every_boot_of_a_trial_ends_on_the_old_version(string profile)
    {
        var scene = new SimulatedScene(ProfileCatalog.Find(profile)!);
        scene.Publish("2.0.0", "silent");
        scene.Announce("c", "2.0.0");
        SimulatedBoard board = scene.CreateBoard();
        board.PowerOn();
        Assert.IsTrue(scene.Time.Run(() => board.RunningVersion == "2.0.0", 3600_000));
        int boots = board.BootCount;
        for (int i = 0; i < 10 && board.RunningVersion != "1.0.0"; i++)
        {
            scene.Wait(1000);
            board.PowerOff();
            board.PowerOn();
        }

        SimulatedProgress end = scene.RunToEnd(board, "c")!;
        Assert.AreEqual("1.0.0", board.RunningVersion);
        Assert.AreEqual(UpdateStates.RolledBack, end.State);
        Assert.AreEqual(scene.Profile.Update.IsFiles ? ReasonCodes.TrialBootsUsed : ReasonCodes.BootReverted, end.Reason);
        Assert.IsLessThanOrEqualTo(3, board.BootCount - boots);
    }

    private static void Sweep(PowerCutSweep sweep)
    {
        sweep.RunAll();
        int single = sweep.Cases;
        int seed = Environment.TickCount;
        sweep.RunPairs(Pairs, seed);

        Console.WriteLine($"{sweep.Operations} operations, {single} cases and {Pairs} pairs (seed {seed}), {sweep.Failures.Count} failures");
        Assert.IsGreaterThan(20, sweep.Operations);
        Assert.IsEmpty(sweep.Failures, $"seed {seed}\n" + string.Join('\n', sweep.Failures.Take(3)));
    }
}
