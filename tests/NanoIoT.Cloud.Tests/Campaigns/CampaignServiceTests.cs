using System.Globalization;
using System.Text;
using NanoIoT.Cloud.Campaigns;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Cloud.Campaigns.Views;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Registry;
using NanoIoT.Shared;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests.Campaigns;

/// <summary>Campaigns of the whole service; boards are reports.</summary>
[TestClass]
public sealed class CampaignServiceTests
{
    private readonly MovedTime _time = new();
    private TestService _service = null!;

    private ICampaignService Campaigns => _service.Cloud.Campaigns;

    [TestInitialize]
    public async Task StartAsync()
    {
        _service = await TestService.StartAsync(_time).ConfigureAwait(false);
        await _service.PublishAsync("1.1.0").ConfigureAwait(false);
    }

    [TestCleanup]
    public async Task StopAsync() => await _service.DisposeAsync().ConfigureAwait(false);

    [TestMethod]
    public async Task A_plan_says_exactly_what_the_campaign_of_that_id_then_does()
    {
        for (int i = 0; i < 200; i++)
        {
            await CreateThingAsync($"t{i:000}", i < 20 ? "lab" : "field").ConfigureAwait(false);
        }

        await _service.Cloud.Registry.SetFirmwareAsync("t150", "app", "1.1.0").ConfigureAwait(false);
        CampaignRequest request = Request(new CampaignStage { Group = "lab", Percent = 50 }, new CampaignStage { Count = 30 }, new CampaignStage());

        PlanView plan = Campaigns.Plan(request);
        Assert.IsEmpty(Campaigns.List(), "a plan does nothing");
        await Campaigns.CreateAsync(request).ConfigureAwait(false);
        CampaignView view = Campaigns.View("c")!;

        Assert.IsEmpty(plan.Obstacles);
        Assert.AreEqual(200, plan.Boards);
        Assert.AreEqual(1, plan.Current);
        CollectionAssert.AreEqual(plan.Stages.Select(stage => stage.Boards).ToArray(), view.Stages.Select(stage => stage.Targets).ToArray());
        Assert.AreEqual(Enumerable.Range(0, 20).Count(i => GateHash.Permyriad(Campaign.SaltOf("c"), $"t{i:000}") < 5000), plan.Stages[0].Boards);
        Assert.IsLessThanOrEqualTo(30, plan.Stages[1].Boards);
        Assert.AreEqual(199 * 5, plan.Cost.Reports);
        Assert.AreEqual(199L * (_service.Cloud.Firmware.Find("app", "1.1.0")!.Manifest.Size + _service.Cloud.Firmware.Find("app", "1.1.0")!.Manifest.DigestsLength), plan.Cost.Bytes);
    }

    [TestMethod]
    public async Task The_gate_is_where_boards_see_it()
    {
        string At(int place) => Enumerable.Range(0, 1_000_000).Select(i => $"t{i}").First(name => GateHash.Permyriad(Campaign.SaltOf("c"), name) == place);
        string last = At(4999);
        await CreateThingAsync(last, "lab").ConfigureAwait(false);
        await CreateThingAsync(At(5000), "lab").ConfigureAwait(false);

        await Campaigns.CreateAsync(Request(new CampaignStage { Group = "lab", Percent = 50 })).ConfigureAwait(false);

        Assert.AreEqual(5000, Retained(Topics.OtaGroup("lab", "app")).Permyriad, "boards below it go");
        Assert.AreEqual(last, Campaigns.Boards("c", null, null, 10)!.Single().Thing);
    }

