using System.Text.Json.Nodes;

namespace NanoIoT.Cloud.Storage.DynamoDb;

/// <summary>A transaction on the tables in memory and what its group has changed; that nothing newer was written is checked when the group commits.</summary>
internal sealed class DynamoDbTransaction(GroupState state, string actor, string action, long now) : RecordTransaction(actor, action, now)
{
    /// <summary>An entry that would not fit the log says so in its place.</summary>
    private const int MaxDescription = 20_000;

    private RecordChange? _current;

    internal override void Audit(string resource, JsonNode? before, JsonNode? after)
    {
        var entry = new JsonObject { ["at"] = NowMilliseconds, ["actor"] = Actor, ["action"] = Action, ["resource"] = resource, ["before"] = Shorten(before), ["after"] = Shorten(after) };
        if (_current is RecordChange change)
        {
            entry["kind"] = change.Table.Kind;
            entry["id"] = change.Id;
            _current = null;
        }

        state.AddEntry(entry);
    }

    private protected override object? Read(IRecordTable table, string id) => state.Find(table, id);

    private protected override IEnumerable<object> ReadAll(IRecordTable table, string prefix, bool byAlternate)
    {
        Func<object, string> key = byAlternate ? record => table.AlternateOf(record)! : table.IdOf;
        Dictionary<string, object?> changes = state.ChangesOf(table).ToDictionary(change => change.Id, change => change.Record, StringComparer.Ordinal);
        return table.FindAll(prefix, byAlternate)
            .Where(record => !changes.ContainsKey(table.IdOf(record)))
            .Concat(changes.Values.OfType<object>().Where(record => key(record).StartsWith(prefix, StringComparison.Ordinal)))
            .OrderBy(key, StringComparer.Ordinal);
    }

    private protected override void Store(RecordChange change)
    {
        state.Set(change);
        _current = change;
    }

    internal static JsonNode? Shorten(JsonNode? node)
    {
        JsonNode? redacted = AuditTrail.Redact(node);
        return redacted is null || redacted.ToJsonString(RecordStore.Json).Length <= MaxDescription ? redacted : new JsonObject { ["tooLarge"] = true };
    }
}
