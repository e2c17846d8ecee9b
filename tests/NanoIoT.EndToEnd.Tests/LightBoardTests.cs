using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Cloud.Campaigns.Views;
using NanoIoT.Emulator.Light;
using NanoIoT.Shared;
using NanoIoT.Testing;

namespace NanoIoT.EndToEnd.Tests;

/// <summary>The light boards of the campaign benchmark: the device binary, loaded once, over real connections.</summary>
[TestClass]
public sealed class LightBoardTests
{
    private TestService _service = null!;
    private ServiceClient _api = null!;
    private LightFleet? _fleet;

    private IReadOnlyList<LightBoard> Boards => _fleet!.Boards;

    [TestInitialize]
    public async Task StartAsync()
    {
        _service = await TestService.StartAsync().ConfigureAwait(false);
        _api = new ServiceClient(_service.Cloud.Ready);
    }

    [TestCleanup]
    public async Task StopAsync()
    {
        if (_fleet is not null)
        {
            await _fleet.DisposeAsync().ConfigureAwait(false);
        }

        _api.Dispose();
        await _service.DisposeAsync().ConfigureAwait(false);
    }

    [TestMethod]
    public async Task LightBoards_update_reboot_and_confirm_and_one_that_comes_late_does_too()
    {
        await CreateBoardsAsync(6, _ => true).ConfigureAwait(false);
        await PowerOnAsync(Boards.Skip(1)).ConfigureAwait(false);
        await _service.Cloud.Campaigns.CreateAsync(Request()).ConfigureAwait(false);
        await Wait.UntilAsync(() => View("c").Counts.GetValueOrDefault(UpdateStates.Succeeded) == 5, "five succeed").ConfigureAwait(false);
        Assert.AreEqual(CampaignStatus.Running, View("c").Campaign.Status);
        Assert.Contains("1 pending", View("c").Waiting!);
        Boards[0].PowerOn();
        await Wait.UntilAsync(() => View("c").Campaign.Status == CampaignStatus.Completed, "the late one too").ConfigureAwait(false);

        Assert.IsTrue(Boards.All(board => board is { RunningVersion: "2.0.0", BootCount: 2 }));
        Assert.IsTrue(View("c").Reports is >= 24 and <= 30, $"{View("c").Reports} reports: four a board, five where it waited for its turn");
    }

    [TestMethod]
    public async Task Boards_of_an_aborted_campaign_are_brought_back_to_the_previous_version()
    {
        await CreateBoardsAsync(4, board => board == 3).ConfigureAwait(false);
        await PowerOnAsync(Boards).ConfigureAwait(false);
        await _service.Cloud.Campaigns.CreateAsync(Request() with { Rollback = "previous", Abort = [new AbortCriterion { Outcome = UpdateStates.RolledBack, Percent = 60, Minimum = 4 }] }).ConfigureAwait(false);
        await Wait.UntilAsync(() => View("c").Campaign is { Status: CampaignStatus.Aborted, Counter: not null }, "it aborts and is countered").ConfigureAwait(false);
        Assert.AreEqual("c-rollback", View("c").Campaign.Counter);

        await Wait.UntilAsync(() => View("c-rollback").Campaign.Status == CampaignStatus.Completed && Boards[3].RunningVersion == "1.0.0", "the board that succeeded goes back").ConfigureAwait(false);

        Assert.AreEqual(1, View("c-rollback").Counts[UpdateStates.Succeeded]);
        Assert.AreEqual(1, View("c-rollback").Targets, "the others run the previous version by themselves");
        await Wait.UntilAsync(() => _service.Cloud.Registry.Find("board-00003")!.Firmware["app"] == "1.0.0", "the registry knows").ConfigureAwait(false);
        Assert.IsTrue(Boards.All(board => board.RunningVersion == "1.0.0"));
        Assert.AreEqual("countered", (await _service.Cloud.Campaigns.HistoryAsync("c").ConfigureAwait(false))[^1].What);
    }

    [TestMethod]
    public async Task A_lower_version_is_refused_without_a_manifest_that_is_the_way_back_from_the_running_one()
    {
        await CreateBoardsAsync(1, _ => true).ConfigureAwait(false);
        await PowerOnAsync(Boards).ConfigureAwait(false);
        await _service.Cloud.Campaigns.CreateAsync(Request()).ConfigureAwait(false);
        await Wait.UntilAsync(() => View("c").Campaign.Status == CampaignStatus.Completed, "it runs 2.0.0").ConfigureAwait(false);

        await _service.Cloud.Campaigns.CreateAsync(Request() with { Id = "down", Version = "1.0.0", AcceptUnready = true, Abort = [new AbortCriterion { Minimum = 1 }] }).ConfigureAwait(false);
        await Wait.UntilAsync(() => View("down").Campaign.Status == CampaignStatus.Aborted, "it is refused").ConfigureAwait(false);
        Assert.AreEqual(ReasonCodes.LowerVersion, View("down").Unsuccessful.Single().Reason);
        await _service.Cloud.Campaigns.CreateAsync(Request() with { Id = "other", Version = "1.0.0", Replaces = "3.0.0", AcceptUnready = true, Abort = [new AbortCriterion { Minimum = 1 }] }).ConfigureAwait(false);
        await Wait.UntilAsync(() => View("other").Campaign.Status == CampaignStatus.Aborted, "it is the way back from another").ConfigureAwait(false);
        Assert.AreEqual(ReasonCodes.RequirementNotMet, View("other").Unsuccessful.Single().Reason);
        await _service.Cloud.Campaigns.CreateAsync(Request() with { Id = "back", Version = "1.0.0", Replaces = "2.0.0" }).ConfigureAwait(false);
        await Wait.UntilAsync(() => Boards[0].RunningVersion == "1.0.0" && View("back").Campaign.Status == CampaignStatus.Completed, "it goes back").ConfigureAwait(false);
    }

    private static CampaignRequest Request() => new() { Id = "c", Component = "app", Version = "2.0.0", Stages = [new CampaignStage()] };

    private static async Task PowerOnAsync(IEnumerable<LightBoard> boards)
    {
        LightBoard[] all = [.. boards];
        foreach (LightBoard board in all)
        {
            board.PowerOn();
        }

        await Wait.UntilAsync(() => all.All(board => board.IsReady), "they connect").ConfigureAwait(false);
    }

    private CampaignView View(string id) => _service.Cloud.Campaigns.View(id)!;

    private async Task CreateBoardsAsync(int count, Func<int, bool> isHealthy) => _fleet = await LightFleet.CreateAsync(_api, count, "2.0.0", isHealthy).ConfigureAwait(false);
}
