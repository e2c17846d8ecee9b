using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
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

            // A clock that is set is not time that passed: all is still there after rounds that saw the wrong time.
            time.Jump(TimeSpan.FromDays(4000));
            await RunRoundsAsync(service, time).ConfigureAwait(false);
            time.Jump(TimeSpan.FromDays(-4000));
            Assert.IsTrue(File.Exists(old));
            Assert.Contains("PublishFirmware", await AuditAsync(service).ConfigureAwait(false));
            Assert.AreEqual(1, service.Cloud.Campaigns.View("c")!.Reports);

            time.Move(TimeSpan.FromDays(401));

            await Wait.UntilAsync(() => !File.Exists(old), "the old file is deleted").ConfigureAwait(false);
            Assert.IsTrue(File.Exists(young));
            await Wait.UntilAsync(async () => !(await AuditAsync(service).ConfigureAwait(false)).Contains("PublishFirmware", StringComparison.Ordinal), "the old entries are deleted").ConfigureAwait(false);
            await Wait.UntilAsync(() => service.Cloud.Campaigns.View("c")!.Reports == 0, "the campaign's reports are deleted").ConfigureAwait(false);
            Assert.AreEqual("completed", service.Cloud.Campaigns.View("c")!.Campaign.Status, "the campaign stays");
        }
    }

    [TestMethod]
    public async Task Stored_messages_are_deleted_when_they_or_their_session_expired()
    {
        var time = new MovedTime();
        TestService service = await TestService.StartAsync(time).ConfigureAwait(false);
        await using (service.ConfigureAwait(false))
        {
            long now = time.GetUtcNow().ToUnixTimeSeconds();
            AddSession(service, "away", 864_000, now);
            AddSession(service, "gone", 60, now);
            AddSession(service, "connected", 60, null);
            AddMessage(service, "away", "kept", null);
            AddMessage(service, "away", "kept for a month", (now + (30 * 86_400)) * 1000);
            AddMessage(service, "away", "expired message", (now + 60) * 1000);
            AddMessage(service, "connected", "kept too", null);
            AddMessage(service, "gone", "expired session", null);
            AddMessage(service, "unknown", "no session", null);

            time.Jump(TimeSpan.FromDays(4000));
            await RunRoundsAsync(service, time).ConfigureAwait(false);
            time.Jump(TimeSpan.FromDays(-4000));

            await Wait.UntilAsync(
                () => Topics(service).Count <= 3,
                "expired messages are deleted",
                () => string.Join(", ", Topics(service))).ConfigureAwait(false);
            CollectionAssert.AreEqual(new[] { "kept", "kept for a month", "kept too" }, Topics(service).ToArray());
        }
    }

    [TestMethod]
    public async Task A_deleted_shadows_version_is_kept_for_48_hours()
    {
        const string deleted = "SELECT count(*) FROM shadows WHERE document IS NULL";
        var time = new MovedTime();
        TestService service = await TestService.StartAsync(time).ConfigureAwait(false);
        await using (service.ConfigureAwait(false))
        {
            await service.Cloud.Registry.CreateAsync(new ThingRequest { ThingName = "t" }).ConfigureAwait(false);
            var state = new JsonObject { ["state"] = new JsonObject { ["reported"] = new JsonObject { ["a"] = 1 } } };
            await service.Cloud.CallAsync("UpdateThingShadow", state, ("thingName", "t")).ConfigureAwait(false);
            await service.Cloud.CallAsync(
                "UpdateThingShadow",
                state,
                ("thingName", "t"),
                ("name", "kept")).ConfigureAwait(false);
            await service.Cloud.CallAsync("DeleteThingShadow", null, ("thingName", "t")).ConfigureAwait(false);

            time.Jump(TimeSpan.FromDays(4000));
            await RunRoundsAsync(service, time).ConfigureAwait(false);
            time.Jump(TimeSpan.FromDays(-4000));
            time.Move(TimeSpan.FromHours(30));
            await RunRoundsAsync(service, time).ConfigureAwait(false);
            Assert.AreEqual(1L, Run(service, deleted), "the deleted shadow's version is kept");

            time.Move(TimeSpan.FromHours(20));

            await Wait.UntilAsync(
                () => Run(service, deleted) is 0L,
                "the deleted shadow's version is deleted").ConfigureAwait(false);
            await service.Cloud.CallAsync(
                "GetThingShadow",
                null,
                ("thingName", "t"),
                ("name", "kept")).ConfigureAwait(false);
            JsonObject answer = await service.Cloud.CallAsync(
                "UpdateThingShadow",
                state,
                ("thingName", "t")).ConfigureAwait(false);
            Assert.AreEqual(1, answer["version"]!.GetValue<int>(), "a new shadow begins again");
        }
    }

    /// <summary>
    /// Lets hours pass until retention has run from its beginning to its end: a file that is older than all that is
    /// kept tells when it ran, and of three rounds the second one began and ended meanwhile.
    /// </summary>
    private static async Task RunRoundsAsync(TestService service, MovedTime time)
    {
        string probe = Path.Combine(
            Directory.CreateDirectory(Path.Combine(service.Folder, "exports")).FullName,
            "probe.jsonl");
        for (int i = 0; i < 3; i++)
        {
            await File.WriteAllTextAsync(probe, "x").ConfigureAwait(false);
            File.SetLastWriteTimeUtc(probe, DateTime.UnixEpoch);
            time.Move(TimeSpan.FromHours(2));
            await Wait.UntilAsync(() => !File.Exists(probe), "retention ran").ConfigureAwait(false);
        }
    }

    private static void AddSession(TestService service, string client, int expiry, long? disconnected)
    {
        const string sql = "INSERT INTO sessions(client, principal, filters, expiry, disconnected) "
            + "VALUES (@0, 'user/x', '{}', @1, @2)";
        Run(service, sql, client, expiry, disconnected);
    }

    private static void AddMessage(TestService service, string client, string topic, long? expires) => Run(
        service,
        "INSERT INTO session_messages(client, topic, payload, retain, expires) VALUES (@0, @1, x'00', 0, @2)",
        client,
        topic,
        expires);

    private static List<string> Topics(TestService service)
    {
        var topics = new List<string>();
        using SqliteConnection connection = Open(service);
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT topic FROM session_messages ORDER BY seq";
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            topics.Add(reader.GetString(0));
        }

        return topics;
    }

    private static object? Run(TestService service, string sql, params object?[] values)
    {
        using SqliteConnection connection = Open(service);
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are this file's.
        command.CommandText = sql;
#pragma warning restore CA2100
        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue(
                "@" + i.ToString(System.Globalization.CultureInfo.InvariantCulture),
                values[i] ?? DBNull.Value);
        }

        return command.ExecuteScalar();
    }

    private static SqliteConnection Open(TestService service)
    {
        var connection = new SqliteConnection(
            "Data Source=" + Path.Combine(service.Folder, "nanoiot.db") + ";Pooling=False");
        connection.Open();
        return connection;
    }

    private static async Task<string> AuditAsync(TestService service)
    {
        using HttpClient http = service.CreateHttp();
        JsonNode answer = JsonNode.Parse(await http.GetStringAsync(new Uri("/nanoiot/audit?limit=1000", UriKind.Relative)).ConfigureAwait(false))!;
        return string.Join(' ', answer["entries"]!.AsArray().Select(entry => entry!["action"]!.GetValue<string>()));
    }
}
