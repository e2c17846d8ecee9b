using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Microsoft.Data.Sqlite;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Shared;
using NanoIoT.Testing;

namespace NanoIoT.Counterparts.Tests;

/// <summary><c>nanoiot migrate</c>, there and back.</summary>
[TestClass]
public sealed class MigrationTests
{
    private static readonly Dictionary<string, string> s_environment = new() { ["AWS_ACCESS_KEY_ID"] = AwsServers.Key, ["AWS_SECRET_ACCESS_KEY"] = AwsServers.Key };

    private readonly string _folder = Directory.CreateTempSubdirectory("nanoiot-migrate-").FullName;
    private readonly AwsServers _servers = new();
    private Uri _dynamoDb = null!;
    private Uri _s3 = null!;

    private string Data => Path.Combine(_folder, "data");

    private string[] Aws => ["--firmware-bucket", "images", "--aws-endpoint", "dynamodb=" + _dynamoDb, "--aws-endpoint", "s3=" + _s3];

    [TestInitialize]
    public async Task StartAsync()
    {
        _dynamoDb = await _servers.StartDynamoDbAsync().ConfigureAwait(false);
        _s3 = await _servers.StartS3Async("images").ConfigureAwait(false);
    }

    [TestCleanup]
    public async Task StopAsync()
    {
        await _servers.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(_folder, recursive: true);
    }

    [TestMethod]
    public async Task A_folder_goes_to_tables_and_back_and_nothing_is_lost()
    {
        (NanoIoTProcess service, ReadyInfo ready) = await NanoIoTProcess.ServeAsync(Data).ConfigureAwait(false);
        JsonNode before;
        using (service)
        using (var api = new ServiceClient(ready))
        {
            await FillAsync(api).ConfigureAwait(false);
            await RefuseAsync("DataFolderInUse", "--to", "tables", "--tables", "m_", "--data", Data).ConfigureAwait(false);
            before = await LookAsync(api).ConfigureAwait(false);
        }

        JsonNode moved = await MigrateAsync("--to", "tables", "--tables", "m_", "--data", Data).ConfigureAwait(false);
        Assert.AreEqual(1, moved["campaigns"]!.GetValue<int>());
        Assert.AreEqual(2, moved["images"]!.GetValue<int>());
        await RefuseAsync("ResourceAlreadyExistsException", "--to", "tables", "--tables", "m_", "--data", Data).ConfigureAwait(false);

        await RefuseStartAsync("tables m_*", "--data", Data).ConfigureAwait(false);
        (service, ready) = await NanoIoTProcess.ServeAsync(Data, more: ["--force-stale"]).ConfigureAwait(false);
        service.Dispose();

        // A service on the tables, with the same keys, goes on where the other was.
        (service, ready) = await NanoIoTProcess.ServeAsync(Data, environment: s_environment, more: ["--verbose", "--tables", "m_", .. Aws]).ConfigureAwait(false);
        using (service)
        using (var api = new ServiceClient(ready))
        {
            Assert.AreEqual(before.ToJsonString(), (await LookAsync(api).ConfigureAwait(false)).ToJsonString());
            await RefuseAsync("DataFolderInUse", "--to", "folder", "--tables", "m_", "--data", Path.Combine(_folder, "back")).ConfigureAwait(false);
        }

        moved = await MigrateAsync("--to", "folder", "--tables", "m_", "--data", Path.Combine(_folder, "back")).ConfigureAwait(false);
        Assert.AreEqual(2, moved["images"]!.GetValue<int>());
        await RefuseStartAsync("the data folder " + Path.Combine(_folder, "back"), ["--data", Data, "--tables", "m_", .. Aws]).ConfigureAwait(false);
        (int occupied, _, string advice) = await NanoIoTProcess.RunAsync(s_environment, ["migrate", "--to", "folder", "--tables", "m_", "--data", Data, .. Aws]).ConfigureAwait(false);
        Assert.AreNotEqual(0, occupied);
        Assert.Contains("--keys " + Data, advice);
        Assert.DoesNotContain("delete", advice);
        CollectionAssert.AreEqual(Records(Data), Records(Path.Combine(_folder, "back")), "records, byte for byte but for the order of members");
        (service, ready) = await NanoIoTProcess.ServeAsync(Path.Combine(_folder, "back"), more: ["--keys", Data]).ConfigureAwait(false);
        using (service)
        using (var api = new ServiceClient(ready))
        {
            Assert.AreEqual(before.ToJsonString(), (await LookAsync(api).ConfigureAwait(false)).ToJsonString());
        }
    }

