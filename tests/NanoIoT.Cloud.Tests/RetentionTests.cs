using System.Text.Json.Nodes;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Cloud.Registry;
using NanoIoT.Shared;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests;

/// <summary>What is kept long enough goes while the service runs, and by no clock that jumps.</summary>
[TestClass]
public sealed class RetentionTests
{
    [TestMethod]
    public async Task Audit_entries_progress_and_exported_files_are_deleted_after_their_time_while_the_service_runs()
    {
        var time = new MovedTime();
        TestService service = await TestService.StartAsync(time).ConfigureAwait(false);
        await using (service.ConfigureAwait(false))
        {
            await service.PublishAsync("1.1.0").ConfigureAwait(false);
            await service.Cloud.Registry.CreateAsync(new ThingRequest { ThingName = "t" }).ConfigureAwait(false);
            await service.Cloud.Campaigns.CreateAsync(new CampaignRequest { Id = "c", Component = "app", Version = "1.1.0", Stages = [new CampaignStage()] }).ConfigureAwait(false);
            await service.Cloud.Campaigns.AddReportAsync("t", new ProgressReport { Campaign = "c", Component = "app", State = UpdateStates.Succeeded, Sequence = 1, To = "1.1.0" }).ConfigureAwait(false);
            await Wait.UntilAsync(() => service.Cloud.Campaigns.View("c")!.Campaign.Ended is not null, "the campaign ends").ConfigureAwait(false);
            string folder = Directory.CreateDirectory(Path.Combine(service.Folder, "exports", "day")).FullName;
            string old = Path.Combine(folder, "old.jsonl");
            string young = Path.Combine(folder, "young.jsonl");
            await File.WriteAllTextAsync(old, "x").ConfigureAwait(false);
            await File.WriteAllTextAsync(young, "x").ConfigureAwait(false);
            File.SetLastWriteTimeUtc(young, (time.GetUtcNow() + TimeSpan.FromDays(100)).UtcDateTime);
            Assert.Contains("CreateThing", await AuditAsync(service).ConfigureAwait(false));

            // A clock that is set is not time that passed: an hour later, all is still there.
            time.Jump(TimeSpan.FromDays(4000));
            time.Move(TimeSpan.FromHours(2));
            await service.Cloud.Registry.CreateAsync(new ThingRequest { ThingName = "u" }).ConfigureAwait(false);
            time.Jump(TimeSpan.FromDays(-4000));
            Assert.IsTrue(File.Exists(old));
            Assert.Contains("CreateThing", await AuditAsync(service).ConfigureAwait(false));

            time.Move(TimeSpan.FromDays(401));

            await Wait.UntilAsync(() => !File.Exists(old), "the old file is deleted").ConfigureAwait(false);
            Assert.IsTrue(File.Exists(young));
            await Wait.UntilAsync(async () => !(await AuditAsync(service).ConfigureAwait(false)).Contains("PublishFirmware", StringComparison.Ordinal), "the old entries are deleted").ConfigureAwait(false);
            await Wait.UntilAsync(() => service.Cloud.Campaigns.View("c")!.Reports == 0, "the campaign's reports are deleted").ConfigureAwait(false);
            Assert.AreEqual("completed", service.Cloud.Campaigns.View("c")!.Campaign.Status, "the campaign stays");
        }
    }

    private static async Task<string> AuditAsync(TestService service)
    {
        using HttpClient http = service.CreateHttp();
        JsonNode answer = JsonNode.Parse(await http.GetStringAsync(new Uri("/nanoiot/audit?limit=1000", UriKind.Relative)).ConfigureAwait(false))!;
        return string.Join(' ', answer["entries"]!.AsArray().Select(entry => entry!["action"]!.GetValue<string>()));
    }
}
