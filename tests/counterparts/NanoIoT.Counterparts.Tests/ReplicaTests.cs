using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Shared;
using NanoIoT.Testing;

namespace NanoIoT.Counterparts.Tests;

/// <summary>Three copies of the service on the same tables and bucket, behind Mosquitto, each a process that is killed.</summary>
[TestClass]
public sealed class ReplicaTests
{
    private const int Copies = 3;
    private const int Boards = 30;

    private readonly string _folder = Directory.CreateTempSubdirectory("nanoiot-replicas-").FullName;
    private readonly AwsServers _servers = new();
    private readonly (NanoIoTProcess Process, ServiceClient Api)?[] _copies = new (NanoIoTProcess, ServiceClient)?[Copies];
    private MosquittoBroker _broker = null!;
    private ReadyInfo? _ready;
    private TcpForwarder _dynamoDb = null!;
    private Uri _s3 = null!;
    private AmazonDynamoDBClient _client = null!;

    [TestInitialize]
    public async Task StartAsync()
    {
        _broker = await MosquittoBroker.StartAsync(_folder).ConfigureAwait(false);
        Uri dynamoDb = await _servers.StartDynamoDbAsync().ConfigureAwait(false);
        _dynamoDb = new TcpForwarder(dynamoDb);
        _s3 = await _servers.StartS3Async("images").ConfigureAwait(false);
        _client = AwsServers.CreateDynamoDb(dynamoDb);

        // At the same moment: tables, keys and the first administrator are made once.
        await Task.WhenAll(Enumerable.Range(0, Copies).Select(ServeAsync)).ConfigureAwait(false);
    }

    [TestCleanup]
    public async Task StopAsync()
    {
        for (int i = 0; i < Copies; i++)
        {
            Kill(i);
        }

        _client.Dispose();
        _dynamoDb.Dispose();
        _broker.Dispose();
        await _servers.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(_folder, recursive: true);
    }

    [TestMethod]
    public async Task Each_copy_is_killed_in_turn_amid_a_campaign_and_nothing_is_lost_or_doubled()
    {
        using var boards = new ServiceClient(_ready!);
        LightFleet fleet = await LightFleet.CreateAsync(boards, Boards, "2.0.0").ConfigureAwait(false);
        await using (fleet.ConfigureAwait(false))
        {
            await fleet.PowerOnAsync(Wait.Limit).ConfigureAwait(false);
            await Api(1).PostAsync("nanoiot/campaigns", new JsonObject
            {
                ["id"] = "c",
                ["component"] = "app",
                ["version"] = "2.0.0",
                ["spreadSeconds"] = 10,
                ["stages"] = new JsonArray(new JsonObject { ["percent"] = 30, ["successPercent"] = 90 }, new JsonObject { ["percent"] = 100, ["successPercent"] = 90 }),
            }).ConfigureAwait(false);
            for (int i = 0; i < Copies; i++)
            {
                int reports = await ReportsAsync().ConfigureAwait(false);
                await Wait.UntilAsync(async () => await ReportsAsync().ConfigureAwait(false) > reports, "reports are stored").ConfigureAwait(false);
                Kill(i);
                await ServeAsync(i).ConfigureAwait(false);
            }

            await Wait.UntilAsync(async () => await StatusAsync(0).ConfigureAwait(false) == "completed", "the campaign completes", () => Story() + string.Join('\n', fleet.Boards.Where(board => board.RunningVersion != "2.0.0").Select(board => $"{board.Options.Settings.Thing} {board.IsReady} {board.LastLog}"))).ConfigureAwait(false);
            Assert.IsTrue(fleet.Boards.All(board => board.RunningVersion == "2.0.0"));
        }

        // Every board told of each state once, and each is counted where it belongs, whichever copy is asked.
        List<Dictionary<string, AttributeValue>> items = (await _client.ScanAsync(new ScanRequest("r_progress")).ConfigureAwait(false)).Items;
        foreach (IGrouping<string, Dictionary<string, AttributeValue>> board in items.GroupBy(item => item["thing"].S))
        {
            CollectionAssert.AreEqual(
                new[] { UpdateStates.Accepted, UpdateStates.Downloading, UpdateStates.Staged, UpdateStates.Testing, UpdateStates.Succeeded },
                board.OrderBy(item => int.Parse(item["seq"].N, System.Globalization.CultureInfo.InvariantCulture)).Select(item => item["state"].S).ToArray(),
                board.Key);
            Assert.IsTrue(board.All(item => item["stage"].N is "0" or "1"), board.Key);
        }

        Assert.HasCount(5 * Boards, items);
        for (int i = 0; i < Copies; i++)
        {
            await Wait.UntilAsync(async () => (await Api(i).GetAsync("nanoiot/campaigns/c").ConfigureAwait(false))["counts"]!["succeeded"]?.GetValue<int>() == Boards, $"copy {i} counts all").ConfigureAwait(false);
            await Wait.UntilAsync(
                async () => (await Api(i).GetAsync("nanoiot/things?limit=1000").ConfigureAwait(false))["things"]!.AsArray().All(thing => thing!["thing"]!["firmware"]!["app"]?.GetValue<string>() == "2.0.0"), $"copy {i} knows every version").ConfigureAwait(false);
        }

        string[] steps = [.. (await Api(2).GetAsync("nanoiot/campaigns/c/history").ConfigureAwait(false))["history"]!.AsArray().Select(step => step!["what"]!.GetValue<string>())];
        Assert.AreEqual(1, steps.Count(step => step == "created"));
        Assert.AreEqual(1, steps.Count(step => step == "completed"));
        Assert.AreEqual(2, steps.Count(step => step == "stage"), string.Join(' ', steps));
    }

