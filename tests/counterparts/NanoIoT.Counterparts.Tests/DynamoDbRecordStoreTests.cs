using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Microsoft.Extensions.Logging.Abstractions;
using NanoIoT.Cloud.Storage;
using NanoIoT.Cloud.Storage.DynamoDb;
using NanoIoT.Cloud.Tests.Stores;
using NanoIoT.Testing;

namespace NanoIoT.Counterparts.Tests;

/// <summary>The contract, in DynamoDB Local.</summary>
[TestClass]
public sealed class DynamoDbRecordStoreTests : RecordStoreContract
{
    private readonly AwsServers _servers = new();
    private AmazonDynamoDBClient _client = null!;

    protected override bool IsShared => true;

    protected override async Task StartAsync() => _client = AwsServers.CreateDynamoDb(await _servers.StartDynamoDbAsync().ConfigureAwait(false));

    protected override async Task StopAsync()
    {
        _client.Dispose();
        await _servers.DisposeAsync().ConfigureAwait(false);
    }

    private protected override async Task<IRecordBackend> CreateAsync()
    {
        var records = new DynamoDbRecords(new DynamoDbDatabase(_client, "nanoiot_"), TimeProvider.System, NullLogger<DynamoDbRecords>.Instance);
        await records.OpenAsync().ConfigureAwait(false);
        return records;
    }
}