    [TestMethod]
    public async Task A_campaign_on_some_of_the_same_boards_is_in_the_way_and_is_named_with_them()
    {
        await CreateThingAsync("a", "lab").ConfigureAwait(false);
        await CreateThingAsync("b", "field").ConfigureAwait(false);
        await Campaigns.CreateAsync(Request(new CampaignStage { Group = "lab" })).ConfigureAwait(false);
        CampaignRequest rival = Request(new CampaignStage()) with { Id = "d" };

        CloudException refused = await Assert.ThrowsExactlyAsync<CloudException>(() => Campaigns.CreateAsync(rival)).ConfigureAwait(false);
        Assert.AreEqual(ErrorCodes.Conflict, refused.Code);
        Assert.Contains("Campaign c is running and updates app too, on 1 of the same boards: a.", refused.Message);
        Assert.AreEqual(refused.Message, Campaigns.Plan(rival).Obstacles.Single().Message);

        await Campaigns.CreateAsync(Request(new CampaignStage { Group = "field" }) with { Id = "e" }).ConfigureAwait(false);
        Campaign after = await Campaigns.CreateAsync(Request(new CampaignStage { Group = "lab" }) with { Id = "f", After = ["c"] }).ConfigureAwait(false);
        Assert.AreEqual(CampaignStatus.Scheduled, after.Status);
        Assert.IsEmpty(after.Announced);
        await ReportAsync("a", "c", 1, UpdateStates.Succeeded).ConfigureAwait(false);
        await Wait.UntilAsync(() => Campaigns.View("f")!.Campaign.Status != CampaignStatus.Scheduled, "the campaign after it begins").ConfigureAwait(false);
    }

    [TestMethod]
    public async Task An_application_that_needs_a_newer_nanoCLR_waits_for_the_campaign_that_brings_it()
    {
        await CreateThingAsync("old", "lab").ConfigureAwait(false);
        await _service.Cloud.Registry.SetFirmwareAsync("old", "clr", "1.17.0").ConfigureAwait(false);
        await _service.Cloud.Firmware.PublishAsync(new Firmware.PublishRequest { Component = "app", Version = "2.0.0", Profiles = ["ESP32_S3"], Image = Sample.Payload("1.1.0"), MinClr = "1.18.0", AcceptVersionMismatch = true }).ConfigureAwait(false);
        CampaignRequest request = Request(new CampaignStage { Group = "lab" }) with { Version = "2.0.0" };

        CloudException refused = await Assert.ThrowsExactlyAsync<CloudException>(() => Campaigns.CreateAsync(request)).ConfigureAwait(false);

        Assert.Contains("1 of 1 boards run a nanoCLR below 1.18.0", refused.Message);
        Assert.Contains("old (1.17.0)", refused.Message);
        await Campaigns.CreateAsync(request with { AcceptUnready = true }).ConfigureAwait(false);
    }

    [TestMethod]
    public async Task Steps_are_kept_with_who_and_why()
    {
        await CreateThingAsync("a", "lab").ConfigureAwait(false);
        await CreateThingAsync("b", "field").ConfigureAwait(false);
        await Campaigns.CreateAsync(Request(new CampaignStage { Group = "lab" }, new CampaignStage { Group = "field", Approval = true })).ConfigureAwait(false);
        await ReportAsync("a", "c", 1, UpdateStates.Succeeded).ConfigureAwait(false);
        await Wait.UntilAsync(() => Campaigns.View("c")!.Waiting?.Contains("awaits approval", StringComparison.Ordinal) == true, "stage 2 awaits approval").ConfigureAwait(false);
        Assert.AreEqual("awaitingApproval", Campaigns.View("c")!.Stages[1].State);
        Assert.DoesNotContain(Topics.OtaGroup("field", "app"), Campaigns.View("c")!.Campaign.Announced.Keys.ToArray());

        Storage.Actor.Current = "ada";
        Campaign approved = await Campaigns.ApproveAsync("c", null).ConfigureAwait(false);

        Assert.IsTrue(approved.Announced.ContainsKey(Topics.OtaGroup("field", "app")));
        IReadOnlyList<CampaignEvent> history = await Campaigns.HistoryAsync("c").ConfigureAwait(false);
        CollectionAssert.AreEqual(new[] { "created", "started", "stage", "satisfied", "next", "approved", "stage" }, history.Select(step => step.What).ToArray());
        Assert.AreEqual("ada", history[5].Who);
        Assert.AreEqual("service", history[3].Who);
        Assert.Contains("1 of 1 succeeded", history[4].Why);
        Assert.IsTrue(history.Zip(history.Skip(1)).All(pair => pair.First.Version < pair.Second.Version && pair.First.At <= pair.Second.At));
    }

