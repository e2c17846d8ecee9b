using NanoIoT.Emulator.Flash;
using NanoIoT.Emulator.Simulation;
using NanoIoT.HardwareProfiles;
using NanoIoT.Shared;
using NanoIoT.Testing.Simulation;

namespace NanoIoT.Simulation.Tests;

/// <summary>An image whose program says another version than its manifest: what is reported must be what runs.</summary>
[TestClass]
public sealed class VersionMismatchTests
{
    [TestMethod]
    [DataRow("ESP32_S3", "1.0.0")]
    [DataRow("ESP32_S3", "2.7.0")]
    [DataRow("ORGPAL_PALX", "1.0.0")]
    [DataRow("ESP32_REV3", "1.0.0")]
    [DataRow("ESP32_REV3", "2.7.0")]
    public void An_image_whose_program_says_another_version_is_undone_and_then_reported(string profile, string programVersion)
    {
        var scene = new SimulatedScene(ProfileCatalog.Find(profile)!);
        SimulatedBoard board = scene.CreateBoard();
        board.PowerOn();
        scene.Publish("3.3.0", programVersion: programVersion);
        scene.Announce("c", "3.3.0");

        SimulatedProgress end = scene.RunToEnd(board, "c")!;

        Assert.AreEqual(UpdateStates.RolledBack, end.State);
        Assert.AreEqual(ReasonCodes.VersionMismatch, end.Reason);
        Assert.AreEqual("image 3.3.0, program " + programVersion, end.Detail);
        Assert.AreEqual("1.0.0", board.RunningVersion);
        Assert.AreEqual(profile == "ESP32_REV3" ? null : "1.0.0", board.Hardware.ImageVersion?.ToString(3), "the image that ran when it was reported");
        Assert.IsFalse(scene.Cloud.Registry.ContainsKey(("board", Fields.App)));

        // The old image is confirmed: it stays, and takes the next update.
        int boots = board.BootCount;
        scene.Wait(3600_000);
        Assert.AreEqual(boots, board.BootCount);
        scene.Publish("3.4.0");
        scene.Announce("d", "3.4.0");
        Assert.AreEqual(UpdateStates.Succeeded, scene.RunToEnd(board, "d")!.State);
    }

    [TestMethod]
    [DataRow("ESP32_S3")]
    [DataRow("ESP32_REV3")]
    public void A_power_cut_while_a_mislabeled_image_is_undone_changes_nothing(string profile)
    {
        for (int cut = 0; cut < 300; cut += 7)
        {
            var scene = new SimulatedScene(ProfileCatalog.Find(profile)!);
            SimulatedBoard board = scene.CreateBoard();
            board.PowerOn();
            scene.Publish("3.3.0", programVersion: "1.0.0");
            scene.Announce("c", "3.3.0");
            Assert.IsTrue(scene.Time.Run(() => scene.ProgressOf(board, "c")?.State == UpdateStates.Staged, 3600_000));
            board.Hardware.Power.CutAfter(cut, TornWrite.Half);
            if (scene.Time.Run(() => !board.IsOn, 600_000))
            {
                board.PowerOn();
            }

            SimulatedProgress end = scene.RunToEnd(board, "c")!;

            Assert.AreEqual(UpdateStates.RolledBack, end.State, $"cut at {cut}");
            Assert.AreEqual("1.0.0", board.RunningVersion);
            Assert.AreEqual(profile == "ESP32_REV3" ? null : "1.0.0", board.Hardware.ImageVersion?.ToString(3), $"cut at {cut}");
        }
    }

    [TestMethod]
    public void An_image_without_a_trial_stays_and_is_reported_as_failed_not_as_rolled_back()
    {
        var scene = new SimulatedScene(ProfileCatalog.Find("ESP32_2MB")!);
        SimulatedBoard board = scene.CreateBoard();
        board.PowerOn();
        scene.Publish("3.3.0", programVersion: "1.0.0");
        scene.Announce("c", "3.3.0");

        SimulatedProgress end = scene.RunToEnd(board, "c")!;

        Assert.AreEqual(UpdateStates.Failed, end.State);
        Assert.AreEqual(ReasonCodes.VersionMismatch, end.Reason);
        Assert.AreEqual("3.3.0", board.Hardware.ImageVersion!.ToString(3));
        int boots = board.BootCount;
        scene.Wait(3600_000);
        Assert.AreEqual(boots, board.BootCount, "it goes on as it is");
    }

    [TestMethod]
    public void A_mislabeled_nanoCLR_is_undone_and_then_reported()
    {
        var scene = new SimulatedScene(ProfileCatalog.Find("ESP32_S3")!);
        SimulatedBoard board = scene.CreateBoard();
        board.ClrVersion = new Version(1, 17, 0);
        board.PowerOn();
        scene.PublishClr("1.18.0");
        scene.Announce("c", "1.18.0", Fields.Clr);

        SimulatedProgress end = scene.RunToEnd(board, "c")!;

        Assert.AreEqual(UpdateStates.RolledBack, end.State);
        Assert.AreEqual(ReasonCodes.VersionMismatch, end.Reason);
        Assert.AreEqual("1.17.0", board.Hardware.ClrVersion.ToString(), "the image that ran when it was reported");
    }

    [TestMethod]
    public void An_update_that_the_boot_loader_refuses_is_not_taken_for_a_mislabeled_one()
    {
        var scene = new SimulatedScene(ProfileCatalog.Find("ESP32_S3")!);
        SimulatedBoard board = scene.CreateBoard();
        board.PowerOn();
        scene.Publish("1.0.1");
        scene.Announce("c", "1.0.1");
        Assert.IsTrue(scene.Time.Run(() => scene.ProgressOf(board, "c")?.State == UpdateStates.Staged, 3600_000));

        // What is staged is damaged before the boot loader looks at it.
        board.Hardware.Secondary!.Erase(2);

        SimulatedProgress end = scene.RunToEnd(board, "c")!;
        Assert.AreEqual(UpdateStates.RolledBack, end.State);
        Assert.AreEqual(ReasonCodes.BootReverted, end.Reason);
        Assert.AreEqual("1.0.0", board.Hardware.ImageVersion!.ToString(3));
    }
}