    [TestMethod]
    public async Task What_one_copy_does_the_others_show_and_carry_on()
    {
        await Api(0).PostAsync("nanoiot/things", new JsonObject { ["thing"] = new JsonObject { ["thingName"] = "t", ["groups"] = new JsonArray("lab") } }).ConfigureAwait(false);
        await Wait.UntilAsync(async () => (await Api(2).GetAsync("nanoiot/things").ConfigureAwait(false))["things"]!.AsArray().Count == 1, "copy 2 shows the thing").ConfigureAwait(false);
        await Api(1).SendAsync(HttpMethod.Post, "things/t/shadow", new StringContent("""{"state":{"desired":{"a":1}}}""")).ConfigureAwait(false);
        Assert.AreEqual(1, (await Api(2).GetAsync("things/t/shadow").ConfigureAwait(false))["state"]!["desired"]!["a"]!.GetValue<int>());
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Api(2).SendAsync(HttpMethod.Post, "nanoiot/things", new StringContent("""{"thing":{"thingName":"t"}}""", null, "application/json"))).ConfigureAwait(false);

        await Api(2).SendAsync(HttpMethod.Post, "nanoiot/firmware?component=app&version=1.1.0&profile=ESP32_S3", new ByteArrayContent(new byte[3000])).ConfigureAwait(false);
        var plan = new JsonObject { ["id"] = "d", ["allowEmpty"] = true, ["component"] = "app", ["version"] = "1.1.0", ["stages"] = new JsonArray(new JsonObject { ["group"] = "lab" }) };
        await Wait.UntilAsync(async () => (await Api(0).GetAsync("nanoiot/firmware").ConfigureAwait(false))["firmware"]!.AsArray().Count == 1, "copy 0 knows the artifact").ConfigureAwait(false);
        Task<JsonNode>[] both = [Api(0).PostAsync("nanoiot/campaigns", plan), CreateAsync(1, (JsonObject)plan.DeepClone())];
        await ((Task)Task.WhenAll(both)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.AreEqual(1, both.Count(task => task.IsCompletedSuccessfully), "one of two that conflict");
        await Wait.UntilAsync(async () => await StatusAsync(2, "d").ConfigureAwait(false) == "running", "it runs", Story).ConfigureAwait(false);
        await Api(1).PostAsync("nanoiot/campaigns/d/cancel", []).ConfigureAwait(false);
        await Wait.UntilAsync(async () => await StatusAsync(0, "d").ConfigureAwait(false) == "canceled", "copy 0 shows its end").ConfigureAwait(false);
        await Api(0).SendAsync(HttpMethod.Delete, "nanoiot/campaigns/d", null).ConfigureAwait(false);
        await Wait.UntilAsync(async () => (await Api(2).GetAsync("nanoiot/campaigns").ConfigureAwait(false))["campaigns"]!.AsArray().Count == 0, "copy 2 shows that it is gone").ConfigureAwait(false);
    }

