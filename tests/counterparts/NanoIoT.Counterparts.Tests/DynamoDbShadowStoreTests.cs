using Amazon.DynamoDBv2;
using NanoIoT.Cloud.Shadows.Stores;
using NanoIoT.Cloud.Storage.DynamoDb;
using NanoIoT.Cloud.Tests.Stores;
using NanoIoT.Testing;

namespace NanoIoT.Counterparts.Tests;

/// <summary>The contract, in DynamoDB Local.</summary>
[TestClass]
public sealed class DynamoDbShadowStoreTests : ShadowStoreContract
{
    private readonly AwsServers _servers = new();
    private AmazonDynamoDBClient _client = null!;
    private DynamoDbDatabase _database = null!;

    [TestInitialize]
    public async Task OpenAsync()
    {
        _client = AwsServers.CreateDynamoDb(await _servers.StartDynamoDbAsync().ConfigureAwait(false));
        _database = new DynamoDbDatabase(_client, "nanoiot_");
        Store = new DynamoDbShadowStore(_database);
        await Store.OpenAsync(default).ConfigureAwait(false);
    }

    [TestCleanup]
    public async Task CloseAsync()
    {
        _client.Dispose();
        await _servers.DisposeAsync().ConfigureAwait(false);
    }

    [TestMethod]
    public async Task Two_services_that_change_one_shadow_mix_nothing()
    {
        var other = new DynamoDbShadowStore(_database);
        await other.OpenAsync(default).ConfigureAwait(false);
        async Task AddAsync(DynamoDbShadowStore store)
        {
            for (int i = 0; i < 10; i++)
            {
                await store.ChangeAsync("t", "s", known => (new StoredShadow("{}", (known?.Version ?? 0) + 1), true), default).ConfigureAwait(false);
            }
        }

        await Task.WhenAll(AddAsync((DynamoDbShadowStore)Store), AddAsync(other)).ConfigureAwait(false);
        Assert.AreEqual(20, (await Store.FindAsync("t", "s", default).ConfigureAwait(false))!.Version);

        // What one knew last may be older than what is stored: a refusal looks again.
        await other.ChangeAsync("t", "s", known => known!.Version == 20 ? (new StoredShadow("{}", 21), true) : throw new Cloud.Shadows.ShadowException(409, "Version conflict"), default).ConfigureAwait(false);
        await Store.ChangeAsync("t", "s", known => known!.Version == 21 ? (new StoredShadow("{}", 22), true) : throw new Cloud.Shadows.ShadowException(409, "Version conflict"), default).ConfigureAwait(false);
    }

    [TestMethod]
    public async Task A_change_costs_one_write_unit_and_no_read()
    {
        await SetAsync("s", "{}", 1).ConfigureAwait(false);
        (double writes, double reads) = (_database.WriteUnits, _database.ReadUnits);
        string large = "{" + string.Join(',', Enumerable.Range(0, 60).Select(i => $"\"leaf{i}\":{{\"timestamp\":{1_700_000_000 + i}}}")) + "}";
        await SetAsync("s", large, 2).ConfigureAwait(false);
        await SetAsync("s", large, 3).ConfigureAwait(false);
        Assert.AreEqual(2, _database.WriteUnits - writes);
        Assert.AreEqual(0, _database.ReadUnits - reads);
        Assert.AreEqual(large, (await Store.FindAsync("t", "s", default).ConfigureAwait(false))!.Document);
    }
}
