using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Protocol;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Cloud.Firmware;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Registry;
using NanoIoT.Shared;
using NanoIoT.Testing;

namespace NanoIoT.EndToEnd.Tests;

/// <summary>Reports that are none: a device, a stranger or a mistake costs the store nothing and misleads no campaign.</summary>
[TestClass]
public sealed class ReportTests : GatewayTestBase
{
    private readonly ConcurrentQueue<string> _log = new();

    [TestMethod]
    public async Task Reports_that_are_refused_are_acknowledged_logged_and_write_nothing()
    {
        await StartCampaignAsync().ConfigureAwait(false);
        (IMqttClient client, _, _) = await ConnectAsync("t").ConfigureAwait(false);
        using SqliteConnection reader = OpenStore();
        long before = DataVersion(reader);

        for (int i = 0; i < 100; i++)
        {
            string component = string.Create(CultureInfo.InvariantCulture, $"component-{i}");
            await PublishAsync(client, Report("stranger", component, UpdateStates.Succeeded, 1, "1.1.0")).ConfigureAwait(false);
        }

        await PublishAsync(client, Report("c", "other", UpdateStates.Succeeded, 1, "1.1.0")).ConfigureAwait(false);
        await PublishAsync(client, Report("c:r7", "app", UpdateStates.Succeeded, 1, "1.1.0")).ConfigureAwait(false);
        await PublishAsync(client, Report("c", "app", UpdateStates.Succeeded, 1, "9.9.9")).ConfigureAwait(false);
        await PublishAsync(client, Report("c", "app", UpdateStates.Succeeded, 1, string.Empty)).ConfigureAwait(false);
        await PublishAsync(client, Report("c", "app", UpdateStates.Accepted, int.MaxValue, "1.1.0")).ConfigureAwait(false);
        await PublishAsync(client, Report("d", "app", UpdateStates.Succeeded, 1, "1.1.0")).ConfigureAwait(false);
        foreach (string payload in new[] { string.Empty, "no JSON", "[]", "{}", "null", "{\"campaign\":\"c\",\"seq\":1,\"state\":\"flying\"}", "{\"campaign\":{},\"seq\":[]}", "\ud800", "\u0000" })
        {
            await PublishAsync(client, Encoding.UTF8.GetBytes(payload)).ConfigureAwait(false);
        }

        Assert.AreEqual(before, DataVersion(reader), "a refused report writes to the store");
        Assert.IsTrue(client.IsConnected);
        Assert.IsEmpty(Cloud.Registry.Find("t")!.Firmware);
        Assert.AreEqual(0, Cloud.Campaigns.View("c")!.Reports);
        foreach (string code in new[] { "report-unknown-campaign", "report-wrong-component", "report-wrong-version", "report-too-many", "report-not-in-campaign", "report-malformed" })
        {
            Assert.HasCount(1, _log.Where(line => line.Contains("report refused: " + code + ",", StringComparison.Ordinal)).ToArray(), code);
        }

        await PublishAsync(client, Report("c", "app", UpdateStates.Succeeded, 1, "1.1.0")).ConfigureAwait(false);
        Assert.AreEqual(1, Cloud.Campaigns.View("c")!.Reports);
        Assert.AreEqual("1.1.0", Cloud.Registry.Find("t")!.Firmware["app"]);
    }

    [TestMethod]
    public async Task A_report_with_another_things_certificate_is_refused()
    {
        await StartCampaignAsync().ConfigureAwait(false);
        using X509Certificate2 other = await RegisterAsync("u").ConfigureAwait(false);
        await AllowAsync("t").ConfigureAwait(false);
        await AllowAsync("u").ConfigureAwait(false);
        (IMqttClient client, _, _) = await ConnectAsync("u", other).ConfigureAwait(false);

        await PublishAsync(client, Report("c", "app", UpdateStates.Succeeded, 1, "1.1.0")).ConfigureAwait(false);

        Assert.AreEqual(0, Cloud.Campaigns.View("c")!.Reports);
        Assert.IsEmpty(Cloud.Registry.Find("t")!.Firmware);
        Assert.IsTrue(_log.Any(line => line.Contains("report refused: report-wrong-sender, thing t", StringComparison.Ordinal)), string.Join('\n', _log));
    }

