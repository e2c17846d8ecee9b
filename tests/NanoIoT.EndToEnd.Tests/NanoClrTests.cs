using NanoIoT.Cloud.Campaigns;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Cloud.Campaigns.Views;
using NanoIoT.Cloud.Firmware;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Emulator.Runtime;
using NanoIoT.Testing;

namespace NanoIoT.EndToEnd.Tests;

/// <summary>The nanoCLR as a component of its own.</summary>
[TestClass]
public sealed class NanoClrTests
{
    [TestMethod]
    public async Task A_nanoCLR_campaign_must_accept_that_there_is_no_trial_and_then_updates_it()
    {
        TestService service = await TestService.StartAsync().ConfigureAwait(false);
        await using (service.ConfigureAwait(false))
        {
            VirtualBoard board = await service.CreateBoardAsync("b").ConfigureAwait(false);
            await board.PowerOnAsync().ConfigureAwait(false);
            await Wait.UntilAsync(() => service.Cloud.Connectivity.IsConnected("b"), "the board connects").ConfigureAwait(false);
            await service.Cloud.Firmware.PublishAsync(new PublishRequest { Component = "clr", Version = "1.18.0", Profiles = ["ESP32_S3"], Image = service.ClrImage("1.18.0") }).ConfigureAwait(false);
            var request = new CampaignRequest { Id = "clr", Component = "clr", Version = "1.18.0", Stages = [new CampaignStage()], Abort = [new AbortCriterion { Minimum = 1 }] };

            CloudException refused = await Assert.ThrowsExactlyAsync<CloudException>(() => service.Cloud.Campaigns.CreateAsync(request)).ConfigureAwait(false);
            Assert.AreEqual(ErrorCodes.NoTrial, refused.Code);

            await service.Cloud.Campaigns.CreateAsync(request with { AcceptNoTrial = true }).ConfigureAwait(false);
            await Wait.UntilAsync(() => service.Cloud.Campaigns.View("clr")!.Campaign.IsOver, "the campaign is over", () => string.Join('\n', service.Log.TakeLast(30))).ConfigureAwait(false);
            Assert.AreEqual(CampaignStatus.Completed, service.Cloud.Campaigns.View("clr")!.Campaign.Status, string.Join('\n', service.Log.TakeLast(30)));
            Assert.AreEqual("1.18.0", board.ClrVersion.ToString());
            Assert.AreEqual("1.18.0", service.Cloud.Registry.Find("b")!.Firmware["clr"]);
            Assert.AreEqual("1.0.0", service.VersionOf("b"), "the application is as it was");
        }
    }
}
