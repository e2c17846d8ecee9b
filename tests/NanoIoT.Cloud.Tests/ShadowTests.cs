using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Shadows;
using NanoIoT.Cloud.Shadows.Stores;
using NanoIoT.Cloud.Storage.Sqlite;

namespace NanoIoT.Cloud.Tests;

[TestClass]
public sealed class ShadowTests
{
    private const string Prefix = "$aws/things/t/shadow";

    private readonly string _folder = Directory.CreateTempSubdirectory("nanoiot-shadow-").FullName;
    private readonly RecordingBus _bus = new();
    private SqliteDatabase _database = null!;
    private ShadowService _shadows = null!;

    [TestInitialize]
    public void Open()
    {
        _database = SqliteDatabase.Open(Path.Combine(_folder, "a.db"));
        _shadows = new ShadowService(new SqliteShadowStore(_database), _bus, TimeProvider.System);
    }

    [TestCleanup]
    public async Task CloseAsync()
    {
        await _database.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(_folder, recursive: true);
    }

    [TestMethod]
    public async Task An_update_answers_accepted_documents_and_delta()
    {
        await SendAsync("update", """{"state":{"desired":{"a":1,"b":{"c":[1,2]}},"reported":{"a":2}},"clientToken":"tok"}""").ConfigureAwait(false);

        JsonNode accepted = _bus.Last(Prefix + "/update/accepted");
        Assert.AreEqual(1, accepted["version"]!.GetValue<int>());
        Assert.AreEqual("tok", accepted["clientToken"]!.GetValue<string>());
        Assert.IsNotNull(accepted["metadata"]!["desired"]!["b"]!["c"]![1]!["timestamp"]);
        JsonNode delta = _bus.Last(Prefix + "/update/delta");
        Assert.AreEqual("""{"a":1,"b":{"c":[1,2]}}""", delta["state"]!.ToJsonString());
        JsonNode documents = _bus.Last(Prefix + "/update/documents");
        Assert.AreEqual(0, documents["previous"]!["version"]!.GetValue<int>());
        Assert.AreEqual(1, documents["current"]!["version"]!.GetValue<int>());
    }

    [TestMethod]
    public async Task Null_removes_a_key_and_a_section_and_empties_the_shadow()
    {
        await SendAsync("update", """{"state":{"desired":{"a":1,"b":2},"reported":{"c":3}}}""").ConfigureAwait(false);
        await SendAsync("update", """{"state":{"desired":{"a":null}}}""").ConfigureAwait(false);
        Assert.AreEqual("""{"b":2}""", _shadows.TryGet("t", string.Empty)!["state"]!["desired"]!.ToJsonString());

        await SendAsync("update", """{"state":{"desired":null}}""").ConfigureAwait(false);
        Assert.IsNull(_shadows.TryGet("t", string.Empty)!["state"]!["desired"]);

        await SendAsync("update", """{"state":null}""").ConfigureAwait(false);
        Assert.AreEqual("{}", _shadows.TryGet("t", string.Empty)!["state"]!.ToJsonString());
    }