    [TestMethod]
    public async Task A_board_that_runs_the_version_already_counts_once_it_is_connected_and_not_while_it_is_dark()
    {
        await Cloud.Registry.SetFirmwareAsync("t", "app", "1.1.0").ConfigureAwait(false);
        await StartCampaignAsync().ConfigureAwait(false);
        Assert.AreEqual(1, Cloud.Campaigns.View("c")!.Counts["pending"]);

        (IMqttClient client, _, _) = await ConnectAsync("t").ConfigureAwait(false);
        await Wait.UntilAsync(() => Cloud.Campaigns.View("c")!.Campaign.Status == "completed", "it counts").ConfigureAwait(false);

        await client.DisconnectAsync().ConfigureAwait(false);
        await Cloud.DisposeAsync().ConfigureAwait(false);
        Cloud = await StartServiceAsync().ConfigureAwait(false);
        Assert.AreEqual(1, Cloud.Campaigns.View("c")!.Counts["succeeded"], "what was seen is stored");
        Assert.IsEmpty(Cloud.Campaigns.View("c")!.Events);
    }

    [TestMethod]
    public async Task A_shadow_that_reports_many_components_gives_a_thing_only_so_many()
    {
        (IMqttClient client, _, _) = await ConnectAsync("t").ConfigureAwait(false);
        string firmware = string.Join(',', Enumerable.Range(0, 60).Select(i => $"\"c{i}\":\"1.0.0\""));

        await client.PublishAsync(new MqttApplicationMessageBuilder().WithTopic(Topics.Shadow("t", Topics.AgentShadow) + "/update").WithPayload("{\"state\":{\"reported\":{\"firmware\":{" + firmware + "}}}}")
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build()).ConfigureAwait(false);

        Assert.HasCount(Thing.MaxComponents, Cloud.Registry.Find("t")!.Firmware);
        Assert.IsTrue(_log.Any(line => line.Contains("report-too-many-components", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task A_version_that_changes_often_adds_nothing_to_the_audit_log_and_a_change_adds_only_what_changed()
    {
        for (int i = 0; i < 20; i++)
        {
            await Cloud.Registry.SetFirmwareAsync("t", "app", $"1.0.{i}").ConfigureAwait(false);
        }

        await Cloud.Registry.SetAttributesAsync("t", new Dictionary<string, string?> { ["description"] = new string('x', 700) }).ConfigureAwait(false);
        await Cloud.Registry.SetAttributesAsync("t", new Dictionary<string, string?> { ["region"] = "eu" }).ConfigureAwait(false);

        using SqliteConnection reader = OpenStore();
        using SqliteCommand command = reader.CreateCommand();
        command.CommandText = "SELECT group_concat(action || ' ' || coalesce(before, '') || ' ' || coalesce(after, ''), char(10)) FROM audit WHERE resource = 'thing/t' AND id > (SELECT min(id) FROM audit WHERE resource = 'thing/t')";
        string[] entries = ((string)command.ExecuteScalar()!).Split('\n');
        Assert.HasCount(2, entries);
        StringAssert.StartsWith(entries[0], "SetAttributes {");
        Assert.AreEqual("""SetAttributes {"region":"","attributes":{},"version":2} {"region":"eu","attributes":{"region":"eu"},"version":3}""", entries[1]);
    }

    protected override Task<CloudService> StartServiceAsync() => CloudService.StartAsync(
        new CloudOptions { DataFolder = Folder, MqttPort = 0, HttpsPort = 0 },
        logging =>
        {
            logging.SetMinimumLevel(LogLevel.Warning);
            logging.AddProvider(new QueueLog(_log));
        });

    private static byte[] Report(string campaign, string component, string state, int sequence, string to) =>
        new ProgressReport { Campaign = campaign, Component = component, State = state, Sequence = sequence, From = "1.0.0", To = to }.ToBytes();

    private static Task PublishAsync(IMqttClient client, byte[] payload) => client.PublishAsync(new MqttApplicationMessageBuilder()
        .WithTopic(Topics.Progress("t")).WithPayload(payload).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build());

    /// <summary>Changes when another connection has written to the database.</summary>
    private static long DataVersion(SqliteConnection connection)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA data_version";
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Campaign c is for thing t; campaign d is for a group that t is not in.</summary>
    private async Task StartCampaignAsync()
    {
        await Cloud.Registry.CreateAsync(new ThingRequest { ThingName = "v", Groups = ["others"] }).ConfigureAwait(false);
        await Cloud.Firmware.PublishAsync(new PublishRequest { Component = "app", Version = "1.1.0", Profiles = ["ESP32_S3"], Image = Sample.Payload("1.1.0") }).ConfigureAwait(false);
        await Cloud.Campaigns.CreateAsync(new CampaignRequest { Id = "c", Component = "app", Version = "1.1.0", Stages = [new CampaignStage { Things = ["t"] }] }).ConfigureAwait(false);
        await Cloud.Campaigns.CreateAsync(new CampaignRequest { Id = "d", Component = "app", Version = "1.1.0", Stages = [new CampaignStage { Group = "others" }] }).ConfigureAwait(false);
    }

    private SqliteConnection OpenStore()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(Folder, "nanoiot.db"), Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    private sealed class QueueLog(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose() => lines.Clear();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(formatter(state, exception));
    }
}
