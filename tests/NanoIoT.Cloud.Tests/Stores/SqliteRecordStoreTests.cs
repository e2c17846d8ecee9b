using Microsoft.VisualStudio.TestTools.UnitTesting;
using NanoIoT.Cloud.Storage;
using NanoIoT.Cloud.Storage.Sqlite;

namespace NanoIoT.Cloud.Tests.Stores;

/// <summary>The contract, in SQLite.</summary>
[TestClass]
public sealed class SqliteRecordStoreTests : RecordStoreContract
{
    private string _folder = null!;
    private SqliteDatabase? _database;

    protected override bool IsShared => false;

    protected override Task StartAsync()
    {
        _folder = Directory.CreateTempSubdirectory("nanoiot-records-").FullName;
        return Task.CompletedTask;
    }

    protected override async Task StopAsync()
    {
        await _database!.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(_folder, recursive: true);
    }

    private protected override async Task<IRecordBackend> CreateAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync().ConfigureAwait(false);
        }

        _database = SqliteDatabase.Open(Path.Combine(_folder, "nanoiot.db"));
        return new SqliteRecords(_database, TimeProvider.System);
    }
}