    [TestMethod]
    public async Task Boards_that_failed_are_called_again_and_only_their_new_answer_counts()
    {
        await CreateThingAsync("bad", "lab").ConfigureAwait(false);
        await CreateThingAsync("good", "lab").ConfigureAwait(false);
        await Campaigns.CreateAsync(Request(new CampaignStage { Group = "lab", SuccessPercent = 50 }) with { Abort = [new AbortCriterion { Percent = 100 }] }).ConfigureAwait(false);
        await ReportAsync("good", "c", 5, UpdateStates.Succeeded).ConfigureAwait(false);
        await ReportAsync("bad", "c", 4, UpdateStates.RolledBack).ConfigureAwait(false);
        await Wait.UntilAsync(() => Campaigns.View("c")!.Campaign.Status == CampaignStatus.Completed, "the campaign completed").ConfigureAwait(false);

        Assert.AreEqual(1, await Campaigns.RetryAsync("c").ConfigureAwait(false));

        CampaignView view = Campaigns.View("c")!;
        Assert.AreEqual(CampaignStatus.Running, view.Campaign.Status);
        Assert.AreEqual(1, view.Counts[StageCounts.Pending]);
        Announcement announcement = Retained(Topics.OtaThing("bad", "app"));
        Assert.AreEqual("c:r1", announcement.Campaign);
        Assert.AreEqual(10_000, announcement.Permyriad);
        Assert.IsFalse(await ReportAsync("bad", "c", 9, UpdateStates.Failed).ConfigureAwait(false), "an answer to the first call");
        Assert.IsFalse(await ReportAsync("bad", "c:r2", 1, UpdateStates.Succeeded).ConfigureAwait(false), "to a call that was not made");
        Assert.IsTrue(await ReportAsync("bad", "c:r1", 1, UpdateStates.Succeeded).ConfigureAwait(false));
        Assert.IsNotNull(Campaigns.CreateUrl("c:r1"));
        await Wait.UntilAsync(() => Campaigns.View("c")!.Campaign.Status == CampaignStatus.Completed, "the campaign completed again").ConfigureAwait(false);
        Assert.AreEqual(2, Campaigns.View("c")!.Counts[UpdateStates.Succeeded]);
        await Assert.ThrowsExactlyAsync<CloudException>(() => Campaigns.RetryAsync("c")).ConfigureAwait(false);
    }

    [TestMethod]
    public async Task Boards_are_shown_as_what_they_are()
    {
        foreach (string name in new[] { "deleted", "replaced", "flashed", "silent", "done" })
        {
            await CreateThingAsync(name, "lab").ConfigureAwait(false);
        }

        await Campaigns.CreateAsync(Request(new CampaignStage { Group = "lab" })).ConfigureAwait(false);
        foreach (string name in new[] { "deleted", "replaced", "flashed", "done" })
        {
            await ReportAsync(name, "c", 1, UpdateStates.Succeeded).ConfigureAwait(false);
            await _service.Cloud.Registry.SetFirmwareAsync(name, "app", "1.1.0").ConfigureAwait(false);
        }

        await _service.Cloud.Registry.DeleteAsync("deleted").ConfigureAwait(false);
        await _service.Cloud.Registry.DeleteAsync("replaced").ConfigureAwait(false);
        await CreateThingAsync("replaced", "lab").ConfigureAwait(false);
        await _service.Cloud.Registry.SetFirmwareAsync("flashed", "app", "0.9.0").ConfigureAwait(false);

        Dictionary<string, BoardView> boards = Campaigns.Boards("c", null, null, 100)!.ToDictionary(board => board.Thing);

        CollectionAssert.AreEqual(new[] { "deleted" }, boards["deleted"].Notes.ToArray());
        CollectionAssert.AreEqual(new[] { "replaced", "unknownVersion" }, boards["replaced"].Notes.ToArray());
        Assert.AreEqual(StageCounts.Pending, boards["replaced"].State, "the new board has not been updated");
        CollectionAssert.AreEqual(new[] { "downgraded" }, boards["flashed"].Notes.ToArray());
        Assert.AreEqual("0.9.0", boards["flashed"].Running);
        CollectionAssert.AreEqual(new[] { "unknownVersion" }, boards["silent"].Notes.ToArray());
        Assert.IsEmpty(boards["done"].Notes);
        CampaignView view = Campaigns.View("c")!;
        Assert.AreEqual(4, view.Targets);
        Assert.AreEqual(2, view.Gone);
        Assert.AreEqual("silent", Campaigns.Boards("c", StageCounts.Pending, "replaced", 100)!.Single().Thing);
        CloudException unknown = Assert.ThrowsExactly<CloudException>(() => Campaigns.Boards("c", "sad", null, 100));
        Assert.Contains("timedOut", unknown.Message);
    }