    [TestMethod]
    [DataRow("update", "{}", 400, "Missing required node: state")]
    [DataRow("update", "{\"state\":5}", 400, "State node must be an object")]
    [DataRow("update", "{\"state\":{\"desired\":5}}", 400, "Desired node must be an object")]
    [DataRow("update", "{\"state\":{\"reported\":[]}}", 400, "Reported node must be an object")]
    [DataRow("update", "{\"state\":{\"desired\":{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":{\"g\":1}}}}}}}}}", 400, "JSON contains too many levels of nesting; maximum is 6")]
    [DataRow("update", "{\"state\":{},\"version\":\"x\"}", 400, "Invalid version")]
    [DataRow("update", "{\"state\":{},\"clientToken\":7}", 400, "Invalid clientToken")]
    [DataRow("update", "{\"state\":{\"desired\":{\"a\":1}},\"version\":9}", 409, "Version conflict")]
    [DataRow("update", "{\"a\":1,\"a\":2}", 400, "Invalid JSON")]
    [DataRow("update", "not json", 400, "Invalid JSON")]
    [DataRow("update", "[]", 400, "Invalid JSON")]
    [DataRow("get", "", 404, "No shadow exists")]
    [DataRow("delete", "", 404, "No shadow exists")]
    public async Task What_is_wrong_is_rejected_with_aws_message_and_changes_nothing(string operation, string payload, int code, string message)
    {
        await SendAsync(operation, payload).ConfigureAwait(false);

        JsonNode rejected = _bus.Last($"{Prefix}/{operation}/rejected");
        Assert.AreEqual(code, rejected["code"]!.GetValue<int>());
        Assert.StartsWith(message, rejected["message"]!.GetValue<string>());
        await Assert.ThrowsExactlyAsync<ShadowException>(() => _shadows.GetAsync("t", string.Empty)).ConfigureAwait(false);
    }

    [TestMethod]
    public async Task A_document_over_8_KB_is_rejected()
    {
        await SendAsync("update", "{\"state\":{\"desired\":{\"a\":\"" + new string('x', 9000) + "\"}}}").ConfigureAwait(false);

        Assert.AreEqual(413, _bus.Last(Prefix + "/update/rejected")["code"]!.GetValue<int>());
    }

    [TestMethod]
    public async Task The_version_goes_on_after_a_delete()
    {
        await SendAsync("update", """{"state":{"desired":{"a":1}}}""").ConfigureAwait(false);
        await SendAsync("delete", string.Empty).ConfigureAwait(false);
        await SendAsync("update", """{"state":{"desired":{"a":1}}}""").ConfigureAwait(false);

        Assert.AreEqual(2, _shadows.TryGet("t", string.Empty)!["version"]!.GetValue<long>());
    }

    [TestMethod]
    public async Task Of_two_updates_with_one_version_exactly_one_wins()
    {
        await SendAsync("update", """{"state":{"desired":{"a":0}}}""").ConfigureAwait(false);
        await Task.WhenAll(Enumerable.Range(1, 20).Select(i => SendAsync("update", "{\"state\":{\"desired\":{\"a\":" + i + "}},\"version\":1}"))).ConfigureAwait(false);

        Assert.AreEqual(2, _shadows.TryGet("t", string.Empty)!["version"]!.GetValue<long>());
        Assert.AreEqual(19, _bus.Messages.Count(item => item.Topic == Prefix + "/update/rejected"));
    }

    [TestMethod]
    public async Task The_delta_is_always_what_differs()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int round = 0; round < 300; round++)
        {
            string section = random.Next(2) == 0 ? "desired" : "reported";
            var update = new JsonObject { ["state"] = new JsonObject { [section] = RandomObject(random, 3) } };
            await _shadows.UpdateAsync("t", string.Empty, Encoding.UTF8.GetBytes(update.ToJsonString())).ConfigureAwait(false);

            JsonNode state = _shadows.TryGet("t", string.Empty)!["state"]!;
            JsonObject expected = Differs(state["desired"] as JsonObject ?? [], state["reported"] as JsonObject ?? []);
            string actual = (state["delta"] as JsonObject ?? []).ToJsonString();
            Assert.IsTrue(JsonNode.DeepEquals(expected, JsonNode.Parse(actual)), $"seed {seed}, round {round}: {expected.ToJsonString()} and {actual}");
        }
    }

    private static JsonObject Differs(JsonObject desired, JsonObject reported)
    {
        var result = new JsonObject();
        foreach ((string key, JsonNode? value) in desired)
        {
            if (value is JsonObject inner && reported[key] is JsonObject other)
            {
                JsonObject nested = Differs(inner, other);
                if (nested.Count > 0)
                {
                    result[key] = nested;
                }
            }
            else if (!JsonNode.DeepEquals(value, reported[key]))
            {
                result[key] = value!.DeepClone();
            }
        }

        return result;
    }

    private static JsonObject RandomObject(Random random, int depth)
    {
        var result = new JsonObject();
        for (int i = random.Next(4); i >= 0; i--)
        {
            result["k" + random.Next(4)] = random.Next(6) switch
            {
                0 => null,
                1 when depth > 0 => RandomObject(random, depth - 1),
                2 => new JsonArray(random.Next(2), "x"),
                _ => random.Next(3),
            };
        }

        return result;
    }

    private Task SendAsync(string operation, string payload) => _shadows.HandleAsync($"{Prefix}/{operation}", Encoding.UTF8.GetBytes(payload));

    private sealed class RecordingBus : IMessageBus
    {
        public ConcurrentQueue<BusMessage> Messages { get; } = new();

        public Task PublishAsync(BusMessage message, CancellationToken cancellationToken = default)
        {
            Messages.Enqueue(message);
            return Task.CompletedTask;
        }

        public Task PublishFromClientAsync(BusMessage message, string? certificateId, CancellationToken cancellationToken = default) => PublishAsync(message, cancellationToken);

        public JsonNode Last(string topic) => JsonNode.Parse(Messages.Last(item => item.Topic == topic).Payload.Span)!;
    }
}
