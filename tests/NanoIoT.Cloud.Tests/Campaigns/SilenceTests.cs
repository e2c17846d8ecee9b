using NanoIoT.Cloud.Campaigns;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Cloud.Campaigns.Views;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Registry;
using NanoIoT.Cloud.Storage;
using NanoIoT.Shared;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests.Campaigns;

/// <summary>Boards that say nothing more, and clocks that jump.</summary>
[TestClass]
public sealed class SilenceTests
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
    [DataRow(UpdateStates.Staged, 86_400)]
    [DataRow(UpdateStates.Testing, 3600)]
    public async Task Boards_that_go_dark_after_they_staged_the_image_abort_the_campaign(string state, int seconds)
    {
        await StartCampaignAsync(20).ConfigureAwait(false);
        for (int i = 0; i < 20; i++)
        {
            await ReportAsync($"t{i:00}", 1, state).ConfigureAwait(false);
        }

        _time.Move(TimeSpan.FromSeconds(seconds - 60));
        Assert.AreEqual(20, View.Counts[state], "not yet");
        _time.Move(TimeSpan.FromSeconds(61));

        await Wait.UntilAsync(() => View.Campaign.Status == CampaignStatus.Aborted, "it aborts", () => View.Waiting ?? string.Empty).ConfigureAwait(false);
        Assert.Contains("20 of 20 boards that are done did not succeed", View.Campaign.Reason!);
    }

    [TestMethod]
    public async Task A_board_that_once_ran_the_version_and_is_dark_does_not_count_as_succeeded()
    {
        await _service.Cloud.Registry.CreateAsync(new ThingRequest { ThingName = "t00", Groups = ["lab"] }).ConfigureAwait(false);
        await _service.Cloud.Registry.SetFirmwareAsync("t00", "app", "1.1.0").ConfigureAwait(false);

        await Campaigns.CreateAsync(Request() with { Timeouts = new CampaignTimeouts { Pending = 3600 } }).ConfigureAwait(false);

        Assert.AreEqual(1, View.Counts[StageCounts.Pending]);
        _time.Move(TimeSpan.FromSeconds(3601));
        await Wait.UntilAsync(() => View.Campaign.Status == CampaignStatus.Aborted, "silence counts").ConfigureAwait(false);
    }

    [TestMethod]
    public async Task A_clock_that_is_set_holds_campaigns_whose_deadline_it_passes_until_it_is_corrected_or_confirmed()
    {
        long end = _time.GetUtcNow().ToUnixTimeSeconds() + 7200;
        await StartCampaignAsync(1, request => request with { End = end }).ConfigureAwait(false);
        await ReportAsync("t00", 1, UpdateStates.Staged).ConfigureAwait(false);

        _time.Jump(TimeSpan.FromDays(2));
        await Wait.UntilAsync(() => _service.Log.Any(line => line.Contains("campaign c: The campaign is held", StringComparison.Ordinal)), "it is held").ConfigureAwait(false);
        Assert.IsTrue(_service.Log.Any(line => line.Contains("ClockJumped: the machine's clock was set forward by 2 days 0 hours 0 minutes.", StringComparison.Ordinal)));
        Assert.Contains("nanoiot campaign confirm-clock", View.Waiting!);
        Assert.AreEqual(CampaignStatus.Running, View.Campaign.Status);
        Assert.AreEqual(1, View.Counts[UpdateStates.Staged], "its silence is not counted by the jump");

        _time.Jump(TimeSpan.FromDays(-2));
        Assert.DoesNotContain("held", View.Waiting!);
        CloudException nothing = await Assert.ThrowsExactlyAsync<CloudException>(() => Campaigns.ConfirmClockAsync()).ConfigureAwait(false);
        Assert.AreEqual(ErrorCodes.Conflict, nothing.Code);

        _time.Jump(TimeSpan.FromDays(2));
        Actor.Current = "user/ada";
        ClockConfirmation confirmed = await Campaigns.ConfirmClockAsync().ConfigureAwait(false);
        Assert.AreEqual("c", confirmed.Campaigns.Single());
        Assert.AreEqual(172_800, confirmed.JumpSeconds, 5);
        await Wait.UntilAsync(() => View.Campaign.Status == CampaignStatus.Completed, "its end came by the new time").ConfigureAwait(false);
        Assert.AreEqual("user/ada", (await Campaigns.HistoryAsync("c").ConfigureAwait(false)).Single(step => step.What == "clockConfirmed").Who);
    }

    [TestMethod]
    public async Task A_confirmed_jump_changes_no_silence_and_no_bake_time()
    {
        await StartCampaignAsync(5, request => request with { Stages = [new CampaignStage { Group = "lab", SuccessPercent = 20, BakeSeconds = 1000 }, new CampaignStage()] }).ConfigureAwait(false);
        await ReportAsync("t00", 1, UpdateStates.Succeeded).ConfigureAwait(false);
        await ReportAsync("t01", 1, UpdateStates.Testing).ConfigureAwait(false);
        await Wait.UntilAsync(() => View.Waiting?.Contains("bakes for", StringComparison.Ordinal) == true, "it bakes").ConfigureAwait(false);

        foreach (int days in new[] { 30, -60 })
        {
            _time.Jump(TimeSpan.FromDays(days));
            await Campaigns.ConfirmClockAsync().ConfigureAwait(false);
            Assert.Contains("bakes for", View.Waiting!);
            Assert.AreEqual(1, View.Counts[UpdateStates.Testing]);
        }

        _time.Move(TimeSpan.FromSeconds(1001));
        await Wait.UntilAsync(() => View.Campaign.Stage == 1, "the next stage begins when the bake time has passed").ConfigureAwait(false);
        _time.Move(TimeSpan.FromSeconds(3600));
        Assert.AreEqual(1, View.Counts[StageCounts.TimedOut]);
    }

    [TestMethod]
    public async Task Plan_shows_and_create_refuses_an_empty_audience_a_wrong_profile_and_a_downgrade()
    {
        await RefusesAsync(Request(), ErrorCodes.EmptyAudience, "lab 100 %").ConfigureAwait(false);
        await _service.Cloud.Registry.CreateAsync(new ThingRequest { ThingName = "unknown", Groups = ["lab"] }).ConfigureAwait(false);
        await _service.Cloud.Registry.CreateAsync(new ThingRequest { ThingName = "files", Groups = ["lab"], Profile = "ESP32_REV3" }).ConfigureAwait(false);
        await RefusesAsync(Request(), ErrorCodes.ProfileMismatch, "1 of 2 boards have a profile that it is not made for: files (ESP32_REV3)").ConfigureAwait(false);
        await _service.Cloud.Registry.DeleteAsync("files").ConfigureAwait(false);
        await _service.Cloud.Registry.SetFirmwareAsync("unknown", "app", "1.2.0").ConfigureAwait(false);
        await RefusesAsync(Request(), ErrorCodes.Downgrade, "1 of 1 boards run a higher version of app than 1.1.0 and would refuse it: unknown (1.2.0)").ConfigureAwait(false);

        Assert.IsEmpty(Campaigns.Plan(Request() with { Replaces = "1.2.0" }).Obstacles);
        Assert.IsEmpty(Campaigns.Plan(Request() with { AcceptUnready = true }).Obstacles);
        CampaignRequest nobody = Request() with { Stages = [new CampaignStage { Group = "nobody" }] };
        Assert.AreEqual(ErrorCodes.EmptyAudience, Campaigns.Plan(nobody).Obstacles.Single().Code);
        await Campaigns.CreateAsync(nobody with { AllowEmpty = true }).ConfigureAwait(false);
    }

    private static CampaignRequest Request() => new() { Id = "c", Component = "app", Version = "1.1.0", Stages = [new CampaignStage { Group = "lab" }] };

    private CampaignView View => Campaigns.View("c")!;

    private async Task RefusesAsync(CampaignRequest request, string code, string message)
    {
        PlanObstacle obstacle = Campaigns.Plan(request).Obstacles.Single();
        CloudException refused = await Assert.ThrowsExactlyAsync<CloudException>(() => Campaigns.CreateAsync(request)).ConfigureAwait(false);
        Assert.AreEqual((code, code), (obstacle.Code, refused.Code));
        Assert.AreEqual(400, ErrorCodes.HttpStatus(code));
        Assert.AreEqual(obstacle.Message, refused.Message);
        Assert.Contains(message, refused.Message);
        Assert.IsEmpty(Campaigns.List());
    }

    private async Task StartCampaignAsync(int boards, Func<CampaignRequest, CampaignRequest>? change = null)
    {
        for (int i = 0; i < boards; i++)
        {
            await _service.Cloud.Registry.CreateAsync(new ThingRequest { ThingName = $"t{i:00}", Groups = ["lab"] }).ConfigureAwait(false);
        }

        await Campaigns.CreateAsync(change?.Invoke(Request()) ?? Request()).ConfigureAwait(false);
    }

    private Task<bool> ReportAsync(string thing, int sequence, string state) =>
        Campaigns.AddReportAsync(thing, new ProgressReport { Campaign = "c", Component = "app", State = state, Sequence = sequence, From = "1.0.0", To = "1.1.0" });
}
