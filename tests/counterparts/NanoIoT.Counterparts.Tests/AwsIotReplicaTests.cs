using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Testing;

namespace NanoIoT.Counterparts.Tests;

/// <summary>Copies of the service on the same tables that work with AWS IoT Core, whose part another service has, and its users the command <c>aws</c>.</summary>
[TestClass]
public sealed class AwsIotReplicaTests
{
    private const int Copies = 2;
    private const int Boards = 10;

    private readonly string _folder = Directory.CreateTempSubdirectory("nanoiot-aws-replicas-").FullName;
    private readonly AwsServers _servers = new();
    private readonly (NanoIoTProcess Process, ServiceClient Api)?[] _copies = new (NanoIoTProcess, ServiceClient)?[Copies];
    private NanoIoTProcess _aws = null!;
    private ReadyInfo _awsReady = null!;
    private ServiceClient _awsApi = null!;
    private Uri _dynamoDb = null!;
    private AmazonDynamoDBClient _client = null!;

    [TestInitialize]
    public async Task StartAsync()
    {
        (_aws, _awsReady) = await NanoIoTProcess.ServeAsync(Path.Combine(_folder, "aws")).ConfigureAwait(false);
        _awsApi = new ServiceClient(_awsReady);
        _dynamoDb = await _servers.StartDynamoDbAsync().ConfigureAwait(false);
        // DynamoDB Local has tables for each access key of its own.
        _client = new AmazonDynamoDBClient(_awsReady.AccessKeyId, _awsReady.SecretAccessKey, new AmazonDynamoDBConfig { ServiceURL = _dynamoDb.AbsoluteUri, AuthenticationRegion = "eu-west-1" });

        // Images are the first copy's, where the bucket would be.
        string images = Directory.CreateDirectory(Path.Combine(_folder, "images")).FullName;
        for (int i = 0; i < Copies; i++)
        {
            Directory.CreateSymbolicLink(Path.Combine(Directory.CreateDirectory(Data(i)).FullName, "firmware"), images);
            await ServeAsync(i).ConfigureAwait(false);
        }
    }

    [TestCleanup]
    public async Task StopAsync()
    {
        for (int i = 0; i < Copies; i++)
        {
            Kill(i);
        }

        _client.Dispose();
        _awsApi.Dispose();
        _aws.Dispose();
        await _servers.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(_folder, recursive: true);
    }

    [TestMethod]
    public async Task Each_copy_is_killed_amid_a_campaign_and_AWS_IoT_has_every_version()
    {
        LightFleet fleet = await LightFleet.CreateAsync(_awsApi, Boards, "2.0.0", campaigns: Api(0)).ConfigureAwait(false);
        await using (fleet.ConfigureAwait(false))
        {
            await fleet.PowerOnAsync(Wait.Limit).ConfigureAwait(false);
            await Wait.UntilAsync(
                async () => (await Api(0).GetAsync("nanoiot/things?limit=1000").ConfigureAwait(false))["things"]!.AsArray().Count == Boards, "the index has the things", Story).ConfigureAwait(false);
            await Api(0).PostAsync("nanoiot/campaigns", new JsonObject
            {
                ["id"] = "c",
                ["component"] = "app",
                ["version"] = "2.0.0",
                ["spreadSeconds"] = 8,
                ["stages"] = new JsonArray(new JsonObject { ["percent"] = 100 }),
            }).ConfigureAwait(false);
            for (int i = 0; i < Copies; i++)
            {
                int reports = (await ReportsAsync().ConfigureAwait(false)).Count;
                await Wait.UntilAsync(async () => (await ReportsAsync().ConfigureAwait(false)).Count > reports, "reports are stored", Story).ConfigureAwait(false);
                Kill(i);
                await ServeAsync(i).ConfigureAwait(false);
            }

            await Wait.UntilAsync(async () => (await Api(1).GetAsync("nanoiot/campaigns/c").ConfigureAwait(false))["campaign"]!["status"]!.GetValue<string>() == "completed", "the campaign completes", Story).ConfigureAwait(false);
            Assert.IsTrue(fleet.Boards.All(board => board.RunningVersion == "2.0.0"));
        }

        List<Dictionary<string, AttributeValue>> items = await ReportsAsync().ConfigureAwait(false);
        Assert.HasCount(5 * Boards, items);
        Assert.IsTrue(items.All(item => item["stage"].N == "0" && item["thingId"].S.Length > 0));

        // As somebody with AWS's own command sees it.
        await Wait.UntilAsync(
            async () =>
            {
                (int exitCode, string output, string errors) = await Programs.AwsAsync(
                    _awsReady.Api, _awsReady.AccessKeyId!, _awsReady.SecretAccessKey!, "eu-west-1", _awsReady.Ca, ["iot", "list-things", "--attribute-name", "firmware.app", "--attribute-value", "2.0.0"]).ConfigureAwait(false);
                Assert.AreEqual(0, exitCode, errors);
                return JsonNode.Parse(output)!["things"]!.AsArray().Count == Boards;
            },
            "every version stands in the registry",
            Story).ConfigureAwait(false);
        for (int i = 0; i < Copies; i++)
        {
            await Wait.UntilAsync(
                async () => (await Api(i).GetAsync("nanoiot/things").ConfigureAwait(false))["things"]!.AsArray().Count(thing => thing!["thing"]!["firmware"]!["app"]?.GetValue<string>() == "2.0.0") == Boards, $"copy {i} knows every version").ConfigureAwait(false);
        }
    }

    private string Data(int copy) => Path.Combine(_folder, "copy" + copy);

    private ServiceClient Api(int copy) => _copies[copy]!.Value.Api;

    private string Story() => string.Join("\n----\n", _copies.Select(copy => copy?.Process.Errors));

    private async Task<List<Dictionary<string, AttributeValue>>> ReportsAsync() => (await _client.ScanAsync(new ScanRequest("a_progress")).ConfigureAwait(false)).Items;

    private async Task ServeAsync(int copy)
    {
        (NanoIoTProcess process, ReadyInfo ready) = await NanoIoTProcess.ServeAsync(
            Data(copy),
            environment: new Dictionary<string, string> { ["AWS_ACCESS_KEY_ID"] = _awsReady.AccessKeyId!, ["AWS_SECRET_ACCESS_KEY"] = _awsReady.SecretAccessKey! },
            more:
            [
                "--verbose", "--keys", Path.Combine(_folder, "keys"), "--tables", "a_", "--lease-seconds", "3", "--aws-iot", "--aws-endpoint", "iot=" + _awsReady.Api, "--aws-endpoint", $"dynamodb={_dynamoDb}",
                "--broker-ca", _awsReady.Ca, "--broker-boards", _awsReady.Mqtt, "--aws-iot-poll", "1",
            ]).ConfigureAwait(false);
        _copies[copy] = (process, new ServiceClient(ready));
    }

    private void Kill(int copy)
    {
        _copies[copy]?.Process.Dispose();
        _copies[copy]?.Api.Dispose();
        _copies[copy] = null;
    }
}
