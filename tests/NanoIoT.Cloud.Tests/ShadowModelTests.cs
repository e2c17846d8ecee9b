using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Shadows;
using NanoIoT.Cloud.Shadows.Stores;
using NanoIoT.Cloud.Storage.Sqlite;

namespace NanoIoT.Cloud.Tests;

/// <summary>Shadows against a small model written apart from them: random sequences of updates, deletes and gets, with versions.</summary>
[TestClass]
public sealed class ShadowModelTests
{
    private static readonly Gen<string> s_key = One("a", "b", "c");

    private readonly string _folder = Directory.CreateTempSubdirectory("nanoiot-model-").FullName;
    private SqliteDatabase _database = null!;
    private ShadowService _shadows = null!;
    private int _next;

    [TestInitialize]
    public void Open()
    {
        _database = SqliteDatabase.Open(Path.Combine(_folder, "a.db"));
        _shadows = new ShadowService(new SqliteShadowStore(_database), new SilentBus(), TimeProvider.System);
    }

    [TestCleanup]
    public async Task CloseAsync()
    {
        await _database.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(_folder, recursive: true);
    }

    [TestMethod]
    public void Random_sequences_leave_what_the_model_says()
    {
        Gen<string> value = Gen.Recursive<string>((depth, inner) => depth > 3
            ? One("1", "\"x\"")
            : Gen.Frequency(
                (4, One("1", "2", "true", "\"x\"", "[1,{\"y\":2}]", "[]")),
                (1, Gen.Const("null")),
                (2, Gen.Select(s_key, inner, (key, nested) => "{\"" + key + "\":" + nested + "}"))));
        Gen<string> section = Gen.Frequency(
            (6, Gen.Select(s_key, value, (key, item) => "{\"" + key + "\":" + item + "}")),
            (1, Gen.Const("null")),
            (1, Gen.Const("{}")));
        Gen<(int Kind, string Desired, string Reported, int Version)> step = Gen.Select(Gen.Int[0, 9], section, section, Gen.Int[-1, 3]);

        Check.Sample(step.Array[1, 25], Agrees, iter: 300, threads: 1, print: steps => string.Join('\n', steps));
    }

    private bool Agrees((int Kind, string Desired, string Reported, int Version)[] steps)
    {
        string thing = "t" + _next++;
        JsonObject? desired = null;
        JsonObject? reported = null;
        bool exists = false;
        long version = 0;
        foreach ((int kind, string sentDesired, string sentReported, int wanted) in steps)
        {
            // One in four names a version: the right one, or one beside it.
            long? expected = wanted < 1 ? null : version + wanted - 1;
            bool isRefused;
            if (kind == 0)
            {
                isRefused = !exists;
                Assert.AreEqual(isRefused, Fails(() => _shadows.DeleteAsync(thing, string.Empty, ReadOnlyMemory<byte>.Empty)));
                (desired, reported, exists) = isRefused ? (desired, reported, exists) : (null, null, false);
            }
            else
            {
                bool clears = kind == 1;
                string state = clears ? "null" : kind < 5 ? "{\"desired\":" + sentDesired + "}" : kind < 8 ? "{\"reported\":" + sentReported + "}" : "{\"desired\":" + sentDesired + ",\"reported\":" + sentReported + "}";
                string payload = "{\"state\":" + state + (expected is null ? string.Empty : ",\"version\":" + expected) + "}";
                isRefused = expected is long number && number != version;
                Assert.AreEqual(isRefused, Fails(() => _shadows.UpdateAsync(thing, string.Empty, Encoding.UTF8.GetBytes(payload))), payload);
                if (!isRefused)
                {
                    version++;
                    exists = true;
                    desired = clears ? null : kind is < 5 or >= 8 ? Merged(desired, JsonNode.Parse(sentDesired)) : desired;
                    reported = clears ? null : kind >= 5 ? Merged(reported, JsonNode.Parse(sentReported)) : reported;
                }
            }

            JsonObject? document = _shadows.TryGet(thing, string.Empty);
            Assert.AreEqual(exists, document is not null);
            if (document is not null)
            {
                Assert.AreEqual(version, document["version"]!.GetValue<long>());
                Same(desired, document["state"]!["desired"]);
                Same(reported, document["state"]!["reported"]);
                Same(Delta(desired ?? [], reported ?? []), document["state"]!["delta"]);
            }
        }

        return true;
    }

    private static Gen<string> One(params string[] items) => Gen.Int[0, items.Length - 1].Select(index => items[index]);

    private static bool Fails(Func<Task> action)
    {
        try
        {
            // CsCheck asks its question synchronously.
            action().GetAwaiter().GetResult();
            return false;
        }
        catch (ShadowException)
        {
            return true;
        }
    }

    private static JsonObject? Merged(JsonObject? known, JsonNode? sent)
    {
        if (sent is not JsonObject changes)
        {
            return null;
        }

        var result = (JsonObject?)known?.DeepClone() ?? [];
        foreach ((string key, JsonNode? value) in changes)
        {
            result.Remove(key);
            if (value is JsonObject)
            {
                result[key] = Merged(known?[key] as JsonObject, value);
            }
            else if (value is not null)
            {
                result[key] = value.DeepClone();
            }
        }

        return result;
    }

    private static JsonObject Delta(JsonObject desired, JsonObject reported)
    {
        var result = new JsonObject();
        foreach ((string key, JsonNode? value) in desired)
        {
            if (value is JsonObject one && reported[key] is JsonObject other)
            {
                if (Delta(one, other) is { Count: > 0 } inner)
                {
                    result[key] = inner;
                }
            }
            else if (!JsonNode.DeepEquals(value, reported[key]))
            {
                result[key] = value!.DeepClone();
            }
        }

        return result;
    }

    /// <summary>An empty section is left out of a document.</summary>
    private static void Same(JsonObject? expected, JsonNode? actual) =>
        Assert.IsTrue(JsonNode.DeepEquals(expected is { Count: > 0 } ? expected : null, actual), $"{expected?.ToJsonString()} is not {actual?.ToJsonString()}");

    private sealed class SilentBus : IMessageBus
    {
        public Task PublishAsync(BusMessage message, CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task PublishFromClientAsync(BusMessage message, string? certificateId, CancellationToken cancellationToken = default) => Task.CompletedTask;
    }
}