    [TestMethod]
    public async Task A_move_that_was_ended_amid_its_work_begins_again()
    {
        (NanoIoTProcess service, ReadyInfo ready) = await NanoIoTProcess.ServeAsync(Data).ConfigureAwait(false);
        using (service)
        using (var api = new ServiceClient(ready))
        {
            for (int i = 0; i < 300; i++)
            {
                await api.PostAsync("nanoiot/things", new JsonObject { ["thing"] = new JsonObject { ["thingName"] = "t" + i } }).ConfigureAwait(false);
            }
        }

        using (NanoIoTProcess ended = NanoIoTProcess.Start(s_environment, ["migrate", "--to", "tables", "--tables", "k_", "--data", Data, .. Aws]))
        using (AmazonDynamoDBClient client = AwsServers.CreateDynamoDb(_dynamoDb))
        {
            await Wait.UntilAsync(async () => await CountAsync(client).ConfigureAwait(false) > 0, "it writes", () => ended.Errors).ConfigureAwait(false);
            ended.Kill();
        }

        JsonNode moved = await MigrateAsync("--to", "tables", "--tables", "k_", "--data", Data).ConfigureAwait(false);
        Assert.IsGreaterThanOrEqualTo(300, moved["records"]!.GetValue<int>());
        await RefuseAsync("ResourceNotFoundException", "--to", "tables", "--tables", "other_", "--data", Directory.CreateDirectory(Path.Combine(_folder, "none")).FullName).ConfigureAwait(false);
    }

    private static async Task<int> CountAsync(AmazonDynamoDBClient client)
    {
        try
        {
            return (await client.ScanAsync(new Amazon.DynamoDBv2.Model.ScanRequest("k_registry") { Select = Select.COUNT }).ConfigureAwait(false)).Count ?? 0;
        }
        catch (Amazon.DynamoDBv2.Model.ResourceNotFoundException)
        {
            return 0;
        }
    }

    private static async Task FillAsync(ServiceClient api)
    {
        await api.PostAsync("nanoiot/things", new JsonObject { ["thing"] = new JsonObject { ["thingName"] = "t", ["groups"] = new JsonArray("lab"), ["region"] = "eu" } }).ConfigureAwait(false);
        await api.SendAsync(HttpMethod.Post, "keys-and-certificate?setAsActive=true", null).ConfigureAwait(false);
        await api.SendAsync(HttpMethod.Post, "things/t/shadow?name=s", new StringContent("""{"state":{"desired":{"a":"ü"}}}""")).ConfigureAwait(false);
        foreach (string version in new[] { "1.0.0", "1.1.0" })
        {
            await api.SendAsync(HttpMethod.Post, $"nanoiot/firmware?component=app&version={version}&profile=ESP32_S3", new ByteArrayContent(new byte[3000 + version[2]])).ConfigureAwait(false);
        }

        await api.PostAsync("nanoiot/campaigns", new JsonObject { ["id"] = "c", ["allowEmpty"] = true, ["component"] = "app", ["version"] = "1.1.0", ["stages"] = new JsonArray(new JsonObject { ["group"] = "lab" }) }).ConfigureAwait(false);
        string report = System.Text.Encoding.UTF8.GetString(new ProgressReport { Campaign = "c", Component = "app", State = UpdateStates.Succeeded, Sequence = 1, From = "1.0.0", To = "1.1.0" }.ToBytes());
        await api.SendAsync(HttpMethod.Post, $"topics/{Topics.Progress("t")}?qos=1", new StringContent(report)).ConfigureAwait(false);
        await api.SendAsync(HttpMethod.Post, "rules/r", new StringContent("""{"sql":"SELECT * FROM 'a'","actions":[{"republish":{"topic":"b","roleArn":"arn:aws:iam::000000000000:role/r"}}]}""")).ConfigureAwait(false);
        await Wait.UntilAsync(async () => (await api.GetAsync("nanoiot/campaigns/c").ConfigureAwait(false))["campaign"]!["status"]!.GetValue<string>() == "completed", "the campaign completes").ConfigureAwait(false);
    }

