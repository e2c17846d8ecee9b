using NanoIoT.Emulator.Simulation;
using NanoIoT.HardwareProfiles;
using NanoIoT.Shared;
using NanoIoT.Testing.Simulation;

namespace NanoIoT.Simulation.Tests;

/// <summary>The state machine of the device binary, in virtual time.</summary>
[TestClass]
public sealed class UpdateMachineTests
{
    private readonly SimulatedScene _scene = new(ProfileCatalog.Find("ESP32_S3")!);

    [TestMethod]
    [DataRow("ESP32_S3")]
    [DataRow("ESP32_2MB")]
    [DataRow("ORGPAL_PALX")]
    [DataRow("ESP32_REV3")]
    [DataRow("ESP32_REV3_SD")]
    public void A_clean_update_takes_few_reports(string profile)
    {
        var scene = new SimulatedScene(ProfileCatalog.Find(profile)!);
        SimulatedBoard board = Boot(scene);

        scene.Publish("2.0.0");
        scene.Announce("c", "2.0.0");

        SimulatedProgress end = scene.RunToEnd(board, "c")!;
        Assert.AreEqual(UpdateStates.Succeeded, end.State);
        Assert.AreEqual("2.0.0", board.RunningVersion);
        Assert.IsLessThanOrEqualTo(4, end.Reports);
        Assert.AreEqual("2.0.0", scene.Cloud.Registry[("board", Fields.App)]);
    }

    [TestMethod]
    public void Pause_and_cancel_reach_a_board_in_mid_download()
    {
        SimulatedBoard board = Boot(_scene, faults: new NetworkFaults { Slow = 1 });
        _scene.Publish("2.0.0");
        _scene.Announce("c", "2.0.0");
        Assert.IsTrue(_scene.Time.Run(() => board.BytesDownloaded > 8000, 600_000));

        _scene.Announce("c", "2.0.0", change: item => item.State = CampaignStates.Paused);
        _scene.Wait(20_000);
        long paused = board.BytesDownloaded;
        _scene.Wait(600_000);
        Assert.AreEqual(paused, board.BytesDownloaded);

        _scene.Announce("c", "2.0.0");
        Assert.IsTrue(_scene.Time.Run(() => board.BytesDownloaded > paused + 8000, 600_000), "goes on");
        _scene.Announce("c", "2.0.0", change: item => item.State = CampaignStates.Canceled);

        SimulatedProgress end = _scene.RunToEnd(board, "c")!;
        Assert.AreEqual(UpdateStates.Rejected, end.State);
        Assert.AreEqual(ReasonCodes.Canceled, end.Reason);
        Assert.IsTrue(Enumerable.Range(0, board.Hardware.Secondary!.SectorCount).All(board.Hardware.Secondary.IsErased), "given up is erased");
    }

    [TestMethod]
    public void In_low_memory_mode_no_download_runs_beside_MQTT_and_the_campaign_is_told()
    {
        SimulatedBoard board = Boot(_scene, settings => settings with { LowMemory = true });
        _scene.Publish("2.0.0");
        _scene.Announce("c", "2.0.0");

        SimulatedProgress end = _scene.RunToEnd(board, "c")!;

        Assert.AreEqual(UpdateStates.Succeeded, end.State);
        Assert.AreEqual(0, board.DownloadsWhileConnected);
        Assert.Contains(" #1 accepted", string.Join('\n', _scene.Cloud.Reports));
    }

    [TestMethod]
    public void In_low_memory_mode_cancel_reaches_the_board_between_two_slices()
    {
        SimulatedBoard board = Boot(_scene, settings => settings with { LowMemory = true, DownloadSliceSeconds = 10 }, new NetworkFaults { Slow = 1 });
        _scene.Publish("2.0.0");
        _scene.Announce("c", "2.0.0");
        Assert.IsTrue(_scene.Time.Run(() => board.BytesDownloaded > 4000, 600_000));

        _scene.Announce("c", "2.0.0", change: item => item.State = CampaignStates.Canceled);

        SimulatedProgress end = _scene.RunToEnd(board, "c")!;
        Assert.AreEqual(ReasonCodes.Canceled, end.Reason);
        Assert.AreEqual(0, board.DownloadsWhileConnected);
    }

