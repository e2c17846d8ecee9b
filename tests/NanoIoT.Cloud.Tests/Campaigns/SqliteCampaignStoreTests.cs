using NanoIoT.Cloud.Campaigns.Stores;
using NanoIoT.Cloud.Storage;
using NanoIoT.Cloud.Storage.Sqlite;

namespace NanoIoT.Cloud.Tests.Campaigns;

/// <summary>The contract, in SQLite.</summary>
[TestClass]
public sealed class SqliteCampaignStoreTests : CampaignStoreContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nanoiot-campaigns-").FullName;
    private SqliteDatabase _database = null!;

    protected override Task<IReadOnlyList<AuditEntry>> AuditAsync() => new SqliteRecords(_database, TimeProvider.System).ListAuditAsync(null, null, null, 100, default);

    [TestInitialize]
    public async Task OpenAsync()
    {
        _database = SqliteDatabase.Open(Path.Combine(_folder, "nanoiot.db"));
        Store = new SqliteCampaignStore(_database);
        await Store.OpenAsync(default).ConfigureAwait(false);
    }

    [TestCleanup]
    public async Task CloseAsync()
    {
        await _database.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(_folder, recursive: true);
    }
}
