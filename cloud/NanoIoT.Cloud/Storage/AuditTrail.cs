using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace NanoIoT.Cloud.Storage;

/// <summary>Every change: who, when, what, before and after. Changes of records are written by their own transactions.</summary>
/// <param name="database">Where it is kept.</param>
/// <param name="time">The clock.</param>
public sealed class AuditTrail(SqliteDatabase database, TimeProvider time)
{
    private const int MaxEntries = 1_000_000;

    // What proves who somebody is has no place in a log.
    private static readonly string[] s_secrets = ["sealedSecret", "hash", "ownershipTokenHash", "privateKey"];

    /// <summary>Writes down a change that is no record's, after it is durable.</summary>
    /// <param name="action">The operation.</param>
    /// <param name="resource">What changed: kind and id.</param>
    /// <param name="before">It before, or null.</param>
    /// <param name="after">It after, or null.</param>
    /// <returns>The task.</returns>
    public Task AppendAsync(string action, string resource, JsonNode? before, JsonNode? after)
    {
        string actor = Actor.Current;
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return database.WriteAsync(connection => Append(connection, now, actor, action, resource, before, after));
    }

    /// <summary>Changes, newest first.</summary>
    /// <param name="before">Only those before an id, or null.</param>
    /// <param name="actor">Only those of an actor, or null.</param>
    /// <param name="resourcePrefix">Only those whose resource begins so, or null.</param>
    /// <param name="limit">How many at most.</param>
    /// <returns>The changes.</returns>
    public IReadOnlyList<AuditEntry> List(long? before, string? actor, string? resourcePrefix, int limit) => database.Read(connection => connection.Query(
        "SELECT id, at, actor, action, resource, before, after FROM audit WHERE id < @0 AND (@1 IS NULL OR actor = @1) AND (@2 IS NULL OR substr(resource, 1, length(@2)) = @2) ORDER BY id DESC LIMIT @3",
        row => new AuditEntry(row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetString(3), row.GetString(4), Parse(row.Text(5)), Parse(row.Text(6))),
        before ?? long.MaxValue,
        actor,
        resourcePrefix,
        limit));

    /// <summary>Lets the oldest go beyond a million.</summary>
    /// <returns>The task.</returns>
    public Task TrimAsync() => database.WriteAsync(connection => connection.Run("DELETE FROM audit WHERE id <= (SELECT max(id) FROM audit) - @0", MaxEntries));

    internal static void Append(SqliteConnection connection, long now, string actor, string action, string resource, JsonNode? before, JsonNode? after) => connection.Run(
        "INSERT INTO audit(at, actor, action, resource, before, after) VALUES (@0, @1, @2, @3, @4, @5)",
        now,
        actor,
        action,
        resource,
        Redact(before)?.ToJsonString(RecordStore.Json),
        Redact(after)?.ToJsonString(RecordStore.Json));

    private static JsonNode? Parse(string? json) => json is null ? null : JsonNode.Parse(json);

    private static JsonNode? Redact(JsonNode? node)
    {
        if (node is JsonObject members)
        {
            foreach (string name in s_secrets)
            {
                members.Remove(name);
            }

            foreach ((_, JsonNode? member) in members)
            {
                Redact(member);
            }
        }
        else if (node is JsonArray items)
        {
            foreach (JsonNode? item in items)
            {
                Redact(item);
            }
        }

        return node;
    }
}