    [TestMethod]
    public async Task A_snapshot_is_for_the_boards_there_were_and_a_late_one_does_not_begin_after_its_end()
    {
        await CreateThingAsync("early", "lab").ConfigureAwait(false);
        _time.Move(TimeSpan.FromSeconds(2));
        await Campaigns.CreateAsync(Request(new CampaignStage { Group = "lab" }) with { LateJoiners = false }).ConfigureAwait(false);
        _time.Move(TimeSpan.FromSeconds(2));
        await CreateThingAsync("late", "lab").ConfigureAwait(false);
        Assert.AreEqual(1, Campaigns.View("c")!.Targets);

        await ReportAsync("early", "c", 1, UpdateStates.Succeeded).ConfigureAwait(false);

        await Wait.UntilAsync(() => Campaigns.View("c")!.Campaign.Status == CampaignStatus.Completed, "it completes without the late one").ConfigureAwait(false);
        await Wait.UntilAsync(() => Retained(Topics.OtaGroup("lab", "app")).NotAfter == Campaigns.View("c")!.Campaign.Ended / 1000, "nobody begins any more").ConfigureAwait(false);
    }

    [TestMethod]
    public async Task A_board_that_stays_too_long_is_timed_out_until_it_says_otherwise()
    {
        await CreateThingAsync("slow", "lab").ConfigureAwait(false);
        await CreateThingAsync("silent", "lab").ConfigureAwait(false);
        await CreateThingAsync("good", "lab").ConfigureAwait(false);
        await Campaigns.CreateAsync(Request(new CampaignStage { Group = "lab", SuccessPercent = 30 }) with { Timeouts = new CampaignTimeouts { Pending = 3600, Downloading = 600 }, Abort = [new AbortCriterion { Percent = 100 }] }).ConfigureAwait(false);
        await ReportAsync("slow", "c", 1, UpdateStates.Downloading).ConfigureAwait(false);
        _time.Move(TimeSpan.FromSeconds(601));
        Assert.AreEqual("slow", Campaigns.Boards("c", StageCounts.TimedOut, null, 10)!.Single().Thing);
        await ReportAsync("slow", "c", 2, UpdateStates.Staged).ConfigureAwait(false);
        Assert.IsEmpty(Campaigns.Boards("c", StageCounts.TimedOut, null, 10)!);
        _time.Move(TimeSpan.FromSeconds(3000));
        Assert.AreEqual("good silent", string.Join(' ', Campaigns.Boards("c", StageCounts.TimedOut, null, 10)!.Select(board => board.Thing)));

        await ReportAsync("good", "c", 1, UpdateStates.Succeeded).ConfigureAwait(false);
        await ReportAsync("slow", "c", 3, UpdateStates.Succeeded).ConfigureAwait(false);

        await Wait.UntilAsync(() => Campaigns.View("c")!.Campaign.Status == CampaignStatus.Completed, "nobody is waited for any more").ConfigureAwait(false);
        Assert.AreEqual(1, Campaigns.View("c")!.Counts[StageCounts.TimedOut]);
    }

    [TestMethod]
    public async Task An_end_stands_in_the_announcement_as_the_latest_start_and_ends_the_campaign()
    {
        await CreateThingAsync("a", "lab").ConfigureAwait(false);
        long end = _time.GetUtcNow().ToUnixTimeSeconds() + 600;
        await Campaigns.CreateAsync(Request(new CampaignStage { Group = "lab" }) with { End = end }).ConfigureAwait(false);
        Assert.AreEqual(end, Retained(Topics.OtaGroup("lab", "app")).NotAfter);

        _time.Move(TimeSpan.FromSeconds(601));

        await Wait.UntilAsync(() => Campaigns.View("c")!.Campaign.Status == CampaignStatus.Completed, "it ends").ConfigureAwait(false);
        Assert.Contains("its end came with 0 of 1 succeeded", Campaigns.View("c")!.Campaign.Reason!);
        Assert.AreEqual(CampaignStates.Active, Retained(Topics.OtaGroup("lab", "app")).State, "who is under way goes on");
    }

