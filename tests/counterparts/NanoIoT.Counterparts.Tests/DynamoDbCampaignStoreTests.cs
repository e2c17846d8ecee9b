using System.Text;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Microsoft.Extensions.Logging.Abstractions;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Cloud.Campaigns.Progress;
using NanoIoT.Cloud.Campaigns.Stores;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Storage;
using NanoIoT.Cloud.Storage.DynamoDb;
using NanoIoT.Cloud.Tests.Campaigns;
using NanoIoT.Shared;
using NanoIoT.Testing;

namespace NanoIoT.Counterparts.Tests;

/// <summary>The contract, in DynamoDB Local; and what it costs there.</summary>
[TestClass]
public sealed class DynamoDbCampaignStoreTests : CampaignStoreContract
{
    private readonly AwsServers _servers = new();
    private AmazonDynamoDBClient _client = null!;
    private DynamoDbDatabase _database = null!;
    private DynamoDbRecords _records = null!;
    private Uri _url = null!;

    protected override Task<IReadOnlyList<AuditEntry>> AuditAsync() => _records.ListAuditAsync(null, null, null, 100, default);

    [TestInitialize]
    public async Task OpenAsync()
    {
        _url = await _servers.StartDynamoDbAsync().ConfigureAwait(false);
        _client = AwsServers.CreateDynamoDb(_url);
        _database = new DynamoDbDatabase(_client, "nanoiot_");
        _records = new DynamoDbRecords(_database, TimeProvider.System, NullLogger<DynamoDbRecords>.Instance);
        await _records.OpenAsync().ConfigureAwait(false);
        Store = new DynamoDbCampaignStore(_database, records: _records);
        await Store.OpenAsync(default).ConfigureAwait(false);
        await Store.OpenAsync(default).ConfigureAwait(false);
    }

    [TestCleanup]
    public async Task CloseAsync()
    {
        await _records.DisposeAsync().ConfigureAwait(false);
        _client.Dispose();
        await _servers.DisposeAsync().ConfigureAwait(false);
    }

    [TestMethod]
    public async Task A_board_of_a_clean_campaign_costs_a_write_unit_a_report()
    {
        await Store.SaveAsync(Create("c"), null, default).ConfigureAwait(false);
        double before = _database.WriteUnits;
        string[] states = [UpdateStates.Accepted, UpdateStates.Downloading, UpdateStates.Staged, UpdateStates.Testing, UpdateStates.Succeeded];

        for (int i = 0; i < states.Length; i++)
        {
            await AddAsync(Report(new string('t', 128), 0, i + 1, states[i]) with { ThingId = Guid.NewGuid().ToString(), Stage = 1, Detail = new string('d', 200) }).ConfigureAwait(false);
        }

        Assert.AreEqual(5, _database.WriteUnits - before, "even with the longest name and detail");
    }

    [TestMethod]
    public async Task The_rule_writes_the_items_that_the_store_does_and_the_store_reads_them()
    {
        string folder = Directory.CreateTempSubdirectory("nanoiot-progress-").FullName;
        CloudService cloud = await CloudService.StartAsync(new CloudOptions { DataFolder = folder, MqttPort = 0, HttpsPort = 0 }).ConfigureAwait(false);
        await using (cloud.ConfigureAwait(false))
        {
            await Store.SaveAsync(Create("c"), null, default).ConfigureAwait(false);
            await AddAsync(Report("t", 0, 1, UpdateStates.Accepted)).ConfigureAwait(false);
            Dictionary<string, AttributeValue> ours = (await _client.ScanAsync(new ScanRequest("nanoiot_progress")).ConfigureAwait(false)).Items.Single();
            byte[] report = new ProgressReport { Campaign = "c", Component = "app", State = UpdateStates.Succeeded, Sequence = 2, From = "1.0.0", To = "1.1.0", Bytes = 7 }.ToBytes();

            using var http = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true }) { BaseAddress = new Uri(cloud.Ready.Api) };
            http.DefaultRequestHeaders.Authorization = new("Bearer", cloud.Ready.Token);
            using var body = new StringContent(new JsonObject { ["sql"] = ProgressTable.Rule.Sql, ["topic"] = Topics.Progress("t"), ["payload"] = Encoding.UTF8.GetString(report) }.ToJsonString(), Encoding.UTF8, "application/json");
            using HttpResponseMessage answer = await http.PostAsync(new Uri("/nanoiot/rules/test", UriKind.Relative), body).ConfigureAwait(false);
            JsonNode result = JsonNode.Parse(await answer.Content.ReadAsStringAsync().ConfigureAwait(false))!["result"]!;
            Dictionary<string, AttributeValue> item = result.AsObject().ToDictionary(
                field => field.Key,
                field => field.Value!.GetValueKind() == System.Text.Json.JsonValueKind.Number ? new AttributeValue { N = field.Value.ToJsonString() } : new AttributeValue(field.Value.GetValue<string>()));
            await _client.PutItemAsync("nanoiot_progress", item).ConfigureAwait(false);

