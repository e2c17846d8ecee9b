using System.Text.Json.Nodes;

namespace NanoIoT.Cloud.Storage.DynamoDb;

/// <summary>What the transactions of a group have changed so far: later ones see it, and it is committed as a whole.</summary>
internal sealed class GroupState
{
    private readonly Dictionary<(string Kind, string Id), (IRecordTable Table, object? Record, bool IsNew)> _records = [];
    private readonly List<JsonObject> _entries = [];

    public int Items => _records.Count;

    public IReadOnlyList<JsonObject> Entries => _entries;

    public int EntryCharacters { get; private set; }

    public bool IsEmpty => _entries.Count == 0;

    /// <summary>A group that changes no record and has one entry.</summary>
    public static GroupState Of(AuditNote note)
    {
        var state = new GroupState();
        state.AddEntry(new JsonObject
        {
            ["at"] = note.At,
            ["actor"] = note.Actor,
            ["action"] = note.Action,
            ["resource"] = note.Resource,
            ["before"] = DynamoDbTransaction.Shorten(note.Before?.DeepClone()),
            ["after"] = DynamoDbTransaction.Shorten(note.After?.DeepClone()),
        });
        return state;
    }

    public GroupState Copy()
    {
        var copy = new GroupState { EntryCharacters = EntryCharacters };
        foreach (((string, string) key, (IRecordTable, object?, bool) change) in _records)
        {
            copy._records.Add(key, change);
        }

        copy._entries.AddRange(_entries);
        return copy;
    }

    public object? Find(IRecordTable table, string id) => _records.TryGetValue((table.Kind, id), out (IRecordTable Table, object? Record, bool IsNew) change) ? change.Record : table.Find(id);

    public IEnumerable<(string Id, object? Record)> ChangesOf(IRecordTable table) => _records.Where(item => item.Key.Kind == table.Kind).Select(item => (item.Key.Id, item.Value.Record));

    public void Set(RecordChange change)
    {
        // New to the store, or in a deleted one's place: nothing beside the old one is its.
        bool isNew = change.Before is null || (_records.TryGetValue((change.Table.Kind, change.Id), out (IRecordTable Table, object? Record, bool IsNew) known) && known.IsNew);
        _records[(change.Table.Kind, change.Id)] = (change.Table, change.After, isNew);
    }

    public void AddEntry(JsonObject entry)
    {
        _entries.Add(entry);
        EntryCharacters += entry.ToJsonString(RecordStore.Json).Length;
    }

    public string ToJson() => new JsonArray([.. _entries.Select(entry => entry.DeepClone())]).ToJsonString(RecordStore.Json);

    public IEnumerable<(IRecordTable Table, string Id, object? Record, bool IsNew)> Final() => _records.Select(item => (item.Value.Table, item.Key.Id, item.Value.Record, item.Value.IsNew));
}
