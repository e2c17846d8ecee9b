using NanoIoT.Cloud.Campaigns;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Cloud.Campaigns.Progress;
using NanoIoT.Cloud.Campaigns.Views;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Emulator.Runtime;
using NanoIoT.Shared;
using NanoIoT.Testing;

namespace NanoIoT.EndToEnd.Tests;

/// <summary>Boards that update by files, loader and bundles and all, against the service.</summary>
[TestClass]
public sealed class FileUpdateTests
{
    private TestService _service = null!;

    [TestInitialize]
    public async Task StartAsync() => _service = await TestService.StartAsync().ConfigureAwait(false);

    [TestCleanup]
    public async Task StopAsync() => await _service.DisposeAsync().ConfigureAwait(false);

    [TestMethod]
    public async Task A_campaign_brings_a_bundle_and_the_next_one_its_successor()
    {
        VirtualBoard board = await BootAsync("b").ConfigureAwait(false);

        Assert.AreEqual(CampaignStatus.Completed, (await UpdateAsync("1.1.0").ConfigureAwait(false)).Campaign.Status);
        Assert.AreEqual("1.1.0", _service.VersionOf("b"));
        Assert.IsGreaterThan(0, _service.Cloud.Campaigns.View("c1-1-0")!.Copied, "what both releases share is copied, and the service knows");
        Assert.AreEqual(CampaignStatus.Aborted, (await UpdateAsync("1.2.0").ConfigureAwait(false)).Campaign.Status);
        ProgressEntry entry = _service.Cloud.Campaigns.View("c1-2-0")!.Unsuccessful.Single();
        Assert.AreEqual(ReasonCodes.HealthCheckFailed, entry.Reason);
        Assert.AreEqual("1.1.0", _service.VersionOf("b"));
        await Wait.UntilAsync(
            () => _service.Cloud.Shadows.TryGet("b", Topics.AgentShadow)!["state"]!["reported"]!["firmware"] is { } firmware && firmware["app"]!.GetValue<string>() == "1.1.0" && firmware["loader"]!.GetValue<string>() == "1.0.0",
            "the shadow says app and loader").ConfigureAwait(false);
        Assert.AreEqual("bundle", _service.Cloud.Shadows.TryGet("b", Topics.AgentShadow)!["state"]!["reported"]!["slots"]!.GetValue<string>());
        Assert.IsFalse(board.IsBricked);
    }

    [TestMethod]
    public async Task A_board_whose_slots_are_both_lost_recovers_by_the_next_campaign()
    {
        VirtualBoard board = await _service.CreateBoardAsync("b", profile: "ESP32_REV3").ConfigureAwait(false);
        byte[] damaged = board.Files.Read("I:\\slots\\a.bin")!;
        damaged[3000] ^= 1;
        board.Files.Install("I:\\slots\\a.bin", damaged);
        await board.PowerOnAsync().ConfigureAwait(false);
        await Wait.UntilAsync(() => _service.Cloud.Connectivity.IsConnected("b"), "the resident agent connects", () => string.Join('\n', _service.Log)).ConfigureAwait(false);
        await Wait.UntilAsync(() => _service.VersionOf("b") == "0.0.0", "it says that nothing runs").ConfigureAwait(false);

        Assert.AreEqual(CampaignStatus.Completed, (await UpdateAsync("1.1.0").ConfigureAwait(false)).Campaign.Status);
        Assert.AreEqual("1.1.0", _service.VersionOf("b"));
    }

    [TestMethod]
    public async Task What_does_not_belong_together_is_refused()
    {
        await RefusedAsync("2.0.0", Sample.Payload("1.1.0"), "build a bundle", "ESP32_REV3").ConfigureAwait(false);
        await RefusedAsync("1.1.0", Sample.Bundle("1.1.0", "ESP32_REV3"), "updates app by MCUboot images", "ESP32_S3").ConfigureAwait(false);
        await RefusedAsync("1.1.1", Sample.Bundle("1.1.0", "ESP32_REV3"), "header says 1.1.0", "ESP32_REV3").ConfigureAwait(false);
        byte[] large = Cloud.Firmware.BundleBuilder.Build([new Cloud.Firmware.BundleAssembly("Large", new byte[60000])], SemanticVersion.Parse("1.1.0")!, "A.B", []);
        await RefusedAsync("1.1.0", large, "bytes of managed heap", "ESP32_REV3").ConfigureAwait(false);
        byte[] damaged = Sample.Bundle("1.1.0", "ESP32_REV3");
        damaged[20] ^= 1;
        await RefusedAsync("1.1.0", damaged, "no bundle", "ESP32_REV3").ConfigureAwait(false);
    }

    private async Task RefusedAsync(string version, byte[] image, string why, string profile)
    {
        CloudException exception = await Assert.ThrowsExactlyAsync<CloudException>(() => _service.PublishAsync(version, image, profile)).ConfigureAwait(false);
        Assert.AreEqual(ErrorCodes.InvalidRequest, exception.Code);
        Assert.Contains(why, exception.Message);
    }

    private async Task<VirtualBoard> BootAsync(string name)
    {
        VirtualBoard board = await _service.CreateBoardAsync(name, profile: "ESP32_REV3").ConfigureAwait(false);
        await board.PowerOnAsync().ConfigureAwait(false);
        await Wait.UntilAsync(() => _service.Cloud.Connectivity.IsConnected(name), name + " connects", () => string.Join('\n', _service.Log)).ConfigureAwait(false);
        return board;
    }

    private async Task<CampaignView> UpdateAsync(string release)
    {
        string id = "c" + release.Replace('.', '-');
        await _service.PublishBundleAsync(release).ConfigureAwait(false);
        await _service.Cloud.Campaigns.CreateAsync(new CampaignRequest { Id = id, Component = "app", Version = release, Stages = [new CampaignStage()], Abort = [new AbortCriterion { Minimum = 1 }] }).ConfigureAwait(false);
        await Wait.UntilAsync(() => _service.Cloud.Campaigns.View(id)!.Campaign.IsOver, id + " is over", () => string.Join('\n', _service.Log.TakeLast(30))).ConfigureAwait(false);
        return _service.Cloud.Campaigns.View(id)!;
    }
}
