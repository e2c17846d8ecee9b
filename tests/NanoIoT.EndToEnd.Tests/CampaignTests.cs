using System.Collections.Concurrent;
using System.Runtime.Loader;
using System.Text;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Campaigns;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Cloud.Campaigns.Progress;
using NanoIoT.Cloud.Campaigns.Views;
using NanoIoT.Cloud.Rules;
using NanoIoT.Emulator.Flash;
using NanoIoT.Emulator.Runtime;
using NanoIoT.Shared;
using NanoIoT.Testing;

namespace NanoIoT.EndToEnd.Tests;

/// <summary>Service and boards in one process; everything between them real.</summary>
[TestClass]
public sealed class CampaignTests
{
    private TestService _service = null!;

    [TestInitialize]
    public async Task StartAsync() => _service = await TestService.StartAsync().ConfigureAwait(false);

    [TestCleanup]
    public async Task StopAsync() => await _service.DisposeAsync().ConfigureAwait(false);

    [TestMethod]
    public async Task A_campaign_updates_a_fleet_stage_by_stage_within_its_message_budget()
    {
        var boards = new List<VirtualBoard>();
        for (int i = 0; i < 6; i++)
        {
            boards.Add(await BootAsync("b" + i, i < 2 ? "lab" : "field").ConfigureAwait(false));
        }

        await _service.PublishAsync("1.1.0").ConfigureAwait(false);
        await _service.Cloud.Campaigns.CreateAsync(new CampaignRequest
        {
            Id = "c",
            Component = "app",
            Version = "1.1.0",
            Stages = [new CampaignStage { Group = "lab" }, new CampaignStage { Group = "field", Percent = 50 }, new CampaignStage { Group = "field" }],
        }).ConfigureAwait(false);
        CampaignView view = await EndAsync("c").ConfigureAwait(false);

        Assert.AreEqual(CampaignStatus.Completed, view.Campaign.Status);
        Assert.AreEqual(6, view.Counts["succeeded"]);
        await Wait.UntilAsync(() => boards.All(board => ShadowVersion(board.Name) == "1.1.0"), "every shadow says 1.1.0").ConfigureAwait(false);
        Assert.IsTrue(boards.All(board => _service.VersionOf(board.Name) == "1.1.0"));
        Assert.IsTrue(boards.All(board => board.BootCount == 2));

        // From a cold boot on, everything counted: at most 6 reports and 8 messages in the campaign, and 3 of the boot before it.
        Assert.IsLessThanOrEqualTo(6 * 6, view.Reports);
        // A machine that is too slow to acknowledge within a second makes repeats, and perhaps a reconnect on one board.
        long messages = boards.Min(board => board.Traffic.MessagesPublished - board.Traffic.MessagesRepeated);
        Assert.IsLessThanOrEqualTo(8 + 3, messages);
        Assert.AreEqual("update", _service.Cloud.Shadows.TryGet("b0", Topics.AgentShadow)!["state"]!["reported"]!["bootReason"]!.GetValue<string>());
    }

    [TestMethod]
    public async Task Firmware_that_says_it_is_unhealthy_goes_back_and_aborts_the_campaign()
    {
        VirtualBoard board = await BootAsync("b", "lab").ConfigureAwait(false);
        await _service.PublishAsync("1.2.0").ConfigureAwait(false);
        await _service.Cloud.Campaigns.CreateAsync(Request("1.2.0") with { Abort = [new AbortCriterion { Minimum = 1 }] }).ConfigureAwait(false);

        CampaignView view = await EndAsync("c").ConfigureAwait(false);

        Assert.AreEqual(CampaignStatus.Aborted, view.Campaign.Status);
        ProgressEntry entry = view.Unsuccessful.Single();
        Assert.AreEqual(UpdateStates.RolledBack, entry.State);
        Assert.AreEqual(ReasonCodes.HealthCheckFailed, entry.Reason);
        Assert.AreEqual("sensor driver does not answer", entry.Detail);
        Assert.AreEqual("1.0.0", board.ImageVersion!.ToString(3));
        Assert.AreEqual("1.0.0", _service.VersionOf("b"));
        await Wait.UntilAsync(() => _service.Cloud.Shadows.TryGet("b", Topics.AgentShadow)!["state"]!["reported"]!["bootReason"]!.GetValue<string>() == "rollback", "the shadow says so").ConfigureAwait(false);
    }

    [TestMethod]
    public async Task A_board_that_was_off_finds_the_campaign_when_it_comes_back()
    {
        VirtualBoard board = await BootAsync("b", "lab").ConfigureAwait(false);
        await board.PowerOffAsync().ConfigureAwait(false);
        await _service.PublishAsync("1.1.0").ConfigureAwait(false);
        await _service.Cloud.Campaigns.CreateAsync(Request("1.1.0")).ConfigureAwait(false);
        Assert.IsFalse(board.IsRunning);

        await board.PowerOnAsync().ConfigureAwait(false);

        Assert.AreEqual(CampaignStatus.Completed, (await EndAsync("c").ConfigureAwait(false)).Campaign.Status);
    }