            Assert.AreEqual(ours["part"].S, item["part"].S);
            Assert.AreEqual("t#2", item["report"].S);
            ProgressEntry read = (await Store.ProgressAsync("c", default).ConfigureAwait(false)).Single();
            Assert.AreEqual(UpdateStates.Succeeded, read.State);
            Assert.AreEqual(2, read.Sequence);
            Assert.AreEqual(7, read.Bytes);
            Assert.AreEqual(2, read.Reports);
            Assert.IsNull(await AddAsync(Report("t", 0, 2, UpdateStates.Succeeded)).ConfigureAwait(false), "the rule was first");
        }

        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public async Task A_report_that_a_rule_of_AWS_IoT_wrote_is_not_written_again_and_gets_the_boards_stage()
    {
        await Store.SaveAsync(Create("c"), null, default).ConfigureAwait(false);
        var beside = new DynamoDbCampaignStore(_database, TimeSpan.FromMilliseconds(1));
        await AddAsync(Report("t", 0, 1, UpdateStates.Accepted) with { Stage = null, ThingId = string.Empty }).ConfigureAwait(false);
        await AddAsync(Report("t", 0, 2, UpdateStates.Succeeded) with { Stage = null, ThingId = string.Empty }).ConfigureAwait(false);
        double before = _database.WriteUnits;

        Assert.IsNull(await beside.AddAsync("c", Report("t", 0, 1, UpdateStates.Accepted) with { Stage = 1, ThingId = "id" }, 0, default).ConfigureAwait(false), "a newer one is there");
        ProgressEntry newest = (await beside.AddAsync("c", Report("t", 0, 2, UpdateStates.Succeeded) with { Stage = 2, ThingId = "id" }, 0, default).ConfigureAwait(false))!;
        await beside.AddAsync("c", Report("u", 0, 1, UpdateStates.Accepted) with { Stage = 0 }, 0, default).ConfigureAwait(false);

        Assert.AreEqual(2, _database.WriteUnits - before, "the stage once, and what the rule did not write");
        Assert.AreEqual(1, newest.Stage, "of the first report");
        IReadOnlyList<ProgressEntry> read = await Store.ProgressAsync("c", default).ConfigureAwait(false);
        Assert.AreEqual(("id", 1, 2), (read.Single(entry => entry.Thing == "t").ThingId, read.Single(entry => entry.Thing == "t").Stage!.Value, read.Single(entry => entry.Thing == "t").Reports));
        Assert.AreEqual(0, read.Single(entry => entry.Thing == "u").Stage);
    }

    [TestMethod]
    public async Task A_service_keeps_campaigns_there_and_goes_on_with_them_after_a_restart()
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", AwsServers.Key);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", AwsServers.Key);
        string folder = Directory.CreateTempSubdirectory("nanoiot-tables-").FullName;
        var options = new CloudOptions { DataFolder = folder, MqttPort = 0, HttpsPort = 0, Tables = "other_", Aws = new AwsOptions { Endpoints = new Dictionary<string, Uri> { ["dynamodb"] = _url } } };
        ProgressReport Of(int sequence, string state) => new() { Campaign = "c", Component = "app", State = state, Sequence = sequence, From = "1.0.0", To = "1.1.0" };
        CloudService cloud = await CloudService.StartAsync(options).ConfigureAwait(false);
        await using (cloud.ConfigureAwait(false))
        {
            await cloud.Firmware.PublishAsync(new Cloud.Firmware.PublishRequest { Component = "app", Version = "1.1.0", Profiles = ["ESP32_S3"], Image = new byte[5000] }).ConfigureAwait(false);
            await cloud.Registry.CreateAsync(new Cloud.Registry.ThingRequest { ThingName = "t", Groups = ["lab"] }).ConfigureAwait(false);
            await cloud.Campaigns.CreateAsync(new CampaignRequest { Id = "c", Component = "app", Version = "1.1.0", Stages = [new CampaignStage { Group = "lab" }] }).ConfigureAwait(false);
            await Wait.UntilAsync(() => cloud.Campaigns.AddReportAsync("t", Of(1, UpdateStates.Accepted)), "its stage has begun").ConfigureAwait(false);
        }

        cloud = await CloudService.StartAsync(options).ConfigureAwait(false);
        await using (cloud.ConfigureAwait(false))
        {
            Assert.AreEqual(1, cloud.Campaigns.View("c")!.Counts[UpdateStates.Accepted]);
            Assert.IsFalse(await cloud.Campaigns.AddReportAsync("t", Of(1, UpdateStates.Accepted)).ConfigureAwait(false));
            Assert.IsTrue(await cloud.Campaigns.AddReportAsync("t", Of(2, UpdateStates.Succeeded)).ConfigureAwait(false));
            await Wait.UntilAsync(() => cloud.Campaigns.View("c")!.Campaign.Status == CampaignStatus.Completed, "the campaign completes").ConfigureAwait(false);
            Assert.HasCount(5, await cloud.Campaigns.HistoryAsync("c").ConfigureAwait(false));
            await cloud.Campaigns.DeleteAsync("c").ConfigureAwait(false);
        }

        Directory.Delete(folder, recursive: true);
    }
}
