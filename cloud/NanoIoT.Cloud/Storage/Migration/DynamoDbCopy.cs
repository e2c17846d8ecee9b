using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Progress;
using NanoIoT.Cloud.Campaigns.Stores;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Replicas;
using NanoIoT.Cloud.Shadows.Stores;
using NanoIoT.Cloud.Storage.DynamoDb;

namespace NanoIoT.Cloud.Storage.Migration;

/// <summary>Tables of DynamoDB. What is written to them counts once their log has its first item, which comes last.</summary>
internal sealed class DynamoDbCopy : IStoreCopy
{
    private static readonly TimeSpan s_watch = TimeSpan.FromSeconds(12);

    private readonly DynamoDbDatabase _database;
    private readonly DynamoDbCampaignStore _campaigns;
    private readonly TimeProvider _time;
    private readonly List<AuditEntry> _audit = [];

    private DynamoDbCopy(DynamoDbDatabase database, DynamoDbCampaignStore campaigns, TimeProvider time)
    {
        _database = database;
        _campaigns = campaigns;
        _time = time;
    }

    public string Name => $"the tables {_database.NameOf(string.Empty)}*";

    public string OccupiedAdvice => "Choose another prefix with --tables.";

    /// <exception cref="CloudException">A service uses the tables.</exception>
    public static async Task<DynamoDbCopy> OpenAsync(DynamoDbDatabase database, TimeProvider time, CancellationToken cancellationToken)
    {
        await DynamoDbRecords.CreateTablesAsync(database, cancellationToken).ConfigureAwait(false);
        await new DynamoDbShadowStore(database).CreateTableAsync(cancellationToken).ConfigureAwait(false);
        var campaigns = new DynamoDbCampaignStore(database);
        await campaigns.OpenAsync(cancellationToken).ConfigureAwait(false);
        var leases = new DynamoDbLeaseStore(database);
        await leases.OpenAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<Lease> before = await MembersAsync(leases, cancellationToken).ConfigureAwait(false);
        if (before.Count > 0)
        {
            // One that was killed stays in the table; one that lives counts on.
            await Task.Delay(s_watch, cancellationToken).ConfigureAwait(false);
            IReadOnlyList<Lease> after = await MembersAsync(leases, cancellationToken).ConfigureAwait(false);
            if (after.Except(before).Any())
            {
                throw new CloudException(ErrorCodes.DataInUse, "A service uses the tables. Stop it first.");
            }
        }

        return new DynamoDbCopy(database, campaigns, time);
    }

    public async Task<bool> IsEmptyAsync(CancellationToken cancellationToken)
    {
        await foreach (Dictionary<string, AttributeValue> item in ChangeLog.ReadAsync(_database, cancellationToken).ConfigureAwait(false))
        {
            return item.Count == 0;
        }

        return true;
    }

    public async IAsyncEnumerable<StoredRecord> RecordsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (string table in RecordKinds.Tables)
        {
            await foreach (Dictionary<string, AttributeValue> item in _database.ScanAsync(table, cancellationToken).ConfigureAwait(false))
            {
                yield return RecordItems.Read(item);
            }
        }
    }

    public async IAsyncEnumerable<(string Thing, string Name, StoredShadow Shadow)> ShadowsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (Dictionary<string, AttributeValue> item in _database.ScanAsync(DynamoDbShadowStore.Table, cancellationToken).ConfigureAwait(false))
        {
            yield return (item["thing"].S, item["name"].S[1..], DynamoDbShadowStore.Read(item));
        }
    }

    public async IAsyncEnumerable<(Campaign Campaign, IReadOnlyList<CampaignEvent> History, IReadOnlyList<ProgressEntry> Progress)> CampaignsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (Campaign campaign in await _campaigns.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return (campaign, await _campaigns.HistoryAsync(campaign.Id, cancellationToken).ConfigureAwait(false), await _campaigns.ProgressAsync(campaign.Id, cancellationToken).ConfigureAwait(false));
        }
    }

    public async IAsyncEnumerable<AuditEntry> AuditAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (Dictionary<string, AttributeValue> item in ChangeLog.ReadAsync(_database, cancellationToken).ConfigureAwait(false))
        {
            foreach ((AuditEntry entry, _, _) in ChangeLog.ReadEntries(item))
            {
                yield return entry;
            }
        }
    }

    public async Task WriteRecordsAsync(IReadOnlyList<StoredRecord> records, CancellationToken cancellationToken)
    {
        foreach (IGrouping<string, StoredRecord> table in records.GroupBy(record => RecordKinds.TableOf(record.Kind)))
        {
            await _database.PutAllAsync(table.Key, table.Select(RecordItems.Describe), cancellationToken).ConfigureAwait(false);
        }
    }

    public Task WriteShadowsAsync(IReadOnlyList<(string Thing, string Name, StoredShadow Shadow)> shadows, CancellationToken cancellationToken) =>
        _database.PutAllAsync(DynamoDbShadowStore.Table, shadows.Select(item => DynamoDbShadowStore.Describe(item.Thing, item.Name, item.Shadow)), cancellationToken);

    public Task WriteCampaignAsync(Campaign campaign, IReadOnlyList<CampaignEvent> history, IReadOnlyList<ProgressEntry> progress, CancellationToken cancellationToken) =>
        _campaigns.WriteAsync(campaign, history, progress, cancellationToken);

    public Task WriteAuditAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancellationToken)
    {
        _audit.AddRange(entries);
        return Task.CompletedTask;
    }

    public Task MarkMovedAsync(string target, CancellationToken cancellationToken) => DynamoDbLeaseStore.MarkMovedAsync(_database, target, cancellationToken);

    public Task CompleteAsync(CancellationToken cancellationToken)
    {
        long now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        _audit.Add(new AuditEntry(0, now, Actor.Current, "Migrate", "store", null, null));
        return ChangeLog.WriteAsync(_database, _audit, now / 1000, cancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task<IReadOnlyList<Lease>> MembersAsync(DynamoDbLeaseStore leases, CancellationToken cancellationToken) =>
        [.. (await leases.ListAsync(cancellationToken).ConfigureAwait(false)).Where(lease => lease.Name.StartsWith("member/", StringComparison.Ordinal))];
}
