using System.Text.Json;
using System.Text.Json.Nodes;

namespace NanoIoT.Cloud.Storage;

/// <summary>
/// Records of one kind: JSON in the store, and a copy in memory that reads are answered from. The copy changes after the
/// commit, in the order of commits.
/// </summary>
/// <typeparam name="T">A record; it never changes once it is stored.</typeparam>
public sealed class RecordTable<T> : IRecordTable
    where T : class
{
    private readonly SortedTable<T> _byId = new();
    private readonly SortedTable<T> _byAlternate = new();
    private readonly Func<T, string> _id;
    private readonly Func<T, string>? _alternate;
    private readonly (Func<T, IReadOnlyDictionary<string, string>> Get, Func<T, IReadOnlyDictionary<string, string>, T> With)? _beside;

    internal RecordTable(
        string kind, Func<T, string> id, Func<T, string>? alternate, (Func<T, IReadOnlyDictionary<string, string>> Get, Func<T, IReadOnlyDictionary<string, string>, T> With)? beside)
    {
        Kind = kind;
        _id = id;
        _alternate = alternate;
        _beside = beside;
    }

    /// <summary>The kind's name in the store.</summary>
    public string Kind { get; }

    /// <summary>How many there are.</summary>
    public int Count => _byId.Count;

    /// <summary>Called after a record was stored (before is null where it is new) or deleted (after is null), in the order of commits; quick, and never throwing.</summary>
    internal Action<T?, T?>? Changed { get; set; }

    /// <summary>A record.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>The record, or null.</returns>
    public T? Get(string id) => _byId.Get(id);

    /// <summary>Records in the order of their ids.</summary>
    /// <param name="prefix">What their ids begin with.</param>
    /// <param name="after">Only those whose id follows.</param>
    /// <param name="limit">How many at most.</param>
    /// <returns>The records.</returns>
    public IReadOnlyList<T> Range(string prefix = "", string? after = null, int limit = int.MaxValue) => _byId.Range(prefix, after, limit);

    /// <summary>Records in the order of their alternate ids.</summary>
    /// <param name="prefix">What those begin with.</param>
    /// <param name="after">Only those whose alternate id follows.</param>
    /// <param name="limit">How many at most.</param>
    /// <returns>The records.</returns>
    public IReadOnlyList<T> RangeByAlternate(string prefix, string? after = null, int limit = int.MaxValue) => _byAlternate.Range(prefix, after, limit);

    bool IRecordTable.HasBeside => _beside is not null;

    object? IRecordTable.Find(string id) => _byId.Get(id);

    IReadOnlyList<object> IRecordTable.FindAll(string prefix, bool byAlternate) => byAlternate ? _byAlternate.Range(prefix) : _byId.Range(prefix);

    string IRecordTable.IdOf(object record) => _id((T)record);

    string? IRecordTable.AlternateOf(object record) => _alternate?.Invoke((T)record);

    object IRecordTable.Parse(string json) => JsonSerializer.Deserialize<T>(json, RecordStore.Json)!;

    string IRecordTable.Format(object record) => JsonSerializer.Serialize((T)record, RecordStore.Json);

    IReadOnlyDictionary<string, string> IRecordTable.BesideOf(object record) => _beside!.Value.Get((T)record);

    object IRecordTable.WithBeside(object record, IReadOnlyDictionary<string, string> values) => _beside!.Value.With((T)record, values);

    void IRecordTable.Apply(string id, object? before, object? after)
    {
        if (before is T old && _alternate is not null)
        {
            _byAlternate.Remove(_alternate(old));
        }

        if (after is T value)
        {
            _byId.Set(id, value);
            if (_alternate is not null)
            {
                _byAlternate.Set(_alternate(value), value);
            }
        }
        else
        {
            _byId.Remove(id);
        }

        Changed?.Invoke((T?)before, (T?)after);
    }

    void IRecordTable.Load(object loaded)
    {
        var record = (T)loaded;
        _byId.Set(_id(record), record);
        if (_alternate is not null)
        {
            _byAlternate.Set(_alternate(record), record);
        }
    }

    JsonNode? IRecordTable.Describe(object? record) => record is null ? null : JsonSerializer.SerializeToNode((T)record, RecordStore.Json);
}