    [TestMethod]
    public async Task Build_metadata_in_the_published_version_makes_no_other_version()
    {
        VirtualBoard board = await BootAsync("b", "lab").ConfigureAwait(false);
        await _service.PublishAsync("1.1.0", "1.1.0+build.7").ConfigureAwait(false);
        await _service.Cloud.Campaigns.CreateAsync(Request("1.1.0+build.7")).ConfigureAwait(false);

        Assert.AreEqual(CampaignStatus.Completed, (await EndAsync("c").ConfigureAwait(false)).Campaign.Status);
        Assert.AreEqual(2, board.BootCount);
    }

    [TestMethod]
    public async Task The_new_release_reports_one_more_value_and_a_board_without_power_leaves_its_will()
    {
        using var end = new CancellationTokenSource();
        var telemetry = new ConcurrentQueue<string>();
        var events = new ConcurrentQueue<string>();
        Task queries = Task.WhenAll(
            RecordAsync(_service.Cloud.QueryAsync($"SELECT * FROM '{Topics.Telemetry("b")}'", end.Token), telemetry),
            RecordAsync(_service.Cloud.QueryAsync($"SELECT * FROM '{Topics.Events("b")}'", end.Token), events));
        VirtualBoard board = await _service.CreateBoardAsync("b", "lab", settings => settings["telemetrySeconds"] = 1).ConfigureAwait(false);
        await board.PowerOnAsync().ConfigureAwait(false);
        await Wait.UntilAsync(() => !telemetry.IsEmpty, "1.0.0 sends telemetry").ConfigureAwait(false);
        Assert.IsTrue(telemetry.All(text => text.Contains("\"temperature\":", StringComparison.Ordinal) && !text.Contains("humidity", StringComparison.Ordinal)));

        await _service.PublishAsync("1.1.0").ConfigureAwait(false);
        await _service.Cloud.Campaigns.CreateAsync(Request("1.1.0")).ConfigureAwait(false);
        await Wait.UntilAsync(() => telemetry.Any(text => text.Contains("\"humidity\":", StringComparison.Ordinal)), "1.1.0 reports humidity").ConfigureAwait(false);

        events.Clear();
        await board.PowerOffAsync().ConfigureAwait(false);
        await Wait.UntilAsync(() => events.Contains("{\"event\":\"connectionLost\"}"), "the will is published").ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
        await queries.ConfigureAwait(false);
    }

