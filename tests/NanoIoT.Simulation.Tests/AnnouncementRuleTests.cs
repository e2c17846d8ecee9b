using NanoIoT.Emulator.Simulation;
using NanoIoT.HardwareProfiles;
using NanoIoT.Shared;
using NanoIoT.Testing.Simulation;

namespace NanoIoT.Simulation.Tests;

/// <summary>Which announcement counts, of one campaign on several topics and of several campaigns: shared/README.md, on the device binary.</summary>
[TestClass]
public sealed class AnnouncementRuleTests
{
    private static readonly string s_all = Topics.OtaAll("app");
    private static readonly string s_field = Topics.OtaGroup("field", "app");
    private static readonly string s_region = Topics.OtaRegion("eu", "app");

    private readonly HashSet<string> _published = [];
    private readonly SimulatedScene _scene = new(ProfileCatalog.Find("ESP32_S3")!);

    [TestMethod]
    [DataRow("group")]
    [DataRow("region")]
    [DataRow("thing")]
    public void The_wider_stage_reaches_a_board_whose_canary_did_not_admit_it(string canary)
    {
        SimulatedBoard board = Boot("board");
        string narrow = canary switch
        {
            "group" => s_field,
            "region" => s_region,
            _ => Topics.OtaThing("board", "app"),
        };
        Announce(narrow, "c", "2.0.0", 1, gate: PlaceOf(board));
        _scene.Wait(60_000);
        Assert.IsNull(_scene.ProgressOf(board, "c"), "the gate admits places below it");

        Announce(s_all, "c", "2.0.0", 2);

        Assert.AreEqual(UpdateStates.Succeeded, _scene.RunToEnd(board, "c")!.State);
    }

