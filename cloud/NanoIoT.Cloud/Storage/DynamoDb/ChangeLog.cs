using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;

namespace NanoIoT.Cloud.Storage.DynamoDb;

/// <summary>The audit log's items, which put transactions in order: <c>log</c>, <c>n</c> (1, 2, …), <c>entries</c> (JSON), <c>expires</c>.</summary>
internal static class ChangeLog
{
    public const string Table = "changes";
    public const string Log = "log";

    /// <summary>Ids of entries are numbers of items times this, and the place in the item.</summary>
    public const int IdsAnItem = 1000;

    /// <summary>Entries of one item: as many as a transaction has items.</summary>
    public const int MaxEntries = 99;

    /// <summary>Of an item, whose limit is 400 KB; a character may be four bytes.</summary>
    public const int MaxCharacters = 95_000;

    private const long LifeSeconds = 34_560_000;

    public static Dictionary<string, AttributeValue> Item(long n, GroupState state, long now) =>
        new() { [Log] = Attributes.Text(Log), ["n"] = Attributes.Number(n), ["entries"] = Attributes.Text(state.ToJson()), ["expires"] = Attributes.Number(now + LifeSeconds) };

    public static IEnumerable<(AuditEntry Entry, string? Kind, string? Id)> ReadEntries(Dictionary<string, AttributeValue> item)
    {
        long n = Attributes.Long(item, "n");
        JsonArray entries = JsonNode.Parse(item["entries"].S)!.AsArray();
        for (int i = 0; i < entries.Count; i++)
        {
            JsonObject entry = entries[i]!.AsObject();
            yield return (
                new AuditEntry(
                    (n * IdsAnItem) + i,
                    entry["at"]!.GetValue<long>(),
                    entry["actor"]!.GetValue<string>(),
                    entry["action"]!.GetValue<string>(),
                    entry["resource"]!.GetValue<string>(),
                    entry["before"]?.DeepClone(),
                    entry["after"]?.DeepClone()),
                entry["kind"]?.GetValue<string>(),
                entry["id"]?.GetValue<string>());
        }
    }

    /// <summary>The log's items, oldest first.</summary>
    public static IAsyncEnumerable<Dictionary<string, AttributeValue>> ReadAsync(DynamoDbDatabase database, CancellationToken cancellationToken) => database.QueryAsync(
        Table, "#log = :log", new Dictionary<string, string> { ["#log"] = Log }, Attributes.Key(":log", Log), cancellationToken);

    /// <summary>Writes a log that was another store's, its first item last.</summary>
    public static async Task WriteAsync(DynamoDbDatabase database, IReadOnlyList<AuditEntry> entries, long now, CancellationToken cancellationToken)
    {
        var items = new List<Dictionary<string, AttributeValue>>();
        var state = new GroupState();
        for (int i = 0; i < entries.Count; i++)
        {
            AuditEntry entry = entries[i];
            state.AddEntry(new JsonObject { ["at"] = entry.At, ["actor"] = entry.Actor, ["action"] = entry.Action, ["resource"] = entry.Resource, ["before"] = DynamoDbTransaction.Shorten(entry.Before?.DeepClone()), ["after"] = DynamoDbTransaction.Shorten(entry.After?.DeepClone()) });
            if (state.Entries.Count == MaxEntries || state.EntryCharacters > MaxCharacters / 2 || i + 1 == entries.Count)
            {
                items.Add(Item(items.Count + 1, state, now));
                state = new GroupState();
            }
        }

        await database.PutAllAsync(Table, items.Skip(1), cancellationToken).ConfigureAwait(false);
        await database.PutAllAsync(Table, items.Take(1), cancellationToken).ConfigureAwait(false);
    }
}