    [TestMethod]
    public async Task A_window_opens_by_each_boards_own_clock()
    {
        await CreateThingAsync("berlin", "lab", "Europe/Berlin").ConfigureAwait(false);
        await CreateThingAsync("tokyo", "lab", "Asia/Tokyo").ConfigureAwait(false);
        await CreateThingAsync("alone", "field", "America/New_York").ConfigureAwait(false);
        var window = new MaintenanceWindow { Start = "02:00", Minutes = 180 };

        await Campaigns.CreateAsync(Request(new CampaignStage { Group = "field", SuccessPercent = 0 }, new CampaignStage { Group = "lab" }) with { Window = window }).ConfigureAwait(false);
        await Wait.UntilAsync(() => Campaigns.View("c")!.Campaign.Stage == 1 && Campaigns.View("c")!.Campaign.HasBegun, "the second stage begins").ConfigureAwait(false);

        AssertOpens(Topics.OtaThing("berlin", "app"), "Europe/Berlin");
        AssertOpens(Topics.OtaThing("tokyo", "app"), "Asia/Tokyo");
        AssertOpens(Topics.OtaGroup("field", "app"), "America/New_York");
        Assert.IsTrue(Campaigns.View("c")!.Waiting!.Contains("windows open from", StringComparison.Ordinal) || Campaigns.View("c")!.Campaign.Announced.Values.Any(announced => announced.NotBefore <= _time.GetUtcNow().ToUnixTimeSeconds()), Campaigns.View("c")!.Waiting);
        Assert.IsFalse(Campaigns.View("c")!.Campaign.Announced.ContainsKey(Topics.OtaGroup("lab", "app")), "boards of two time zones are announced to one by one");
    }

    [TestMethod]
    public async Task Things_and_queries_are_announced_to_one_by_one()
    {
        await CreateThingAsync("a", "lab").ConfigureAwait(false);
        await CreateThingAsync("b", "lab").ConfigureAwait(false);
        await CreateThingAsync("c", "field").ConfigureAwait(false);

        Campaign campaign = await Campaigns.CreateAsync(Request(new CampaignStage { Things = ["c"], SuccessPercent = 0 }, new CampaignStage { Query = "thingGroupNames:lab" })).ConfigureAwait(false);

        CollectionAssert.AreEquivalent(new[] { Topics.OtaThing("a", "app"), Topics.OtaThing("b", "app"), Topics.OtaThing("c", "app") }, campaign.Announced.Keys.ToArray());
        CloudException unknown = await Assert.ThrowsExactlyAsync<CloudException>(() => Campaigns.CreateAsync(Request(new CampaignStage { Things = ["nobody"] }) with { Id = "d" })).ConfigureAwait(false);
        Assert.Contains("Things that do not exist: nobody", unknown.Message);
        CloudException malformed = Assert.ThrowsExactly<CloudException>(() => Campaigns.Plan(Request(new CampaignStage { Query = "a:(" }) with { Id = "e" }));
        Assert.AreEqual(ErrorCodes.InvalidQuery, malformed.Code);
        await _service.Cloud.Registry.DeleteAsync("a").ConfigureAwait(false);
        await Wait.UntilAsync(() => !Campaigns.View("c")!.Campaign.Announced.ContainsKey(Topics.OtaThing("a", "app")), "its announcement is taken away").ConfigureAwait(false);
    }

