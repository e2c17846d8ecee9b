using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Progress;
using NanoIoT.Cloud.Campaigns.Stores;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Shadows.Stores;
using NanoIoT.Cloud.Storage.Sqlite;

namespace NanoIoT.Cloud.Storage.Migration;

/// <summary>A data folder. What is written to it counts all at once, when it is complete.</summary>
internal sealed class SqliteCopy : IStoreCopy
{
    private readonly string _folder;
    private readonly FileStream _lock;
    private readonly SqliteDatabase _database;
    private readonly List<Action<SqliteConnection>> _writes = [];

    private SqliteCopy(string folder, FileStream folderLock, SqliteDatabase database)
    {
        _folder = folder;
        _lock = folderLock;
        _database = database;
    }

    public string Name => "the data folder " + _folder;

    public string OccupiedAdvice =>
        $"Move into a new folder, --data NEW, and start the service with --data NEW --keys {_folder}, whose CA and keys boards trust.";

    /// <summary>Opens a folder that something is moved from.</summary>
    /// <exception cref="CloudException">A service uses the folder, or it holds no database.</exception>
    public static SqliteCopy OpenSource(string folder) => File.Exists(Path.Combine(folder, FolderGuard.Database))
        ? Open(folder)
        : throw new CloudException(ErrorCodes.NotFound, $"The data folder {folder} holds no {FolderGuard.Database}: there is nothing to move.");

    /// <summary>Opens a folder, or creates it.</summary>
    /// <exception cref="CloudException">A service uses the folder.</exception>
    public static SqliteCopy Open(string folder)
    {
        FileStream folderLock = DataFolderLock.Take(folder);
        try
        {
            return new SqliteCopy(folder, folderLock, SqliteDatabase.Open(Path.Combine(folder, FolderGuard.Database)));
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }
    }

    public Task<bool> IsEmptyAsync(CancellationToken cancellationToken) => Task.FromResult(_database.Read(connection => connection.Scalar<long>("SELECT count(*) FROM records") == 0));

    public IAsyncEnumerable<StoredRecord> RecordsAsync(CancellationToken cancellationToken) =>
        ReadAsync("SELECT kind, id, record FROM records ORDER BY kind, id", row => new StoredRecord(row.GetString(0), row.GetString(1), JsonNode.Parse(row.GetString(2))!.AsObject()));

    public IAsyncEnumerable<(string Thing, string Name, StoredShadow Shadow)> ShadowsAsync(CancellationToken cancellationToken) =>
        ReadAsync("SELECT thing, name, document, version, coalesce(deleted, 0) FROM shadows", row => (row.GetString(0), row.GetString(1), new StoredShadow(row.Text(2), row.GetInt64(3), row.GetInt64(4))));

    public async IAsyncEnumerable<(Campaign Campaign, IReadOnlyList<CampaignEvent> History, IReadOnlyList<ProgressEntry> Progress)> CampaignsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var store = new SqliteCampaignStore(_database);
        foreach (Campaign campaign in await store.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return (campaign, await store.HistoryAsync(campaign.Id, cancellationToken).ConfigureAwait(false), await store.ProgressAsync(campaign.Id, cancellationToken).ConfigureAwait(false));
        }
    }

    public IAsyncEnumerable<AuditEntry> AuditAsync(CancellationToken cancellationToken) => ReadAsync(
        "SELECT id, at, actor, action, resource, before, after FROM audit ORDER BY id",
        row => new AuditEntry(row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetString(3), row.GetString(4), Parse(row.Text(5)), Parse(row.Text(6))));

    public Task WriteRecordsAsync(IReadOnlyList<StoredRecord> records, CancellationToken cancellationToken)
    {
        _writes.AddRange(records.Select(record => (Action<SqliteConnection>)(connection => connection.Run(
            "INSERT OR REPLACE INTO records(kind, id, alternate, record) VALUES (@0, @1, @2, @3)",
            record.Kind,
            record.Id,
            RecordKinds.AlternateOf(record.Kind, record.Record),
            record.Record.ToJsonString(RecordStore.Json)))));
        return Task.CompletedTask;
    }

    public Task WriteShadowsAsync(IReadOnlyList<(string Thing, string Name, StoredShadow Shadow)> shadows, CancellationToken cancellationToken)
    {
        _writes.AddRange(shadows.Select(item => (Action<SqliteConnection>)(connection => connection.Run(
            "INSERT OR REPLACE INTO shadows(thing, name, document, version, deleted) VALUES (@0, @1, @2, @3, @4)",
            item.Thing,
            item.Name,
            item.Shadow.Document,
            item.Shadow.Version,
            item.Shadow.Deleted == 0 ? null : item.Shadow.Deleted))));
        return Task.CompletedTask;
    }

    public Task WriteCampaignAsync(Campaign campaign, IReadOnlyList<CampaignEvent> history, IReadOnlyList<ProgressEntry> progress, CancellationToken cancellationToken)
    {
        _writes.Add(connection =>
        {
            SqliteCampaignStore.Insert(connection, campaign);
            foreach (CampaignEvent step in history)
            {
                SqliteCampaignStore.Insert(connection, campaign.Id, step);
            }

            foreach (ProgressEntry entry in progress)
            {
                SqliteCampaignStore.Insert(connection, campaign.Id, entry);
            }
        });
        return Task.CompletedTask;
    }

    public Task WriteAuditAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancellationToken)
    {
        _writes.AddRange(entries.Select(entry => (Action<SqliteConnection>)(connection => connection.Run(
            "INSERT INTO audit(at, actor, action, resource, before, after) VALUES (@0, @1, @2, @3, @4, @5)",
            entry.At,
            entry.Actor,
            entry.Action,
            entry.Resource,
            entry.Before?.ToJsonString(RecordStore.Json),
            entry.After?.ToJsonString(RecordStore.Json)))));
        return Task.CompletedTask;
    }

    public Task MarkMovedAsync(string target, CancellationToken cancellationToken)
    {
        FolderManifest manifest = FolderManifest.Read(_folder) ?? new FolderManifest { IsComplete = true };
        (manifest with { MovedTo = target }).Write(_folder);
        return Task.CompletedTask;
    }

    public Task CompleteAsync(CancellationToken cancellationToken) => _database.WriteAsync(connection => _writes.ForEach(write => write(connection)), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync().ConfigureAwait(false);
        await _lock.DisposeAsync().ConfigureAwait(false);
    }

    private static JsonNode? Parse(string? json) => json is null ? null : JsonNode.Parse(json);

    private async IAsyncEnumerable<T> ReadAsync<T>(string sql, Func<SqliteDataReader, T> map)
    {
        // One writer and a lock on the folder: nobody changes what is read here.
        foreach (T item in _database.Read(connection => connection.Query(sql, map)))
        {
            yield return item;
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }
}
