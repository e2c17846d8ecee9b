using Microsoft.Data.Sqlite;
using NanoIoT.Cloud.Storage.Sqlite;

namespace NanoIoT.Cloud.Shadows.Stores;

/// <summary>Shadows in SQLite: the database's one writer reads, merges and writes.</summary>
/// <param name="database">The database.</param>
internal sealed class SqliteShadowStore(SqliteDatabase database) : IShadowStore
{
    /// <summary>Never raised: the data folder is locked.</summary>
    public event Action<string>? ChangedElsewhere
    {
        add { }
        remove { }
    }

    public Task OpenAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<StoredShadow?> FindAsync(string thing, string name, CancellationToken cancellationToken) => Task.FromResult(Peek(thing, name));

    public StoredShadow? Peek(string thing, string name) => database.Read(connection => Load(connection, thing, name));

    public IReadOnlyList<string> PeekNames(string thing) => database.Read(connection => connection.Query(
        "SELECT name FROM shadows WHERE thing = @0 AND name <> '' AND document IS NOT NULL ORDER BY name", row => row.GetString(0), thing));

    public Task<IReadOnlyList<string>> NamesAsync(string thing, CancellationToken cancellationToken) => Task.FromResult(PeekNames(thing));

    public Task<T> ChangeAsync<T>(string thing, string name, Func<StoredShadow?, (StoredShadow Next, T Answer)> change, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            (StoredShadow next, T answer) = change(Load(connection, thing, name));
            connection.Run(
                "INSERT OR REPLACE INTO shadows(thing, name, document, version, deleted) VALUES (@0, @1, @2, @3, @4)", thing, name, next.Document, next.Version, next.Deleted == 0 ? null : next.Deleted);
            return answer;
        },
        cancellationToken);

    public Task<int> TrimAsync(long until, CancellationToken cancellationToken)
    {
        const string sql = "DELETE FROM shadows WHERE document IS NULL AND coalesce(deleted, 0) <= @0";
        return database.WriteAsync(connection => connection.Run(sql, until), cancellationToken);
    }

    public Task DeleteAllAsync(string thing, CancellationToken cancellationToken) =>
        database.WriteAsync(connection => connection.Run("DELETE FROM shadows WHERE thing = @0", thing), cancellationToken);

    private static StoredShadow? Load(SqliteConnection connection, string thing, string name) => connection.Query(
        "SELECT document, version, coalesce(deleted, 0) FROM shadows WHERE thing = @0 AND name = @1", row => new StoredShadow(row.Text(0), row.GetInt64(1), row.GetInt64(2)), thing, name).FirstOrDefault();
}