    [TestMethod]
    public async Task A_report_that_no_copy_could_store_comes_again()
    {
        string certs = Path.Combine(_folder, "certs");
        (int created, _, string errors) = await NanoIoTProcess.RunAsync("thing", "create", "t", "--certs", certs, "--url", _ready!.Api, "--token", _ready.Token!, "--ca", _ready.Ca).ConfigureAwait(false);
        Assert.AreEqual(0, created, errors);
        await Api(0).SendAsync(HttpMethod.Post, "nanoiot/firmware?component=app&version=1.1.0&profile=ESP32_S3", new ByteArrayContent(new byte[3000])).ConfigureAwait(false);
        await Api(0).PostAsync("nanoiot/campaigns", new JsonObject { ["id"] = "c", ["allowEmpty"] = true, ["component"] = "app", ["version"] = "1.1.0", ["stages"] = new JsonArray(new JsonObject { ["percent"] = 100 }) }).ConfigureAwait(false);

        // As for a board, which hears of a campaign when its stage has begun.
        await Wait.UntilAsync(
            async () => (await Api(0).GetAsync("nanoiot/campaigns/c").ConfigureAwait(false))["stages"]![0]!["state"]!.GetValue<string>() == "running", "its stage runs").ConfigureAwait(false);
        _dynamoDb.Cut();
        string report = System.Text.Encoding.UTF8.GetString(new ProgressReport { Campaign = "c", Component = "app", State = UpdateStates.Accepted, Sequence = 1, From = "1.0.0", To = "1.1.0" }.ToBytes());
        (int published, _, errors) = await Programs.RunAsync(
            "mosquitto_pub",
            ["-h", "localhost", "-p", $"{_broker.BoardPort}", "--cafile", Path.Combine(certs, "ca.pem"), "--cert", Path.Combine(certs, "t.pem"), "--key", Path.Combine(certs, "t.key"), "-V", "5", "-i", "t", "-q", "1", "-t", Topics.Progress("t"), "-m", report]).ConfigureAwait(false);
        Assert.AreEqual(0, published, errors);
        await Wait.UntilAsync(() => Story().Contains("The store cannot be written", StringComparison.Ordinal), "a replica says that the store is away", Story).ConfigureAwait(false);
        for (int i = 0; i < Copies; i++)
        {
            Kill(i);
        }

        _dynamoDb.Restore();
        Assert.AreEqual(0, await ReportsAsync().ConfigureAwait(false), "it was in no store yet");
        await ServeAsync(1).ConfigureAwait(false);
        await Wait.UntilAsync(async () => await ReportsAsync().ConfigureAwait(false) == 1, "it comes again").ConfigureAwait(false);
    }

    private ServiceClient Api(int copy) => _copies[copy]!.Value.Api;

    private Task<JsonNode> CreateAsync(int copy, JsonObject plan) => Api(copy).PostAsync("nanoiot/campaigns", plan);

    private async Task<string> StatusAsync(int copy, string campaign = "c") => (await Api(copy).GetAsync("nanoiot/campaigns/" + campaign).ConfigureAwait(false))["campaign"]!["status"]!.GetValue<string>();

    private async Task<int> ReportsAsync() => (await _client.ScanAsync(new ScanRequest("r_progress") { Select = Select.COUNT }).ConfigureAwait(false)).Count ?? 0;

    private string Story() => string.Join('\n', _copies.Select(copy => copy?.Process.Errors));

    private async Task ServeAsync(int copy)
    {
        var environment = new Dictionary<string, string> { ["AWS_ACCESS_KEY_ID"] = AwsServers.Key, ["AWS_SECRET_ACCESS_KEY"] = AwsServers.Key };
        (NanoIoTProcess process, ReadyInfo ready) = await NanoIoTProcess.ServeAsync(
            Path.Combine(_folder, "data" + copy),
            environment: environment,
            more: ["--verbose", "--tables", "r_", "--firmware-bucket", "images", "--lease-seconds", "3", "--aws-endpoint", "dynamodb=" + _dynamoDb.Address, "--aws-endpoint", "s3=" + _s3, .. _broker.ServeArguments]).ConfigureAwait(false);
        string token = (await File.ReadAllTextAsync(Path.Combine(_folder, "keys", "admin.token")).ConfigureAwait(false)).Trim();
        _ready = ready with { Token = token };
        _copies[copy] = (process, new ServiceClient(_ready));
    }

    private void Kill(int copy)
    {
        if (_copies[copy] is (NanoIoTProcess process, ServiceClient api))
        {
            process.Dispose();
            api.Dispose();
            _copies[copy] = null;
        }
    }
}
