using NanoIoT.Cloud.Campaigns;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Cloud.Campaigns.Progress;
using NanoIoT.Cloud.Campaigns.Views;
using NanoIoT.Emulator.Isolation;
using NanoIoT.Shared;
using NanoIoT.Testing;

namespace NanoIoT.EndToEnd.Tests;

/// <summary>New releases that misbehave, each on a board in a process of its own: all end on the old release, with the reason told.</summary>
[TestClass]
public sealed class BadApplicationTests
{
    [TestMethod]
    [DataRow("throw in Main", false, ReasonCodes.ApplicationFailed)]
    [DataRow("throw in a thread", false, ReasonCodes.HealthCheckFailed)]
    [DataRow("throw in CheckHealth", false, ReasonCodes.HealthCheckFailed)]
    [DataRow("spin", false, ReasonCodes.TrialTimeout)]
    [DataRow("deadlock", false, ReasonCodes.TrialTimeout)]
    [DataRow("recurse", false, ReasonCodes.BootReverted)]
    [DataRow("exhaust the heap", false, null)]
    [DataRow("never check health", false, ReasonCodes.TrialTimeout)]
    [DataRow("break the network", false, ReasonCodes.TrialTimeout)]
    [DataRow("reboot", false, ReasonCodes.BootReverted)]
    [DataRow("throw in Main", true, ReasonCodes.ApplicationFailed)]
    [DataRow("throw in a thread", true, ReasonCodes.HealthCheckFailed)]
    [DataRow("spin", true, ReasonCodes.TrialTimeout)]
    [DataRow("deadlock", true, ReasonCodes.TrialTimeout)]
    [DataRow("recurse", true, ReasonCodes.TrialBootsUsed)]
    [DataRow("exhaust the heap", true, null)]
    [DataRow("never check health", true, ReasonCodes.TrialTimeout)]
    [DataRow("break the network", true, ReasonCodes.TrialTimeout)]
    [DataRow("reboot", true, ReasonCodes.TrialBootsUsed)]
    public async Task A_release_that_misbehaves_goes_back(string behaviour, bool byFiles, string? reason)
    {
        TestService service = await TestService.StartAsync().ConfigureAwait(false);
        await using (service.ConfigureAwait(false))
        {
            string profile = byFiles ? "ESP32_REV3" : "ESP32_S3";
            IsolatedBoard board = await service.CreateIsolatedBoardAsync("b", profile, settings => settings["guardSeconds"] = 8).ConfigureAwait(false);
            await using (board.ConfigureAwait(false))
            {
                board.PowerOn();
                await Wait.UntilAsync(() => service.Cloud.Connectivity.IsConnected("b"), "the board connects", () => string.Join('\n', service.Log)).ConfigureAwait(false);
                await service.PublishAsync("2.0.0", byFiles ? Sample.BadBundle(behaviour) : Sample.BadPayload(behaviour), profile).ConfigureAwait(false);
                await service.Cloud.Campaigns.CreateAsync(new CampaignRequest { Id = "c", Component = "app", Version = "2.0.0", Stages = [new CampaignStage()], Abort = [new AbortCriterion { Minimum = 1 }] }).ConfigureAwait(false);

                await Wait.UntilAsync(() => service.Cloud.Campaigns.View("c")!.Campaign.IsOver, "the campaign is over", () => string.Join('\n', service.Log.TakeLast(40))).ConfigureAwait(false);

                ProgressEntry entry = service.Cloud.Campaigns.View("c")!.Unsuccessful.Single();
                Assert.AreEqual(UpdateStates.RolledBack, entry.State, string.Join('\n', service.Log.TakeLast(30)));
                Assert.Contains("b: misbehaving: " + behaviour, service.Log);
                Assert.IsFalse(string.IsNullOrEmpty(entry.Reason));
                Console.WriteLine($"{behaviour}: {entry.Reason} {entry.Detail}, {board.BootCount} boots, {board.CrashCount} crashes");
                if (reason is not null)
                {
                    Assert.AreEqual(reason, entry.Reason, entry.Detail);
                }

                if (behaviour.StartsWith("throw in ", StringComparison.Ordinal) && behaviour != "throw in a thread")
                {
                    // Told as the application's, with its type, on the console and in the report.
                    bool isMain = behaviour == "throw in Main";
                    string fault = isMain ? "application: program threw System.Exception: out of ideas" : "application: HealthCheck threw System.ArgumentException: no sensor at 0x40";
                    Assert.AreEqual(fault, entry.Detail);
                    Assert.Contains("b: " + fault, service.Log);
                }

                await Wait.UntilAsync(() => service.VersionOf("b") == "1.0.0", "the registry has the old version").ConfigureAwait(false);
            }
        }
    }
}
