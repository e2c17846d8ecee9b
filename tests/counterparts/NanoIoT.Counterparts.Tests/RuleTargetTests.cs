using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Testing;

namespace NanoIoT.Counterparts.Tests;

/// <summary>Actions against DynamoDB Local, an S3 server and a Kinesis server; the aws command looks at what is there.</summary>
[TestClass]
public sealed class RuleTargetTests
{
    private const string Key = AwsServers.Key;

    private readonly string _folder = Directory.CreateTempSubdirectory("nanoiot-targets-").FullName;
    private readonly AwsServers _servers = new();
    private Uri _dynamoDb = null!;
    private Uri _s3 = null!;
    private Uri _kinesis = null!;
    private CloudService _cloud = null!;

    [TestInitialize]
    public async Task StartAsync()
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", Key);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", Key);
        _dynamoDb = await _servers.StartDynamoDbAsync().ConfigureAwait(false);
        _s3 = await _servers.StartS3Async("telemetry").ConfigureAwait(false);
        _kinesis = await _servers.StartKinesisAsync().ConfigureAwait(false);
        _cloud = await CloudService.StartAsync(new CloudOptions
        {
            DataFolder = Path.Combine(_folder, "data"),
            MqttPort = 0,
            HttpsPort = 0,
            Aws = new AwsOptions { Endpoints = new Dictionary<string, Uri> { ["dynamodb"] = _dynamoDb, ["s3"] = _s3, ["kinesis"] = _kinesis } },
        }).ConfigureAwait(false);
    }

    [TestCleanup]
    public async Task StopAsync()
    {
        await _cloud.DisposeAsync().ConfigureAwait(false);
        await _servers.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(_folder, recursive: true);
    }

    [TestMethod]
    public async Task Items_go_to_DynamoDB_and_are_read_from_it()
    {
        await AwsAsync(_dynamoDb, "dynamodb", "create-table", "--table-name", "devices", "--billing-mode", "PAY_PER_REQUEST", "--attribute-definitions", "AttributeName=id,AttributeType=S", "AttributeName=n,AttributeType=N", "--key-schema", "AttributeName=id,KeyType=HASH", "AttributeName=n,KeyType=RANGE").ConfigureAwait(false);
        await RuleAsync("put", "SELECT * FROM 'in/put'", """{"dynamoDBv2":{"roleArn":"arn:aws:iam::1:role/r","putItem":{"tableName":"devices"}}}""").ConfigureAwait(false);
        await RuleAsync("last", "SELECT v FROM 'in/last'", """{"dynamoDB":{"tableName":"devices","operation":"UPDATE","hashKeyField":"id","hashKeyValue":"${id}","rangeKeyField":"n","rangeKeyValue":"${n}","rangeKeyType":"NUMBER","payloadField":"last"}}""").ConfigureAwait(false);
        await RuleAsync("read", "SELECT get_dynamodb('devices', 'id', id, 'n', n, 'arn:aws:iam::1:role/r').place AS place, 'found' AS id, 1 AS n FROM 'in/read'", """{"dynamoDBv2":{"putItem":{"tableName":"devices"}}}""").ConfigureAwait(false);

        await PublishAsync("in/put", """{"id":"a","n":2,"place":"hall","tags":["x",{"y":1.5}],"on":true}""").ConfigureAwait(false);
        async Task<JsonNode?> ItemAsync(string id, int n) => (await AwsAsync(_dynamoDb, "dynamodb", "get-item", "--table-name", "devices", "--key", $"{{\"id\":{{\"S\":\"{id}\"}},\"n\":{{\"N\":\"{n}\"}}}}").ConfigureAwait(false))["Item"];
        await Wait.UntilAsync(async () => await ItemAsync("a", 2).ConfigureAwait(false) is not null, "the item is there").ConfigureAwait(false);
        await PublishAsync("in/last", """{"id":"a","n":2,"v":7}""").ConfigureAwait(false);
        await PublishAsync("in/read", """{"id":"a","n":2}""").ConfigureAwait(false);

        await Wait.UntilAsync(async () => (await ItemAsync("a", 2).ConfigureAwait(false))?["last"] is not null && await ItemAsync("found", 1).ConfigureAwait(false) is not null, "it is changed and read").ConfigureAwait(false);
        JsonNode item = (await ItemAsync("a", 2).ConfigureAwait(false))!;
        Assert.AreEqual("hall", item["place"]!["S"]!.GetValue<string>());
        Assert.AreEqual("1.5", item["tags"]!["L"]![1]!["M"]!["y"]!["N"]!.GetValue<string>());
        Assert.IsTrue(item["on"]!["BOOL"]!.GetValue<bool>());
        Assert.AreEqual("""{"v":7}""", item["last"]!["S"]!.GetValue<string>());
        Assert.AreEqual("hall", (await ItemAsync("found", 1).ConfigureAwait(false))!["place"]!["S"]!.GetValue<string>());
    }

    [TestMethod]
    public async Task Objects_and_archives_go_to_S3()
    {
        await RuleAsync("put", "SELECT * FROM 'in/+'", """{"s3":{"bucketName":"telemetry","key":"raw/${topic(2)}/${n}.json"}}""").ConfigureAwait(false);
        await RuleAsync("archive", "SELECT n FROM 'in/+'", """{"archive":{"bucketName":"telemetry","prefix":"lake/","maxSeconds":1}}""").ConfigureAwait(false);
        for (int i = 0; i < 5; i++)
        {
            await PublishAsync("in/pump", $"{{\"n\":{i},\"blob\":\"é\"}}").ConfigureAwait(false);
        }

        async Task<string[]> KeysAsync(string prefix) => [.. ((await AwsAsync(_s3, "s3api", "list-objects", "--bucket", "telemetry", "--prefix", prefix).ConfigureAwait(false))["Contents"] as JsonArray ?? []).Select(item => item!["Key"]!.GetValue<string>())];
        async Task<string> ReadAsync(string key)
        {
            string file = Path.Combine(_folder, "object");
            await AwsAsync(_s3, "s3api", "get-object", "--bucket", "telemetry", "--key", key, file).ConfigureAwait(false);
            return await File.ReadAllTextAsync(file).ConfigureAwait(false);
        }

        async Task<int> LinesAsync()
        {
            int lines = 0;
            foreach (string key in await KeysAsync("lake/").ConfigureAwait(false))
            {
                lines += (await ReadAsync(key).ConfigureAwait(false)).Count(c => c == '\n');
            }

            return lines;
        }

        await Wait.UntilAsync(async () => (await KeysAsync("raw/").ConfigureAwait(false)).Length == 5 && await LinesAsync().ConfigureAwait(false) == 5, "all are there").ConfigureAwait(false);
        Assert.AreEqual("{\"n\":3,\"blob\":\"é\"}", await ReadAsync("raw/pump/3.json").ConfigureAwait(false));
        StringAssert.StartsWith((await KeysAsync("lake/").ConfigureAwait(false))[0], $"lake/year={DateTime.UtcNow:yyyy}/month={DateTime.UtcNow:MM}/day=", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Records_go_to_Kinesis_in_the_order_of_their_thing()
    {
        await AwsAsync(_kinesis, "kinesis", "create-stream", "--stream-name", "telemetry", "--shard-count", "1").ConfigureAwait(false);
        await Wait.UntilAsync(async () => (await AwsAsync(_kinesis, "kinesis", "describe-stream", "--stream-name", "telemetry").ConfigureAwait(false))["StreamDescription"]!["StreamStatus"]!.GetValue<string>() == "ACTIVE", "the stream is there").ConfigureAwait(false);
        await RuleAsync("stream", "SELECT *, topic(3) AS thing FROM 'nanoiot/things/+/telemetry'", """{"kinesis":{"streamName":"telemetry","partitionKey":"${topic(3)}"}}""").ConfigureAwait(false);
        for (int i = 0; i < 20; i++)
        {
            await PublishAsync($"nanoiot/things/t{i % 2}/telemetry", $"{{\"n\":{i}}}").ConfigureAwait(false);
        }

        string iterator = (await AwsAsync(_kinesis, "kinesis", "get-shard-iterator", "--stream-name", "telemetry", "--shard-id", "shardId-000000000000", "--shard-iterator-type", "TRIM_HORIZON").ConfigureAwait(false))["ShardIterator"]!.GetValue<string>();
        JsonNode[] records = [];
        await Wait.UntilAsync(
            async () =>
            {
                JsonNode answer = await AwsAsync(_kinesis, "kinesis", "get-records", "--shard-iterator", iterator).ConfigureAwait(false);
                records = [.. answer["Records"]!.AsArray().Select(record => JsonNode.Parse(Convert.FromBase64String(record!["Data"]!.GetValue<string>()))!)];
                return records.Length == 20;
            },
            "all are there").ConfigureAwait(false);
        foreach (int thing in new[] { 0, 1 })
        {
            CollectionAssert.AreEqual(Enumerable.Range(0, 10).Select(i => (i * 2) + thing).ToArray(), records.Where(record => record["thing"]!.GetValue<string>() == $"t{thing}").Select(record => record["n"]!.GetValue<int>()).ToArray());
        }
    }

    private static async Task<JsonNode> AwsAsync(Uri endpoint, params string[] arguments)
    {
        (int exitCode, string output, string errors) = await Programs.AwsAsync(endpoint.AbsoluteUri.TrimEnd('/'), Key, Key, "eu-west-1", null, arguments).ConfigureAwait(false);
        Assert.AreEqual(0, exitCode, string.Join(' ', arguments) + ": " + errors);
        return string.IsNullOrWhiteSpace(output) ? new JsonObject() : JsonNode.Parse(output)!;
    }

    private async Task RuleAsync(string name, string sql, string action) => await _cloud.CallAsync(
        "CreateTopicRule", new JsonObject { ["sql"] = sql, ["awsIotSqlVersion"] = "2016-03-23", ["actions"] = new JsonArray(JsonNode.Parse(action)) }, ("ruleName", name)).ConfigureAwait(false);

    private Task PublishAsync(string topic, string payload) => _cloud.MessageBus.PublishAsync(new BusMessage(topic, Encoding.UTF8.GetBytes(payload)));
}