    /// <summary>What users see, less what changes by itself: URLs, and what is known of connections.</summary>
    private static async Task<JsonNode> LookAsync(ServiceClient api)
    {
        JsonNode campaign = await api.GetAsync("nanoiot/campaigns/c").ConfigureAwait(false);
        JsonNode audit = await api.GetAsync("nanoiot/audit?limit=1000&resource=thing/").ConfigureAwait(false);
        return new JsonObject
        {
            ["things"] = (await api.GetAsync("nanoiot/things").ConfigureAwait(false)).DeepClone(),
            ["shadow"] = (await api.GetAsync("things/t/shadow?name=s").ConfigureAwait(false))["state"]!.DeepClone(),
            ["certificates"] = (await api.GetAsync("certificates").ConfigureAwait(false)).DeepClone(),
            ["firmware"] = (await api.GetAsync("nanoiot/firmware").ConfigureAwait(false)).DeepClone(),
            ["rule"] = (await api.GetAsync("rules/r").ConfigureAwait(false)).DeepClone(),
            ["counts"] = campaign["counts"]!.DeepClone(),
            ["status"] = campaign["campaign"]!["status"]!.DeepClone(),
            ["history"] = (await api.GetAsync("nanoiot/campaigns/c/history").ConfigureAwait(false)).DeepClone(),
            ["audit"] = new JsonArray([.. audit["entries"]!.AsArray().Where(entry => entry!["action"]!.GetValue<string>() is "CreateThing").Select(entry => entry!["after"]!.DeepClone())]),
        };
    }

    private static string[] Records(string folder)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "nanoiot.db")};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT kind, id, coalesce(alternate, ''), record FROM records ORDER BY kind, id";
        using SqliteDataReader reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            JsonObject record = JsonNode.Parse(reader.GetString(3))!.AsObject();
            rows.Add($"{reader.GetString(0)} {reader.GetString(1)} {reader.GetString(2)} {new JsonObject(record.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))).ToJsonString()}");
        }

        return [.. rows];
    }

    private async Task<JsonNode> MigrateAsync(params string[] arguments)
    {
        (int exitCode, string output, string errors) = await NanoIoTProcess.RunAsync(s_environment, ["migrate", "--output", "json", .. arguments, .. Aws]).ConfigureAwait(false);
        Assert.AreEqual(0, exitCode, errors);
        return JsonNode.Parse(output)!;
    }

    /// <summary>A service that must not start on a store that was moved.</summary>
    private static async Task RefuseStartAsync(string target, params string[] arguments)
    {
        (int exitCode, _, string errors) = await NanoIoTProcess.RunAsync(s_environment, ["serve", "--mqtt", "0", "--https", "0", .. arguments]).ConfigureAwait(false);
        Assert.AreEqual(4, exitCode);
        Assert.Contains("DatabaseMoved", errors);
        Assert.Contains(target, errors);
    }

    private async Task RefuseAsync(string code, params string[] arguments)
    {
        (int exitCode, _, string errors) = await NanoIoTProcess.RunAsync(s_environment, ["migrate", .. arguments, .. Aws]).ConfigureAwait(false);
        Assert.AreNotEqual(0, exitCode);
        Assert.Contains(code, errors);
    }
}