    [TestMethod]
    public void The_application_may_put_off_and_decline()
    {
        SimulatedBoard board = Boot(_scene, settings => settings with { HasPolicy = true });
        int answer = 1;
        board.Policy = _ => answer;
        _scene.Publish("2.0.0");
        _scene.Announce("c", "2.0.0");
        _scene.Wait(3600_000);
        Assert.AreEqual(0, board.BytesDownloaded, "not now");
        SimulatedProgress put = _scene.ProgressOf(board, "c")!;
        Assert.AreEqual(ReasonCodes.Deferred, put.Reason);
        Assert.AreEqual(2, put.Reports, "said once");

        answer = 2;
        board.Reconsider();
        Assert.AreEqual(ReasonCodes.Declined, _scene.RunToEnd(board, "c", 1)!.Reason);
    }

    [TestMethod]
    public void The_reboot_waits_for_a_good_moment()
    {
        SimulatedBoard board = Boot(_scene, settings => settings with { HasPolicy = true });
        bool good = false;
        board.Policy = reboot => reboot && !good ? 1 : 0;
        _scene.Publish("2.0.0");
        _scene.Announce("c", "2.0.0");
        _scene.Wait(3600_000);
        Assert.AreEqual("1.0.0", board.RunningVersion);
        Assert.AreEqual(UpdateStates.Staged, _scene.ProgressOf(board, "c")!.State);

        good = true;
        board.Reconsider();

        Assert.AreEqual(UpdateStates.Succeeded, _scene.RunToEnd(board, "c", 2)!.State);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void A_board_without_the_time_gets_it_from_a_server_or_from_the_broker_before_it_judges_a_window(bool hasTimeServer)
    {
        SimulatedBoard board = _scene.CreateBoard(hasClock: false, hasTimeServer: hasTimeServer);
        board.PowerOn();
        _scene.Publish("2.0.0");
        _scene.Announce("c", "2.0.0", change: item => item.NotBefore = 1795000000 + 600);
        _scene.Wait(300_000);
        Assert.AreNotEqual(0, board.UnixSeconds);
        Assert.IsNull(_scene.ProgressOf(board, "c"), "too early");

        Assert.AreEqual(UpdateStates.Succeeded, _scene.RunToEnd(board, "c")!.State);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void An_expired_URL_is_asked_for_afresh(bool lowMemory)
    {
        SimulatedBoard board = Boot(_scene, settings => settings with { LowMemory = lowMemory });
        _scene.Publish("2.0.0");
        _scene.Cloud.UrlExpired = true;
        _scene.Announce("c", "2.0.0");

        Assert.AreEqual(UpdateStates.Succeeded, _scene.RunToEnd(board, "c")!.State);
        Assert.IsFalse(_scene.Cloud.UrlExpired);
    }

    [TestMethod]
    public void A_server_that_asks_for_time_gets_it()
    {
        SimulatedBoard board = Boot(_scene);
        var asked = new List<long>();
        _scene.Cloud.Intercept = () =>
        {
            asked.Add(_scene.Time.Now);
            return asked.Count <= 3 ? new SimulatedResponse { Status = 503, RetryAfterSeconds = 90 } : null;
        };
        _scene.Publish("2.0.0");
        _scene.Announce("c", "2.0.0");

        Assert.AreEqual(UpdateStates.Succeeded, _scene.RunToEnd(board, "c")!.State);
        for (int i = 1; i <= 3; i++)
        {
            Assert.IsGreaterThanOrEqualTo(90_000, asked[i] - asked[i - 1]);
        }
    }

    [TestMethod]
    public void Failures_are_tried_again_ever_later_until_the_update_fails()
    {
        SimulatedBoard board = Boot(_scene);
        var asked = new List<long>();
        _scene.Cloud.Intercept = () =>
        {
            asked.Add(_scene.Time.Now);
            return new SimulatedResponse { Status = 404 };
        };
        _scene.Publish("2.0.0");
        _scene.Announce("c", "2.0.0");

        SimulatedProgress end = _scene.RunToEnd(board, "c", 600)!;

        Assert.AreEqual(ReasonCodes.DownloadNotFound, end.Reason);
        Assert.HasCount(6, asked);
        Assert.IsLessThan(64_000, asked[^1] - asked[0], "1, 2, 4, 8, 16 seconds at most, each with full jitter");
    }

    [TestMethod]
    public void Boards_spread_their_start_by_their_names()
    {
        SimulatedBoard[] boards = [.. Enumerable.Range(0, 20).Select(i => _scene.CreateBoard("board" + i))];
        foreach (SimulatedBoard board in boards)
        {
            board.PowerOn();
        }

        _scene.Publish("2.0.0");
        _scene.Wait(5_000);
        long announced = _scene.Time.Now;
        _scene.Announce("c", "2.0.0", change: item => item.SpreadSeconds = 600);
        _scene.Time.Run(() => boards.All(board => board.RunningVersion == "2.0.0"), 3600_000);
        foreach (SimulatedBoard board in boards)
        {
            long started = long.Parse(board.LogLines.First(line => line.EndsWith("c: downloading ", StringComparison.Ordinal)).Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
            Assert.IsInRange(0, 2, ((started - announced) / 1000) - GateHash.SpreadSeconds("salt", board.Settings.Thing, 600));
        }
    }

    [TestMethod]
    public void A_write_that_fails_once_is_done_again_without_another_download()
    {
        SimulatedBoard board = Boot(_scene);
        board.Hardware.Secondary!.FailWriteAfter(5);
        _scene.Publish("2.0.0");
        _scene.Announce("c", "2.0.0");

        Assert.AreEqual(UpdateStates.Succeeded, _scene.RunToEnd(board, "c")!.State);
        Assert.IsLessThan(41_500, board.BytesDownloaded);
    }

    [TestMethod]
    public void Another_entity_tag_starts_over_and_a_power_cut_resumes()
    {
        SimulatedBoard board = Boot(_scene, faults: new NetworkFaults { Slow = 1 });
        _scene.Publish("2.0.0");
        _scene.Announce("c", "2.0.0");
        Assert.IsTrue(_scene.Time.Run(() => board.BytesDownloaded > 20_000, 600_000));
        board.PowerOff();
        board.PowerOn();
        Assert.IsTrue(_scene.Time.Run(() => board.BytesDownloaded > 30_000, 600_000));
        _scene.Cloud.ETagSuffix = "-b";
        board.IsNetworkDown = true;
        board.BreakConnection("gone");
        _scene.Wait(60_000);
        board.IsNetworkDown = false;
        board.Faults = new NetworkFaults();

        Assert.AreEqual(UpdateStates.Succeeded, _scene.RunToEnd(board, "c")!.State);
    }

    [TestMethod]
    [DataRow(0, ReasonCodes.DownloadInterrupted)]
    [DataRow(429, ReasonCodes.DownloadServerError)]
    [DataRow(503, ReasonCodes.DownloadServerError)]
    public void A_download_server_that_is_down_delays_the_update_and_fails_it_after_a_day(int status, string reason)
    {
        int requests = 0;
        SimulatedBoard board = Boot(_scene);
        _scene.Publish("2.0.0");
        _scene.Cloud.Intercept = () =>
        {
            requests++;
            return new SimulatedResponse { Status = status };
        };
        _scene.Announce("c", "2.0.0");

        _scene.Wait(23 * 3600_000);
        Assert.AreEqual(UpdateStates.Accepted, _scene.ProgressOf(board, "c")!.State);

        // The longest wait is 300 s: 12 requests an hour at least, and not many more.
        Assert.IsInRange(23 * 12, 23 * 30, requests);

        SimulatedProgress end = _scene.RunToEnd(board, "c", minutes: 120)!;
        Assert.AreEqual((UpdateStates.Failed, reason), (end.State, end.Reason));
    }

    [TestMethod]
    public void A_download_server_that_comes_back_after_hours_updates_the_board()
    {
        SimulatedBoard board = Boot(_scene);
        _scene.Publish("2.0.0");
        _scene.Cloud.Intercept = () => new SimulatedResponse();
        _scene.Announce("c", "2.0.0");
        _scene.Wait(8 * 3600_000);

        _scene.Cloud.Intercept = null;

        Assert.AreEqual(UpdateStates.Succeeded, _scene.RunToEnd(board, "c")!.State);
    }

    [TestMethod]
    public void A_download_resumes_where_it_was_after_a_power_cut()
    {
        SimulatedBoard board = Boot(_scene, faults: new NetworkFaults { Slow = 1 });
        _scene.Publish("2.0.0");
        _scene.Announce("c", "2.0.0");
        Assert.IsTrue(_scene.Time.Run(() => board.BytesDownloaded > 30_000, 600_000));
        board.PowerOff();
        board.PowerOn();
        Assert.AreEqual(UpdateStates.Succeeded, _scene.RunToEnd(board, "c")!.State);

        // The image is 40,700 bytes, the digests are fetched again, and the last erase unit is written again.
        Assert.IsLessThan(41_000 + 2_000 + (2 * 4_096), board.BytesDownloaded);
    }

    [TestMethod]
    public void Of_two_announcements_the_more_specific_counts_then_the_higher_version()
    {
        SimulatedBoard board = _scene.CreateBoard();
        _scene.Cloud.SetGroups(board, "lab", "field");
        _scene.Publish("2.0.0");
        _scene.Publish("2.1.0");
        _scene.Publish("1.9.0");
        _scene.Cloud.Announce(Topics.OtaAll("app"), "all", "app", "2.1.0");
        _scene.Cloud.Announce(Topics.OtaGroup("lab", "app"), "lab", "app", "1.9.0");
        _scene.Cloud.Announce(Topics.OtaGroup("field", "app"), "field", "app", "2.0.0");
        board.Faults = new NetworkFaults { Slow = 1 };
        board.PowerOn();

        Assert.AreEqual(UpdateStates.Succeeded, _scene.RunToEnd(board, "field")!.State);
        Assert.AreEqual("2.0.0", board.RunningVersion);
    }

    [TestMethod]
    public void The_same_announcement_again_does_nothing_even_after_other_campaigns()
    {
        SimulatedBoard board = Boot(_scene);
        _scene.Publish("2.0.0", "bad");
        _scene.Announce("first", "2.0.0");
        Assert.AreEqual(UpdateStates.RolledBack, _scene.RunToEnd(board, "first")!.State);
        _scene.Publish("2.1.0", "bad");
        _scene.Announce("second", "2.1.0");
        Assert.AreEqual(UpdateStates.RolledBack, _scene.RunToEnd(board, "second")!.State);
        int boots = board.BootCount;

        for (int i = 0; i < 5; i++)
        {
            _scene.Announce("first", "2.0.0");
            _scene.Wait(60_000);
        }

        Assert.AreEqual(boots, board.BootCount);
        Assert.AreEqual(UpdateStates.RolledBack, _scene.ProgressOf(board, "first")!.State);
    }

    [TestMethod]
    public void A_board_that_failed_an_image_three_times_says_so_and_stops()
    {
        SimulatedBoard board = Boot(_scene);
        _scene.Publish("2.0.0", "bad");
        for (int i = 0; i < 3; i++)
        {
            _scene.Announce("c" + i, "2.0.0");
            Assert.AreEqual(UpdateStates.RolledBack, _scene.RunToEnd(board, "c" + i)!.State);
        }

        int boots = board.BootCount;
        _scene.Announce("c3", "2.0.0");

        SimulatedProgress end = _scene.RunToEnd(board, "c3")!;
        Assert.AreEqual(ReasonCodes.TooManyAttempts, end.Reason);
        Assert.AreEqual(boots, board.BootCount);
    }

    [TestMethod]
    public void What_is_announced_must_be_higher_allowed_and_for_this_board()
    {
        SimulatedBoard board = Boot(_scene);
        (string Version, Action<Manifest> Change, string Reason)[] cases =
        [
            ("0.9.0", _ => { }, ReasonCodes.LowerVersion),
            ("2.0.1", item => item.MinVersion = "1.5.0", ReasonCodes.RequirementNotMet),
            ("2.0.2", item => item.MinClr = "9.0.0", ReasonCodes.RequirementNotMet),
            ("2.0.3", item => item.Profiles = ["OTHER"], ReasonCodes.WrongProfile),
            ("2.0.4", item => item.Kind = ImageKinds.Bundle, ReasonCodes.UnsupportedKind),
            ("2.0.5", item => item.Size = 0x1000000, ReasonCodes.ImageTooLarge),
        ];
        foreach ((string version, Action<Manifest> change, string reason) in cases)
        {
            _scene.Publish(version, change: manifest =>
            {
                change(manifest);
                if (manifest.Size == 0x1000000)
                {
                    manifest.DigestsOffset = manifest.Size;
                    manifest.ChunkSize = Contract.MaxChunkBytes;
                }
            });
            _scene.Announce("c" + version.Replace('.', '-'), version);
            Assert.AreEqual(reason, _scene.RunToEnd(board, "c" + version.Replace('.', '-'))!.Reason, version);
        }
    }

    [TestMethod]
    public void The_log_keeps_what_the_shadow_desires()
    {
        SimulatedBoard board = Boot(_scene);
        _scene.Wait(5000);
        board.Receive(Topics.Shadow("board", Topics.AgentShadow) + "/update/delta", System.Text.Encoding.UTF8.GetBytes("{\"state\":{\"logLevel\":\"error\"}}"));
        _scene.Wait(5000);
        int lines = board.LogLines.Count;
        _scene.Publish("2.0.0", change: item => item.MinVersion = "1.5.0");
        _scene.Announce("c", "2.0.0");

        Assert.AreEqual(UpdateStates.Rejected, _scene.RunToEnd(board, "c")!.State);
        Assert.HasCount(lines, board.LogLines, "that it was rejected is said at info");
    }

    [TestMethod]
    public void The_rollback_index_only_grows()
    {
        SimulatedBoard board = Boot(_scene);
        _scene.Publish("2.0.0", change: item => item.RollbackIndex = 5);
        _scene.Announce("c", "2.0.0");
        Assert.AreEqual(UpdateStates.Succeeded, _scene.RunToEnd(board, "c")!.State);
        _scene.Publish("2.1.0", change: item => item.RollbackIndex = 4);
        _scene.Announce("d", "2.1.0");

        Assert.AreEqual(ReasonCodes.RollbackIndex, _scene.RunToEnd(board, "d")!.Reason);
    }

    [TestMethod]
    public void A_forged_announcement_is_not_the_end_of_the_campaign()
    {
        SimulatedBoard board = Boot(_scene);
        _scene.Publish("2.0.0");
        _scene.Announce("c", "2.0.0", change: item => item.Signature = [.. item.Signature[..63], (byte)(item.Signature[63] ^ 1)]);
        _scene.Wait(60_000);
        Assert.AreEqual("1.0.0", board.RunningVersion);
        Assert.Contains("bad-signature", string.Join('\n', _scene.Cloud.Reports));

        _scene.Announce("c", "2.0.0");

        Assert.AreEqual(UpdateStates.Succeeded, _scene.RunToEnd(board, "c")!.State);
    }

    [TestMethod]
    public void An_image_the_slot_refuses_is_begun_afresh_three_times_and_then_given_up()
    {
        SimulatedBoard board = Boot(_scene);
        (byte[] image, _, _) = SimulatedImages.Create(_scene.Profile, "2.0.0", "good", 40_000, SimulatedScene.Key);
        image[20_000] ^= 1;
        _scene.Cloud.Publish(Fields.App, "2.0.0", ImageKinds.McuBoot, image, "ESP32_S3", Contract.DefaultChunkBytes);
        _scene.Announce("c", "2.0.0");

        SimulatedProgress end = _scene.RunToEnd(board, "c")!;

        Assert.AreEqual(UpdateStates.Failed, end.State);
        Assert.AreEqual(ReasonCodes.ImageRefused, end.Reason);
        Assert.IsInRange(4 * 40_000, 4 * 45_000, board.BytesDownloaded);
        Assert.IsTrue(Enumerable.Range(0, board.Hardware.Secondary!.SectorCount).All(board.Hardware.Secondary.IsErased));
    }

    [TestMethod]
    public void A_bad_block_fails_the_update_and_leaves_the_board_as_it_was()
    {
        SimulatedBoard board = Boot(_scene);
        board.Hardware.Secondary!.FailSector(4);
        _scene.Publish("2.0.0");
        _scene.Announce("c", "2.0.0");

        SimulatedProgress end = _scene.RunToEnd(board, "c", 600)!;

        Assert.AreEqual(UpdateStates.Failed, end.State);
        Assert.AreEqual(ReasonCodes.FlashError, end.Reason);
        Assert.AreEqual("1.0.0", board.RunningVersion);
    }

    [TestMethod]
    public void A_full_drive_fails_the_update_and_leaves_the_board_as_it_was()
    {
        var scene = new SimulatedScene(ProfileCatalog.Find("ESP32_REV3")!);
        SimulatedBoard board = Boot(scene);
        board.Hardware.Files.Install("I:\\log\\all", new byte[180_000]);
        scene.Publish("2.0.0");
        scene.Announce("c", "2.0.0");

        SimulatedProgress end = scene.RunToEnd(board, "c", 600)!;

        Assert.AreEqual(UpdateStates.Failed, end.State);
        Assert.AreEqual(ReasonCodes.FlashError, end.Reason);
        Assert.AreEqual("1.0.0", board.RunningVersion);
        board.PowerOff();
        board.PowerOn();
        scene.Wait(60_000);
        Assert.AreEqual("1.0.0", board.RunningVersion);
    }

    [TestMethod]
    public void A_nanoCLR_is_a_component_of_its_own_and_is_undone_while_the_application_still_runs()
    {
        SimulatedBoard board = Boot(_scene);
        _scene.PublishClr("1.18.0");
        _scene.Announce("clr", "1.18.0", Fields.Clr);
        Assert.AreEqual(UpdateStates.Succeeded, _scene.RunToEnd(board, "clr")!.State);
        Assert.AreEqual("1.18.0", board.Hardware.ClrVersion.ToString());
        Assert.AreEqual("1.18.0", _scene.Cloud.Registry[("board", Fields.Clr)]);

        // An application that only dislikes the next nanoCLR: healthy now, unhealthy after the reboot.
        _scene.PublishClr("1.19.0");
        board.HealthOverride = () => board.Hardware.ClrVersion.Minor == 19 ? "bad" : "good";
        _scene.Announce("next", "1.19.0", Fields.Clr);

        SimulatedProgress end = _scene.RunToEnd(board, "next")!;
        Assert.AreEqual(UpdateStates.RolledBack, end.State);
        Assert.AreEqual(ReasonCodes.HealthCheckFailed, end.Reason);
        Assert.AreEqual("1.18.0", board.Hardware.ClrVersion.ToString());
    }

    [TestMethod]
    public void When_one_of_ten_equal_assemblies_changes_at_most_fifteen_percent_cross_the_network()
    {
        var scene = new SimulatedScene(ProfileCatalog.Find("ESP32_REV3")!);
        SimulatedBoard board = Boot(scene);
        scene.PublishAssemblies("2.0.0", changed: -1);
        scene.Announce("first", "2.0.0");
        Assert.AreEqual(UpdateStates.Succeeded, scene.RunToEnd(board, "first")!.State);
        long before = board.BytesDownloaded;
        int size = scene.PublishAssemblies("2.1.0", changed: 9);

        scene.Announce("second", "2.1.0");

        SimulatedProgress end = scene.RunToEnd(board, "second")!;
        Assert.AreEqual(UpdateStates.Succeeded, end.State);
        double share = (board.BytesDownloaded - before) / (double)size;
        Console.WriteLine($"{board.BytesDownloaded - before} of {size} bytes: {share:p1}, {end.Copied} copied");
        Assert.IsLessThanOrEqualTo(0.15, share);
        Assert.IsGreaterThan(size * 0.8, end.Copied);
    }

    private static SimulatedBoard Boot(SimulatedScene scene, Func<SimulatedSettings, SimulatedSettings>? change = null, NetworkFaults? faults = null)
    {
        SimulatedBoard board = scene.CreateBoard(change: change);
        board.Faults = faults ?? board.Faults;
        board.PowerOn();
        return board;
    }
}