    [TestMethod]
    public void The_wide_stage_admits_a_board_that_comes_late_whatever_the_narrow_one_after_it_says()
    {
        SimulatedBoard board = Create("board");
        Announce(s_all, "c", "2.0.0", 1, gate: PlaceOf(board) + 1);
        Announce(s_field, "c", "2.0.0", 2, gate: PlaceOf(board));

        board.PowerOn();

        Assert.AreEqual(UpdateStates.Succeeded, _scene.RunToEnd(board, "c")!.State);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void A_cancel_on_any_topic_ends_the_campaign_whatever_stands_on_another(bool cancelComesFirst)
    {
        SimulatedBoard late = Create("late");
        SimulatedBoard board = Boot("board", new NetworkFaults { Slow = 1 });
        Announce(s_field, "c", "2.0.0", 3);
        Assert.IsTrue(_scene.Time.Run(() => board.BytesDownloaded > 8000, 600_000));

        Announce(s_all, "c", "2.0.0", 2, CampaignStates.Canceled);

        Assert.AreEqual(ReasonCodes.Canceled, _scene.RunToEnd(board, "c")!.Reason);
        late.Faults = new NetworkFaults { Slow = 1 };
        late.PowerOn();
        if (cancelComesFirst)
        {
            _scene.Wait(120_000);
        }
        else
        {
            // The other topic's announcement reaches the board again, alone.
            Announce(s_field, "c", "2.0.0", 4);
            _scene.Wait(120_000);
        }

        Assert.AreNotEqual("2.0.0", late.RunningVersion);
        Assert.IsTrue(_scene.ProgressOf(late, "c") is null or { Reason: ReasonCodes.Canceled });
    }

    [TestMethod]
    public void A_pause_holds_on_every_topic_until_a_higher_revision_resumes()
    {
        SimulatedBoard late = Create("late");
        SimulatedBoard board = Boot("board", new NetworkFaults { Slow = 1 });
        Announce(s_field, "c", "2.0.0", 1);
        Assert.IsTrue(_scene.Time.Run(() => board.BytesDownloaded > 8000, 600_000));

        Announce(s_all, "c", "2.0.0", 2, CampaignStates.Paused, gate: 1);
        _scene.Wait(20_000);
        long paused = board.BytesDownloaded;
        late.PowerOn();
        _scene.Wait(600_000);

        Assert.AreEqual(paused, board.BytesDownloaded);
        Assert.AreEqual(0, late.BytesDownloaded);
        Announce(s_field, "c", "2.0.0", 3);
        Assert.AreEqual(UpdateStates.Succeeded, _scene.RunToEnd(board, "c")!.State);
        Assert.AreEqual(UpdateStates.Succeeded, _scene.RunToEnd(late, "c")!.State);
    }

    [TestMethod]
    public void A_boards_revision_never_goes_back()
    {
        SimulatedBoard board = Boot("board", new NetworkFaults { Slow = 1 });
        var revisions = new List<long>();
        _scene.Cloud.Reported = (_, report) => revisions.Add(report.Revision);
        Announce(s_all, "c", "2.0.0", 2);
        Assert.IsTrue(_scene.Time.Run(() => board.BytesDownloaded > 4000, 600_000));

        // The group's topic still has the canary's announcement: a reconnect brings it, and a reboot too.
        Announce(s_field, "c", "2.0.0", 1);
        _scene.Wait(5_000);
        board.BreakConnection("Wi-Fi");
        _scene.Wait(5_000);
        board.PowerOff();
        board.PowerOn();

        Assert.AreEqual(UpdateStates.Succeeded, _scene.RunToEnd(board, "c")!.State);
        CollectionAssert.AreEqual(new long[] { 2, 2, 2, 2 }, revisions, string.Join(", ", revisions));
    }

    [TestMethod]
    public void A_campaign_that_is_over_for_a_board_hides_no_later_one_on_a_wider_topic()
    {
        SimulatedBoard board = Boot("board");
        Announce(s_field, "first", "2.0.0", 1);
        Assert.AreEqual(UpdateStates.Succeeded, _scene.RunToEnd(board, "first")!.State);

        Announce(s_all, "second", "2.1.0", 1);

        Assert.AreEqual(UpdateStates.Succeeded, _scene.RunToEnd(board, "second")!.State);
    }

    [TestMethod]
    public void A_campaign_that_does_not_admit_a_board_hides_none_on_a_wider_topic()
    {
        SimulatedBoard board = Create("board");
        Announce(s_all, "first", "2.0.0", 1);
        Announce(s_field, "second", "2.1.0", 1, gate: PlaceOf(board));

        board.PowerOn();

        Assert.AreEqual(UpdateStates.Succeeded, _scene.RunToEnd(board, "first")!.State);
    }

    [TestMethod]
    public void A_campaign_that_is_canceled_or_withdrawn_gives_way_to_the_one_on_a_wider_topic_at_once()
    {
        SimulatedBoard board = Boot("board");
        long late = board.UnixSeconds + 86400;
        Announce(s_region, "pending", "2.1.0", 1, notBefore: late);
        Announce(s_field, "other", "2.2.0", 1, notBefore: late);
        _scene.Wait(60_000);
        Announce(s_all, "wide", "2.0.0", 1);
        _scene.Wait(60_000);
        Assert.IsNull(_scene.ProgressOf(board, "wide"), "a more specific campaign waits for its time");

        _scene.Cloud.AnnounceRaw(s_region, []);
        Announce(s_field, "other", "2.2.0", 2, CampaignStates.Canceled);

        Assert.AreEqual(UpdateStates.Succeeded, _scene.RunToEnd(board, "wide")!.State);
    }

    [TestMethod]
    public void What_was_withdrawn_while_a_board_was_away_is_not_taken_afterwards()
    {
        SimulatedBoard board = Boot("board");
        long start = board.UnixSeconds + 600;
        Announce(s_field, "c", "2.0.0", 1, notBefore: start);
        _scene.Wait(5_000);
        board.IsNetworkDown = true;
        board.BreakConnection("Wi-Fi");
        _scene.Cloud.AnnounceRaw(s_field, []);
        _scene.Wait(60_000);
        board.IsNetworkDown = false;

        _scene.Wait(1200_000);

        Assert.IsTrue(board.IsConnected);
        Assert.IsNull(_scene.ProgressOf(board, "c"));
    }

    [TestMethod]
    public void Announcements_that_a_board_refuses_are_each_refused_once()
    {
        SimulatedBoard board = Create("board");
        _scene.Cloud.Place(board, "eu", ["a", "b", "field"]);
        string[] topics =
        [
            s_all, s_region, Topics.OtaGroup("a", "app"), Topics.OtaGroup("b", "app"), s_field, Topics.OtaGroupRegion("a", "eu", "app"),
            Topics.OtaGroupRegion("b", "eu", "app"), Topics.OtaThing("board", "app"),
        ];
        for (int i = 0; i < topics.Length; i++)
        {
            Announce(topics[i], "c" + i, "0.9.0", 1);
        }

        board.PowerOn();
        _scene.Wait(600_000);

        Assert.HasCount(topics.Length, _scene.Cloud.Reports.Where(report => report.Contains(ReasonCodes.LowerVersion, StringComparison.Ordinal)).ToArray(), string.Join('\n', _scene.Cloud.Reports));
    }

    private static int PlaceOf(SimulatedBoard board) => GateHash.Permyriad("salt", board.Settings.Thing);

    private SimulatedBoard Create(string name)
    {
        SimulatedBoard board = _scene.CreateBoard(name);
        _scene.Cloud.Place(board, "eu", ["field"]);
        return board;
    }

    private SimulatedBoard Boot(string name, NetworkFaults? faults = null)
    {
        SimulatedBoard board = Create(name);
        board.Faults = faults ?? new NetworkFaults();
        board.PowerOn();
        _scene.Wait(5_000);
        return board;
    }

    private void Announce(string topic, string campaign, string version, long revision, string state = CampaignStates.Active, int gate = Contract.WholeFleetPermyriad, long notBefore = 0)
    {
        if (_published.Add(version))
        {
            _scene.Publish(version);
        }

        _scene.Cloud.Announce(topic, campaign, "app", version, announcement =>
        {
            announcement.Revision = revision;
            announcement.State = state;
            announcement.Permyriad = gate;
            announcement.NotBefore = notBefore;
        });
    }
}
