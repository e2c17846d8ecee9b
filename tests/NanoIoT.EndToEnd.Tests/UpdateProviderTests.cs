using NanoIoT.Cloud.Campaigns;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Cloud.Campaigns.Views;
using NanoIoT.Emulator.Runtime;
using NanoIoT.Testing;

namespace NanoIoT.EndToEnd.Tests;

/// <summary>An application with another update agent pulls its image from our campaigns, through IUpdateProvider.</summary>
[TestClass]
public sealed class UpdateProviderTests
{
    [TestMethod]
    public async Task Another_agent_pulls_the_image_and_our_campaign_tells_what_came_of_it()
    {
        TestService service = await TestService.StartAsync().ConfigureAwait(false);
        await using (service.ConfigureAwait(false))
        {
            await service.PublishAsync("1.0.0", Sample.OtherAgentPayload("1.0.0"), "ESP32_S3").ConfigureAwait(false);
            VirtualBoard board = await service.CreateBoardAsync("b").ConfigureAwait(false);
            await board.PowerOnAsync().ConfigureAwait(false);
            await Wait.UntilAsync(() => service.Cloud.Connectivity.IsConnected("b"), "the board connects", () => string.Join('\n', service.Log)).ConfigureAwait(false);
            await service.PublishAsync("2.0.0", Sample.OtherAgentPayload("2.0.0"), "ESP32_S3").ConfigureAwait(false);
            await service.Cloud.Campaigns.CreateAsync(new CampaignRequest { Id = "c", Component = "app", Version = "2.0.0", Stages = [new CampaignStage()], Abort = [new AbortCriterion { Minimum = 1 }] }).ConfigureAwait(false);

            await Wait.UntilAsync(() => service.Cloud.Campaigns.View("c")!.Campaign.IsOver, "the campaign is over", () => string.Join('\n', service.Log.TakeLast(30))).ConfigureAwait(false);

            Assert.AreEqual(CampaignStatus.Completed, service.Cloud.Campaigns.View("c")!.Campaign.Status, string.Join('\n', service.Log.TakeLast(30)));
            Assert.AreEqual("2.0.0", board.ImageVersion!.ToString(3));
            Assert.Contains("b: other agent: offered 2.0.0", string.Join('\n', service.Log));
        }
    }
}
