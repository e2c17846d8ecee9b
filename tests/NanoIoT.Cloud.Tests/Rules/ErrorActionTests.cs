using System.Text;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests.Rules;

/// <summary>What error actions get, and rules whose targets come later.</summary>
[TestClass]
public sealed class ErrorActionTests : RuleTestBase
{
    private const string ToErrors = """{"republish":{"topic":"errors"}}""";
    private const string Later = """[{"dynamoDBv2":{"putItem":{"tableName":"later"}}}]""";

    [TestMethod]
    [DataRow("SELECT * FROM 'in/x'", DisplayName = "The result is the message")]
    [DataRow("SELECT id AS other FROM 'in/x'", DisplayName = "The result is another")]
    [DataRow("SELECT *, get_dynamodb('none', 'id', id, 'arn:aws:iam::000000000000:role/none') AS more FROM 'in/x'", DisplayName = "The statement waits")]
    public async Task An_error_action_gets_the_original_message(string sql)
    {
        const string payload = """{ "id": "a" }""";
        await CreateAsync("catch", "SELECT * FROM 'errors'", """[{"file":{"path":"errors.jsonl"}}]""").ConfigureAwait(false);
        await CreateAsync("failing", sql, Later, ToErrors).ConfigureAwait(false);

        await PublishAsync("in/x", payload).ConfigureAwait(false);

        JsonNode error = await ErrorAsync().ConfigureAwait(false);
        Assert.AreEqual(payload, Encoding.UTF8.GetString(Convert.FromBase64String(error["base64OriginalPayload"]!.ToString())));
        Assert.AreEqual("failing", error["ruleName"]!.ToString());
    }

    [TestMethod]
    public async Task A_table_may_be_created_after_the_rule()
    {
        await CreateAsync("put", "SELECT * FROM 'in/x'", Later).ConfigureAwait(false);
        await PublishAsync("in/x", """{"id":"early"}""").ConfigureAwait(false);
        await Wait.UntilAsync(async () => (await DeadLettersAsync("put").ConfigureAwait(false)).Count == 1, "the early result is given up").ConfigureAwait(false);

        await ApiAsync(HttpMethod.Post, "/nanoiot/tables", new { name = "later", hashKey = "id" }).ConfigureAwait(false);
        await PublishAsync("in/x", """{"id":"late"}""").ConfigureAwait(false);

        Assert.AreEqual("late", (await ItemsAsync("later").ConfigureAwait(false)).Single()!["id"]!.ToString());
    }

    [TestMethod]
    public async Task Republish_sends_the_bytes_that_correlation_data_stands_for()
    {
        byte[] expected = [0, 1, 2, 0xFF];
        await CreateAsync("catch", "SELECT get_mqtt_property('correlation_data') AS data FROM 'out/x'", """[{"file":{"path":"errors.jsonl"}}]""").ConfigureAwait(false);
        await CreateAsync(
            "republish",
            "SELECT * FROM 'in/x'",
            """[{"republish":{"topic":"out/x","headers":{"correlationData":"VALUE"}}}]""".Replace("VALUE", Convert.ToBase64String(expected), StringComparison.Ordinal)).ConfigureAwait(false);

        await PublishAsync("in/x", """{"id":"a"}""").ConfigureAwait(false);

        JsonNode result = await ErrorAsync().ConfigureAwait(false);
        Assert.AreEqual(Convert.ToBase64String(expected), result["data"]!.ToString());
    }

    [TestMethod]
    public async Task Correlation_data_that_is_not_base64_is_refused_or_fails()
    {
        const string broken = """[{"republish":{"topic":"out/x","headers":{"correlationData":"VALUE"}}}]""";
        CloudException refusal = await Assert.ThrowsExactlyAsync<CloudException>(() => CreateAsync("r", "SELECT * FROM 'in/x'", broken)).ConfigureAwait(false);
        Assert.AreEqual(ErrorCodes.InvalidRequest, refusal.Code);
        Assert.Contains("correlationData must be base64", refusal.Message);

        await CreateAsync("r", "SELECT * FROM 'in/x'", broken.Replace("VALUE", "${id}", StringComparison.Ordinal)).ConfigureAwait(false);
        await PublishAsync("in/x", """{"id":"*"}""").ConfigureAwait(false);
        await Wait.UntilAsync(async () => (await DeadLettersAsync("r").ConfigureAwait(false)).Count == 1, "the result is given up").ConfigureAwait(false);
        Assert.AreEqual("InvalidCorrelationData", (await DeadLettersAsync("r").ConfigureAwait(false)).Single()!["code"]!.ToString());
    }

    [TestMethod]
    [DataRow("GetTopicRule")]
    [DataRow("EnableTopicRule")]
    [DataRow("DisableTopicRule")]
    public async Task A_rule_that_does_not_exist_is_denied(string operation)
    {
        CloudException refusal = await Assert.ThrowsExactlyAsync<CloudException>(() => Cloud.CallAsync(operation, null, ("ruleName", "none"))).ConfigureAwait(false);

        Assert.AreEqual(ErrorCodes.Unauthorized, refusal.Code);
    }

    [TestMethod]
    public async Task A_replaced_rule_and_a_destination_that_do_not_exist_are_denied()
    {
        var payload = new JsonObject { ["sql"] = "SELECT * FROM 'a'", ["actions"] = new JsonArray() };
        const string arn = "arn:aws:iot:eu-west-1:000000000000:ruledestination/http/none";
        foreach (Func<Task> call in new Func<Task>[]
        {
            () => Cloud.CallAsync("ReplaceTopicRule", payload, ("ruleName", "none")),
            () => Cloud.CallAsync("GetTopicRuleDestination", null, ("arn", arn)),
            () => Cloud.CallAsync("DeleteTopicRuleDestination", null, ("arn", arn)),
            () => Cloud.CallAsync("UpdateTopicRuleDestination", new JsonObject { ["arn"] = arn, ["status"] = "ENABLED" }),
        })
        {
            Assert.AreEqual(ErrorCodes.Unauthorized, (await Assert.ThrowsExactlyAsync<CloudException>(call).ConfigureAwait(false)).Code);
        }

        var vpc = new JsonObject { ["destinationConfiguration"] = JsonNode.Parse("""{"vpcConfiguration":{"subnetIds":["s"],"vpcId":"v","roleArn":"r"}}""") };
        Assert.AreEqual(ErrorCodes.NotSupported, (await Assert.ThrowsExactlyAsync<CloudException>(() => Cloud.CallAsync("CreateTopicRuleDestination", vpc)).ConfigureAwait(false)).Code);
    }

    private async Task<JsonNode> ErrorAsync()
    {
        string path = string.Empty;
        await Wait.UntilAsync(
            () =>
            {
                path = Directory.EnumerateFiles(DataFolder, "errors.jsonl", SearchOption.AllDirectories).FirstOrDefault() ?? string.Empty;
                return path.Length > 0 && ReadShared(path).EndsWith('\n');
            },
            "the error action wrote").ConfigureAwait(false);
        return JsonNode.Parse(ReadShared(path).Split('\n')[0])!;
    }

    private static string ReadShared(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
