using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace NanoIoT.Cloud.Storage;

/// <summary>Reads and writes of one transaction; reads see what earlier transactions wrote, committed or about to be.</summary>
public sealed class RecordTransaction
{
    private readonly SqliteConnection _connection;
    private readonly string _actor;
    private readonly string _action;
    private readonly List<(IRecordTable Table, string Id, object? Before, object? After)> _changes = [];

    internal RecordTransaction(SqliteConnection connection, string actor, string action, long now)
    {
        _connection = connection;
        _actor = actor;
        _action = action;
        NowMilliseconds = now;
    }

    /// <summary>The transaction's time, Unix milliseconds.</summary>
    public long NowMilliseconds { get; }

    /// <summary>The transaction's time, Unix seconds.</summary>
    public long Now => NowMilliseconds / 1000;

    /// <summary>A record.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="table">Its table.</param>
    /// <param name="id">Its id.</param>
    /// <returns>The record, or null.</returns>
    public T? Get<T>(RecordTable<T> table, string id)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(table);
        string? json = _connection.Scalar<string>("SELECT record FROM records WHERE kind = @0 AND id = @1", table.Kind, id);
        return json is null ? null : JsonSerializer.Deserialize<T>(json, RecordStore.Json);
    }

    /// <summary>Records whose ids begin with a prefix, in order.</summary>
    /// <typeparam name="T">Their type.</typeparam>
    /// <param name="table">Their table.</param>
    /// <param name="prefix">The prefix.</param>
    /// <returns>The records.</returns>
    public IReadOnlyList<T> List<T>(RecordTable<T> table, string prefix)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(table);
        return _connection.Query("SELECT record FROM records WHERE kind = @0 AND id >= @1 AND id < @2 ORDER BY id", Read<T>, table.Kind, prefix, prefix + '\u007f');
    }

    /// <summary>Records whose alternate ids begin with a prefix, in order.</summary>
    /// <typeparam name="T">Their type.</typeparam>
    /// <param name="table">Their table.</param>
    /// <param name="prefix">The prefix.</param>
    /// <returns>The records.</returns>
    public IReadOnlyList<T> ListByAlternate<T>(RecordTable<T> table, string prefix)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(table);
        return _connection.Query("SELECT record FROM records WHERE kind = @0 AND alternate >= @1 AND alternate < @2 ORDER BY alternate", Read<T>, table.Kind, prefix, prefix + '\u007f');
    }

    /// <summary>Stores a record, new or in another's place.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="table">Its table.</param>
    /// <param name="record">The record.</param>
    /// <returns>The record.</returns>
    public T Put<T>(RecordTable<T> table, T record)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(table);
        string id = table.IdOf(record);
        T? before = Get(table, id);
        _connection.Run(
            "INSERT OR REPLACE INTO records(kind, id, alternate, record) VALUES (@0, @1, @2, @3)",
            table.Kind,
            id,
            table.AlternateOf(record),
            JsonSerializer.Serialize(record, RecordStore.Json));
        Change(table, id, before, record);
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
        T? before = Get(table, id);
        if (before is not null)
        {
            _connection.Run("DELETE FROM records WHERE kind = @0 AND id = @1", table.Kind, id);
            Change(table, id, before, null);
        }

        return before;
    }

    internal void Apply()
    {
        foreach ((IRecordTable table, string id, object? before, object? after) in _changes)
        {
            table.Apply(id, before, after);
        }
    }

    private static T Read<T>(SqliteDataReader row) => JsonSerializer.Deserialize<T>(row.GetString(0), RecordStore.Json)!;

    private void Change(IRecordTable table, string id, object? before, object? after)
    {
        JsonNode? old = table.Describe(before);
        JsonNode? now = table.Describe(after);
        _changes.Add((table, id, before, after));
        AuditTrail.Append(_connection, NowMilliseconds, _actor, _action, table.Kind + "/" + id, old, now);
    }
}
