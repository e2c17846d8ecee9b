using Microsoft.VisualStudio.TestTools.UnitTesting;
using NanoIoT.Cloud.Shadows.Stores;
using NanoIoT.Cloud.Storage.Sqlite;

namespace NanoIoT.Cloud.Tests.Stores;

/// <summary>The contract, in SQLite.</summary>
[TestClass]
public sealed class SqliteShadowStoreTests : ShadowStoreContract
{
    private string _folder = null!;
    private SqliteDatabase _database = null!;

    [TestInitialize]
    public void Open()
    {
        _folder = Directory.CreateTempSubdirectory("nanoiot-shadows-").FullName;
        _database = SqliteDatabase.Open(Path.Combine(_folder, "nanoiot.db"));
        Store = new SqliteShadowStore(_database);
    }

    [TestCleanup]
    public async Task CloseAsync()
    {
        await _database.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(_folder, recursive: true);
    }
}
