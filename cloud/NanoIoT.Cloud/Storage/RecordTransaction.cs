using System.Text.Json.Nodes;

namespace NanoIoT.Cloud.Storage;

/// <summary>Reads and writes of one transaction; reads see what earlier transactions wrote, committed or about to be.</summary>
public abstract class RecordTransaction
{
    private readonly List<RecordChange> _changes = [];

    private protected RecordTransaction(string actor, string action, long now)
    {
        Actor = actor;
        Action = action;
        NowMilliseconds = now;
    }

    /// <summary>The transaction's time, Unix milliseconds.</summary>
    public long NowMilliseconds { get; }

    /// <summary>The transaction's time, Unix seconds.</summary>
    public long Now => NowMilliseconds / 1000;

    private protected string Actor { get; }

    private protected string Action { get; }

    /// <summary>What it changed, in order.</summary>
    private protected IReadOnlyList<RecordChange> Changes => _changes;

    /// <summary>A record.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="table">Its table.</param>
    /// <param name="id">Its id.</param>
    /// <returns>The record, or null.</returns>
    public T? Get<T>(RecordTable<T> table, string id)
        where T : class => (T?)Read(table, id);

    /// <summary>Records whose ids begin with a prefix, in order.</summary>
    /// <typeparam name="T">Their type.</typeparam>
    /// <param name="table">Their table.</param>
    /// <param name="prefix">The prefix.</param>
    /// <returns>The records.</returns>
    public IReadOnlyList<T> List<T>(RecordTable<T> table, string prefix)
        where T : class => [.. ReadAll(table, prefix, false).Cast<T>()];

    /// <summary>Records whose alternate ids begin with a prefix, in order.</summary>
    /// <typeparam name="T">Their type.</typeparam>
    /// <param name="table">Their table.</param>
    /// <param name="prefix">The prefix.</param>
    /// <returns>The records.</returns>
    public IReadOnlyList<T> ListByAlternate<T>(RecordTable<T> table, string prefix)
        where T : class => [.. ReadAll(table, prefix, true).Cast<T>()];

    /// <summary>Stores a record, new or in another's place.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="table">Its table.</param>
    /// <param name="record">The record.</param>
    /// <returns>The record.</returns>
    public T Put<T>(RecordTable<T> table, T record)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(table);
        Put((IRecordTable)table, record);
        return record;
    }

    /// <summary>Deletes a record.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="table">Its table.</param>
    /// <param name="id">Its id.</param>
    /// <returns>The record that was there, or null.</returns>
    public T? Delete<T>(RecordTable<T> table, string id)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(table);
        T? before = Get(table, id);
        if (before is not null)
        {
            Change(new RecordChange(table, id, before, null));
        }

        return before;
    }

    internal void Put(IRecordTable table, object record)
    {
        string id = table.IdOf(record);
        Change(new RecordChange(table, id, Read(table, id), record));
    }

    /// <summary>Writes an audit entry.</summary>
    internal abstract void Audit(string resource, JsonNode? before, JsonNode? after);

    /// <summary>Shows the changes in their tables.</summary>
    internal void Apply()
    {
        foreach (RecordChange change in _changes)
        {
            change.Table.Apply(change.Id, change.Before, change.After);
        }
    }

    private protected abstract object? Read(IRecordTable table, string id);

    private protected abstract IEnumerable<object> ReadAll(IRecordTable table, string prefix, bool byAlternate);

    private protected abstract void Store(RecordChange change);

    /// <summary>Stores a record without an audit entry: what boards say of themselves at any rate is no change that somebody made.</summary>
    internal void PutUnaudited(IRecordTable table, object record)
    {
        string id = table.IdOf(record);
        var change = new RecordChange(table, id, Read(table, id), record);
        Store(change);
        _changes.Add(change);
    }

    private void Change(RecordChange change)
    {
        Store(change);
        _changes.Add(change);
        (JsonNode? before, JsonNode? after) = AuditChanges.Reduce(change.Table.Describe(change.Before), change.Table.Describe(change.After));
        Audit(change.Table.Kind + "/" + change.Id, before, after);
    }
}