    [TestMethod]
    [DataRow("{\"stages\":[{}],\"nonsense\":1}", "nonsense")]
    [DataRow("{\"stages\":[{\"percent\":10,\"count\":5}]}", "percent or a count")]
    [DataRow("{\"stages\":[{\"things\":[\"a\"],\"group\":\"g\"}]}", "a group or region, for things, or for a query")]
    [DataRow("{\"stages\":[{\"pace\":{\"maximumPerMinute\":10,\"baseRatePerMinute\":20,\"notifiedThings\":1}}]}", "baseRatePerMinute")]
    [DataRow("{\"stages\":[{\"pace\":{\"maximumPerMinute\":10,\"baseRatePerMinute\":5}}]}", "notifiedThings")]
    [DataRow("{\"stages\":[{}],\"abort\":[]}", "abort")]
    [DataRow("{\"stages\":[{}],\"abort\":[null]}", "abort outcome")]
    [DataRow("{\"stages\":[{}],\"abort\":[{\"outcome\":\"sad\"}]}", "outcome")]
    [DataRow("{\"stages\":[{}],\"timeouts\":{\"testing\":0}}", "timeouts")]
    [DataRow("{\"stages\":[{}],\"timeouts\":null}", "timeouts")]
    [DataRow("{\"stages\":[{}],\"start\":100,\"end\":50}", "end")]
    [DataRow("{\"stages\":[{}],\"endBehavior\":\"explode\"}", "endBehavior")]
    [DataRow("{\"stages\":[{}],\"window\":{\"start\":\"25:00\",\"minutes\":60}}", "window")]
    [DataRow("{\"stages\":[{}],\"window\":{\"start\":\"02:00\",\"minutes\":60,\"days\":[\"someday\"]}}", "window")]
    [DataRow("{\"stages\":[{}],\"after\":[\"none\"]}", "none")]
    [DataRow("{\"id\":\"x:r1\",\"stages\":[{}]}", "id")]
    [DataRow("{\"stages\":[null]}", "stages")]
    public async Task A_plan_that_breaks_a_rule_is_refused_and_nothing_is_stored(string plan, string names)
    {
        using HttpClient http = _service.CreateHttp();
        string body = plan.Insert(1, "\"component\":\"app\",\"version\":\"1.1.0\",");

        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await http.PostAsync(new Uri("/nanoiot/campaigns", UriKind.Relative), content).ConfigureAwait(false);

        string text = await answer.Content.ReadAsStringAsync().ConfigureAwait(false);
        Assert.IsTrue((int)answer.StatusCode is 400 or 404, text);
        Assert.Contains(names, text);
        Assert.IsEmpty(Campaigns.List());
    }

    [TestMethod]
    public void A_window_is_found_over_a_change_of_clocks_and_on_its_days()
    {
        TimeZoneInfo berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        long At(string moment) => DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture).ToUnixTimeSeconds();
        var nightly = new MaintenanceWindow { Start = "02:30", Minutes = 60 };

        Assert.AreEqual((At("2026-03-28T01:30Z"), At("2026-03-28T02:30Z")), nightly.Next(At("2026-03-28T00:00Z"), berlin));
        Assert.AreEqual((At("2026-03-29T01:30Z"), At("2026-03-29T02:30Z")), nightly.Next(At("2026-03-28T02:30Z"), berlin), "02:30 does not exist that night: 03:30 summer time");
        Assert.AreEqual((At("2026-10-25T00:30Z"), At("2026-10-25T01:30Z")), nightly.Next(At("2026-10-24T12:00Z"), berlin), "02:30 comes twice: the first");
        Assert.AreEqual((At("2026-11-28T01:30Z"), At("2026-11-28T02:30Z")), (nightly with { Days = ["sat"] }).Next(At("2026-11-24T12:00Z"), berlin));
        Assert.AreEqual((At("2026-11-23T22:00Z"), At("2026-11-24T22:00Z")), new MaintenanceWindow { Start = "23:00", Minutes = 1440 }.Next(At("2026-11-24T21:59Z"), berlin), "one that is open since yesterday");
    }

    private static CampaignRequest Request(params CampaignStage[] stages) => new() { Id = "c", Component = "app", Version = "1.1.0", Stages = stages };

    private Task CreateThingAsync(string name, string group, string? zone = null) => _service.Cloud.Registry.CreateAsync(new ThingRequest
    {
        ThingName = name,
        Groups = [group],
        Attributes = zone is null ? new Dictionary<string, string>() : new Dictionary<string, string> { [WellKnownAttributes.TimeZone] = zone },
    });

    private Task<bool> ReportAsync(string thing, string campaign, int sequence, string state) =>
        Campaigns.AddReportAsync(thing, new ProgressReport { Campaign = campaign, Component = "app", State = state, Sequence = sequence, From = "1.0.0", To = "1.1.0" });

    private Announcement Retained(string topic) => Announcement.Parse(_service.Cloud.Retained.Get(topic)!.Message.Payload.ToArray());

    private void AssertOpens(string topic, string zone)
    {
        Announcement announcement = Retained(topic);
        DateTimeOffset opens = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(announcement.NotBefore), TimeZoneInfo.FindSystemTimeZoneById(zone));
        Assert.AreEqual("02:00", opens.ToString("HH:mm", CultureInfo.InvariantCulture), zone);
        Assert.AreEqual(180 * 60, announcement.NotAfter - announcement.NotBefore);
        Assert.IsGreaterThan(DateTimeOffset.UtcNow.ToUnixTimeSeconds(), announcement.NotAfter);
    }
}
