using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace NanoIoT.Cloud.Storage.Sqlite;

/// <summary>Records and audit log in SQLite: the database's one writer runs transactions one after another.</summary>
/// <param name="database">The database.</param>
/// <param name="time">The clock.</param>
internal sealed class SqliteRecords(SqliteDatabase database, TimeProvider time) : IRecordBackend
{
    private const int MaxAuditEntries = 1_000_000;
    private const int TrimBatch = 5000;

    public Task OpenAsync() => Task.CompletedTask;

    public void Follow()
    {
        // Nobody else writes: the data folder is locked.
    }

    public Task CatchUpAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<string?> MovedToAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public Task ProbeAsync(CancellationToken cancellationToken) =>
        database.WriteAsync(connection => connection.Run($"PRAGMA user_version={connection.Scalar<long>("PRAGMA user_version")}"), cancellationToken);

    public void Attach(IRecordTable table)
    {
        foreach (string json in database.Read(connection => connection.Query("SELECT record FROM records WHERE kind = @0 ORDER BY id", row => row.GetString(0), table.Kind)))
        {
            table.Load(table.Parse(json));
        }
    }

    public async Task<T> WriteAsync<T>(string actor, string action, Func<RecordTransaction, T> work, CancellationToken cancellationToken)
    {
        (T answer, _) = await database.WriteAsync(
            connection =>
            {
                var transaction = new Transaction(connection, actor, action, time.GetUtcNow().ToUnixTimeMilliseconds());
                return (work(transaction), transaction);
            },
            result => result.transaction.Apply(),
            cancellationToken).ConfigureAwait(false);
        return answer;
    }

    public Task<bool> SetBesideAsync(IRecordTable table, string action, string id, string name, string value, CancellationToken cancellationToken) => WriteAsync(
        Actor.Current,
        action,
        transaction =>
        {
            object? record = ((Transaction)transaction).ReadRecord(table, id);
            if (record is not null)
            {
                transaction.PutUnaudited(table, table.WithBeside(record, new Dictionary<string, string>(table.BesideOf(record)) { [name] = value }));
            }

            return record is not null;
        },
        cancellationToken);

    public Task<IReadOnlyList<AuditEntry>> ListAuditAsync(long? before, string? actor, string? resourcePrefix, int limit, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<AuditEntry>>(database.Read(connection => connection.Query(
        "SELECT id, at, actor, action, resource, before, after FROM audit WHERE id < @0 AND (@1 IS NULL OR actor = @1) AND (@2 IS NULL OR substr(resource, 1, length(@2)) = @2) ORDER BY id DESC LIMIT @3",
        row => new AuditEntry(row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetString(3), row.GetString(4), Parse(row.Text(5)), Parse(row.Text(6))),
        before ?? long.MaxValue,
        actor,
        resourcePrefix,
        limit)));

    public async Task<int> TrimAuditAsync(long before, CancellationToken cancellationToken)
    {
        int deleted = 0;
        int batch;
        do
        {
            // In batches, so that the writer, which boards wait for, is never held for long.
            batch = await database.WriteAsync(
                connection => connection.Run(
                    "DELETE FROM audit WHERE id IN (SELECT id FROM audit ORDER BY id LIMIT @0) AND (at < @1 OR id <= (SELECT max(id) FROM audit) - @2)", TrimBatch, before, MaxAuditEntries),
                cancellationToken).ConfigureAwait(false);
            deleted += batch;
        }
        while (batch == TrimBatch);
        return deleted;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static JsonNode? Parse(string? json) => json is null ? null : JsonNode.Parse(json);

    private sealed class Transaction(SqliteConnection connection, string actor, string action, long now) : RecordTransaction(actor, action, now)
    {
        public object? ReadRecord(IRecordTable table, string id) => Read(table, id);

        internal override void Audit(string resource, JsonNode? before, JsonNode? after) =>
            SqliteAudit.Insert(connection, new AuditNote(NowMilliseconds, Actor, Action, resource, AuditTrail.Redact(before), AuditTrail.Redact(after)));

        private protected override object? Read(IRecordTable table, string id) =>
            connection.Scalar<string>("SELECT record FROM records WHERE kind = @0 AND id = @1", table.Kind, id) is string json ? table.Parse(json) : null;

        private protected override IEnumerable<object> ReadAll(IRecordTable table, string prefix, bool byAlternate) => connection.Query(
            byAlternate
                ? "SELECT record FROM records WHERE kind = @0 AND alternate >= @1 AND alternate < @2 ORDER BY alternate"
                : "SELECT record FROM records WHERE kind = @0 AND id >= @1 AND id < @2 ORDER BY id",
            row => table.Parse(row.GetString(0)),
            table.Kind,
            prefix,
            prefix + '\u007f');

        private protected override void Store(RecordChange change)
        {
            if (change.After is object record)
            {
                connection.Run("INSERT OR REPLACE INTO records(kind, id, alternate, record) VALUES (@0, @1, @2, @3)", change.Table.Kind, change.Id, change.Table.AlternateOf(record), change.Table.Format(record));
            }
            else
            {
                connection.Run("DELETE FROM records WHERE kind = @0 AND id = @1", change.Table.Kind, change.Id);
            }
        }
    }
}