    [TestMethod]
    public async Task A_boot_that_is_over_leaves_no_code_behind()
    {
        VirtualBoard board = await BootAsync("unloaded", "lab").ConfigureAwait(false);
        for (int i = 0; i < 3; i++)
        {
            await board.PowerOffAsync().ConfigureAwait(false);
            await board.PowerOnAsync().ConfigureAwait(false);
            await Wait.UntilAsync(() => _service.Cloud.Connectivity.IsConnected("unloaded"), "the board is back").ConfigureAwait(false);
        }

        await board.PowerOffAsync().ConfigureAwait(false);

        await Wait.UntilAsync(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return !AssemblyLoadContext.All.Any(context => context.Name == "unloaded");
            },
            "every boot's context is collected").ConfigureAwait(false);
    }

    [TestMethod]
    public async Task A_paused_campaign_starts_nobody_until_it_is_resumed()
    {
        await _service.PublishAsync("1.1.0").ConfigureAwait(false);
        VirtualBoard board = await _service.CreateBoardAsync("b", "lab").ConfigureAwait(false);
        await _service.Cloud.Campaigns.CreateAsync(Request("1.1.0")).ConfigureAwait(false);
        await _service.Cloud.Campaigns.SetPausedAsync("c", true).ConfigureAwait(false);
        await board.PowerOnAsync().ConfigureAwait(false);
        await Wait.UntilAsync(() => _service.Cloud.Connectivity.IsConnected("b"), "the board is connected").ConfigureAwait(false);
        Assert.IsEmpty(_service.Cloud.Campaigns.View("c")!.Events);

        await _service.Cloud.Campaigns.SetPausedAsync("c", false).ConfigureAwait(false);

        await Wait.UntilAsync(() => _service.VersionOf("b") == "1.1.0", "the board runs 1.1.0").ConfigureAwait(false);
        Assert.AreEqual("1.1.0", board.ImageVersion!.ToString(3));
    }

    [TestMethod]
    public async Task Desired_state_reaches_the_application_and_its_report_comes_back()
    {
        await BootAsync("b", "lab").ConfigureAwait(false);

        await _service.Cloud.Shadows.UpdateAsync("b", string.Empty, "{\"state\":{\"desired\":{\"setpoint\":22.5}}}"u8.ToArray()).ConfigureAwait(false);

        await Wait.UntilAsync(() => _service.Cloud.Shadows.TryGet("b", string.Empty)!["state"]!["reported"]?["setpoint"]?.GetValue<double>() == 22.5, "the setpoint is reported").ConfigureAwait(false);
        Assert.IsNull(_service.Cloud.Shadows.TryGet("b", string.Empty)!["state"]!["delta"]);
    }

    /// <summary>A cut at every tenth operation of a whole update, each torn in another way: no brick, the update done, the record true.</summary>
    [TestMethod]
    public async Task An_update_survives_power_cuts_at_operations_all_over_it()
    {
        await _service.PublishAsync("1.1.0").ConfigureAwait(false);
        VirtualBoard dry = await BootAsync("dry", "lab").ConfigureAwait(false);
        long before = dry.Power.Operations;
        await _service.Cloud.Campaigns.CreateAsync(Request("1.1.0")).ConfigureAwait(false);
        Assert.AreEqual(CampaignStatus.Completed, (await EndAsync("c").ConfigureAwait(false)).Campaign.Status);
        long operations = dry.Power.Operations - before;
        await dry.PowerOffAsync().ConfigureAwait(false);

        int cases = 0;
        for (long cut = 0; cut < operations; cut += 10, cases++)
        {
            // The completed campaign's announcement stays: a board that comes late takes it.
            string name = "cut" + cut;
            VirtualBoard board = await _service.CreateBoardAsync(name, "lab").ConfigureAwait(false);
            board.Power.CutAfter(cut, (TornWrite)(cases % 3));
            await PowerOnWithCutAsync(board, cut, (TornWrite)(cases % 3)).ConfigureAwait(false);

            await Wait.UntilAsync(() => !board.Power.IsOn, name + " lost power").ConfigureAwait(false);
            await board.WhenSettledAsync().ConfigureAwait(false);
            await board.PowerOnAsync().ConfigureAwait(false);
            Assert.IsFalse(board.IsBricked, name);
            await Wait.UntilAsync(() => Final(name) is not null, name + " came to an end: " + string.Join('\n', _service.Log.Where(line => line.StartsWith(name, StringComparison.Ordinal)))).ConfigureAwait(false);
            string version = board.ImageVersion!.ToString(3);
            string state = Final(name)!;
            Assert.IsTrue((version, state) is ("1.1.0", UpdateStates.Succeeded) or ("1.0.0", UpdateStates.RolledBack), $"{name}: runs {version}, says {state}");
            await Wait.UntilAsync(() => _service.VersionOf(name) == version, name + " is recorded").ConfigureAwait(false);
            await board.DisposeAsync().ConfigureAwait(false);
        }

        Console.WriteLine($"update: {operations} operations, {cases} cuts, 0 bricks");
    }

    /// <summary>Keeps what a live query gives.</summary>
    private static async Task RecordAsync(IAsyncEnumerable<(string Topic, ReadOnlyMemory<byte> Result, long Dropped)> query, ConcurrentQueue<string> payloads)
    {
        try
        {
            await foreach ((_, ReadOnlyMemory<byte> result, _) in query.ConfigureAwait(false))
            {
                payloads.Enqueue(Encoding.UTF8.GetString(result.Span));
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
            return;
        }
    }

    private static Task PowerOnWithCutAsync(VirtualBoard board, long cut, TornWrite torn)
    {
        // Turning on resets the cut, which is set again as soon as the program runs.
        board.Booted += (item, _) =>
        {
            if (item.BootCount == 1)
            {
                item.Power.CutAfter(cut, torn);
            }
        };
        return board.PowerOnAsync();
    }

    private string? Final(string name) => _service.Cloud.Campaigns.View("c")!.Campaign.IsOver && ProgressOf(name) is ProgressEntry entry && UpdateStates.IsFinal(entry.State) ? entry.State : null;

    private ProgressEntry? ProgressOf(string name) => _service.Cloud.Campaigns.View("c") is CampaignView view
        ? view.Events.Concat(view.Unsuccessful).FirstOrDefault(item => item.Thing == name)
        : null;

    private static CampaignRequest Request(string version) => new() { Id = "c", Component = "app", Version = version, Stages = [new CampaignStage { Group = "lab" }] };

    private string? ShadowVersion(string name) => _service.Cloud.Shadows.TryGet(name, Topics.AgentShadow)!["state"]!["reported"]?["firmware"]?["app"]?.GetValue<string>();

    private async Task<VirtualBoard> BootAsync(string name, string group)
    {
        VirtualBoard board = await _service.CreateBoardAsync(name, group).ConfigureAwait(false);
        await board.PowerOnAsync().ConfigureAwait(false);
        await Wait.UntilAsync(() => _service.VersionOf(name) == "1.0.0", name + " is connected").ConfigureAwait(false);
        return board;
    }

    private async Task<CampaignView> EndAsync(string id)
    {
        await Wait.UntilAsync(() => _service.Cloud.Campaigns.View(id)!.Campaign.IsOver, "the campaign ends").ConfigureAwait(false);
        return _service.Cloud.Campaigns.View(id)!;
    }
}
