using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Cloud.Campaigns.Progress;

namespace NanoIoT.Cloud.Campaigns.Stores;

/// <summary>
/// Campaigns and progress in DynamoDB. A report is one item of the progress table, with the keys and attributes that the progress
/// rule gives it, so that AWS IoT Core's rule and this service write the same items: writing one again changes nothing, in
/// whatever order they come, and one write unit stores a report. Counts are a recount of the items: there is no counter to be hot
/// or to drift. A campaign is written by who saw its latest version; the step it took goes into its history in the same transaction.
/// </summary>
/// <param name="client">DynamoDB.</param>
/// <param name="prefix">What the tables' names begin with.</param>
public sealed class DynamoDbCampaignStore(IAmazonDynamoDB client, string prefix = "nanoiot_") : ICampaignStore
{
    private const int MaxBatch = 25;
    private const int MaxDetail = 200;
    private const long LifeSeconds = 34_560_000;
    private const string Parts = "0123456789abcdef";
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    private readonly Lock _lock = new();
    private readonly string _campaigns = prefix + "campaigns";
    private readonly string _events = prefix + "campaign_events";
    private readonly string _progress = prefix + "progress";

    /// <summary>Write units consumed so far.</summary>
    public double WriteUnits { get; private set; }

    /// <summary>Read units consumed so far.</summary>
    public double ReadUnits { get; private set; }

    /// <summary>Creates the tables that are missing (on demand), and waits until they can be used.</summary>
    /// <inheritdoc/>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await CreateAsync(_campaigns, ("id", ScalarAttributeType.S), null, cancellationToken).ConfigureAwait(false);
        await CreateAsync(_events, ("campaign", ScalarAttributeType.S), ("version", ScalarAttributeType.N), cancellationToken).ConfigureAwait(false);
        if (await CreateAsync(_progress, ("part", ScalarAttributeType.S), ("report", ScalarAttributeType.S), cancellationToken).ConfigureAwait(false))
        {
            await client.UpdateTimeToLiveAsync(new UpdateTimeToLiveRequest { TableName = _progress, TimeToLiveSpecification = new TimeToLiveSpecification { AttributeName = "expires", Enabled = true } }, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Campaign>> ListAsync(CancellationToken cancellationToken)
    {
        var campaigns = new List<Campaign>();
        var request = new ScanRequest { TableName = _campaigns, ConsistentRead = true, ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL };
        do
        {
            ScanResponse page = await client.ScanAsync(request, cancellationToken).ConfigureAwait(false);
            Count(0, page.ConsumedCapacity);
            campaigns.AddRange((page.Items ?? []).Select(Parse));
            request.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (request.ExclusiveStartKey is { Count: > 0 });
        return campaigns;
    }

    /// <inheritdoc/>
    public async Task<Campaign?> FindAsync(string id, CancellationToken cancellationToken)
    {
        GetItemResponse answer = await client.GetItemAsync(new GetItemRequest { TableName = _campaigns, Key = Key("id", id), ConsistentRead = true, ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL }, cancellationToken).ConfigureAwait(false);
        Count(0, answer.ConsumedCapacity);
        return answer.Item is { Count: > 0 } item ? Parse(item) : null;
    }

    /// <inheritdoc/>
    public async Task<bool> SaveAsync(Campaign campaign, CampaignEvent? step, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(campaign);
        var put = new Put
        {
            TableName = _campaigns,
            Item = new Dictionary<string, AttributeValue> { ["id"] = Text(campaign.Id), ["version"] = Number(campaign.Version), ["record"] = Text(JsonSerializer.Serialize(campaign, s_json)) },
            ConditionExpression = campaign.Version == 1 ? "attribute_not_exists(id)" : "version = :before",
            ExpressionAttributeValues = campaign.Version == 1 ? null : new Dictionary<string, AttributeValue> { [":before"] = Number(campaign.Version - 1) },
        };
        try
        {
            if (step is null)
            {
                await PutAsync(new PutItemRequest { TableName = put.TableName, Item = put.Item, ConditionExpression = put.ConditionExpression, ExpressionAttributeValues = put.ExpressionAttributeValues }, cancellationToken).ConfigureAwait(false);
                return true;
            }

            var history = new Dictionary<string, AttributeValue>
            {
                ["campaign"] = Text(campaign.Id),
                ["version"] = Number(step.Version),
                ["at"] = Number(step.At),
                ["who"] = Text(step.Who),
                ["what"] = Text(step.What),
                ["why"] = Text(step.Why),
                ["stage"] = Number(step.Stage),
            };
            TransactWriteItemsResponse answer = await client.TransactWriteItemsAsync(
                new TransactWriteItemsRequest
                {
                    TransactItems = [new TransactWriteItem { Put = put }, new TransactWriteItem { Put = new Put { TableName = _events, Item = history } }],
                    ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
                },
                cancellationToken).ConfigureAwait(false);
            Count(1, [.. answer.ConsumedCapacity ?? []]);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
        catch (TransactionCanceledException exception) when (exception.CancellationReasons.Any(reason => reason.Code is "ConditionalCheckFailed" or "TransactionConflict"))
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken).ConfigureAwait(false) is not Campaign campaign)
        {
            return;
        }

        foreach (string part in PartsOf(campaign))
        {
            await DeleteAllAsync(_progress, "part", part, "report", cancellationToken).ConfigureAwait(false);
        }

        await DeleteAllAsync(_events, "campaign", id, "version", cancellationToken).ConfigureAwait(false);
        await client.DeleteItemAsync(new DeleteItemRequest { TableName = _campaigns, Key = Key("id", id) }, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CampaignEvent>> HistoryAsync(string id, CancellationToken cancellationToken) =>
        [.. (await QueryAsync(_events, "campaign", id, null, cancellationToken).ConfigureAwait(false))
            .Select(item => new CampaignEvent(Long(item, "at"), item["who"].S, item["what"].S, item["why"].S, (int)Long(item, "stage"), Long(item, "version")))];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ProgressEntry>> ProgressAsync(string id, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken).ConfigureAwait(false) is not Campaign campaign)
        {
            return [];
        }

        List<Dictionary<string, AttributeValue>>[] parts = await Task.WhenAll(PartsOf(campaign).Select(part => QueryAsync(_progress, "part", part, null, cancellationToken))).ConfigureAwait(false);
        return [.. parts.SelectMany(items => items).GroupBy(item => item["thing"].S, StringComparer.Ordinal).Select(Newest)];
    }

    /// <inheritdoc/>
    public async Task<ProgressEntry?> AddAsync(string id, ProgressEntry entry, int lastAttempt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        try
        {
            await PutAsync(new PutItemRequest { TableName = _progress, Item = Describe(id, entry), ConditionExpression = "attribute_not_exists(part)" }, cancellationToken).ConfigureAwait(false);
        }
        catch (ConditionalCheckFailedException)
        {
            return null;
        }

        ProgressEntry? newest = await FindProgressAsync(id, entry.Thing, lastAttempt, cancellationToken).ConfigureAwait(false);
        return newest is not null && newest.Attempt == entry.Attempt && newest.Sequence == entry.Sequence ? newest : null;
    }

    /// <inheritdoc/>
    public async Task<ProgressEntry?> FindProgressAsync(string id, string thing, int lastAttempt, CancellationToken cancellationToken)
    {
        // A few items of one board: its reports of this call and of those before.
        var reports = new List<Dictionary<string, AttributeValue>>();
        for (int call = 0; call <= lastAttempt; call++)
        {
            reports.AddRange(await QueryAsync(_progress, "part", PartOf(PlanRules.Join(id, call), thing), thing + "#", cancellationToken).ConfigureAwait(false));
        }

        return reports.Count == 0 ? null : Newest(reports);
    }

    private static string PartOf(string campaign, string thing) => $"{campaign}#{PartDigit(thing)}";

    /// <summary>The first digit of the name's MD5, as the rule has it: it spreads keys and protects nothing.</summary>
    private static char PartDigit(string thing)
    {
#pragma warning disable CA5351 // the rule's language has no other digest that is as short to write
        return Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(thing)))[0];
#pragma warning restore CA5351
    }

    private static IEnumerable<string> PartsOf(Campaign campaign) =>
        Enumerable.Range(0, campaign.Attempt + 1).SelectMany(attempt => Parts.Select(digit => $"{PlanRules.Join(campaign.Id, attempt)}#{digit}"));

    private static Dictionary<string, AttributeValue> Describe(string id, ProgressEntry entry)
    {
        string campaign = PlanRules.Join(id, entry.Attempt);
        var item = new Dictionary<string, AttributeValue>
        {
            ["part"] = Text(PartOf(campaign, entry.Thing)),
            ["report"] = Text(string.Create(CultureInfo.InvariantCulture, $"{entry.Thing}#{entry.Sequence}")),
            ["thing"] = Text(entry.Thing),
            ["campaign"] = Text(campaign),
            ["seq"] = Number(entry.Sequence),
            ["state"] = Text(entry.State),
            ["from"] = Text(entry.From),
            ["to"] = Text(entry.To),
            ["bytes"] = Number(entry.Bytes),
            ["ts"] = Number(entry.Timestamp),
            ["received"] = Number(entry.Received),
            ["expires"] = Number((entry.Received / 1000) + LifeSeconds),
        };
        Add(item, "thingId", entry.ThingId.Length == 0 ? null : Text(entry.ThingId));
        Add(item, "stage", entry.Stage is int stage ? Number(stage) : null);
        Add(item, "reason", entry.Reason is null ? null : Text(entry.Reason));
        Add(item, "detail", entry.Detail is null ? null : Text(entry.Detail.Length > MaxDetail ? entry.Detail[..MaxDetail] : entry.Detail));
        Add(item, "copied", entry.Copied == 0 ? null : Number(entry.Copied));
        return item;
    }

    private static void Add(Dictionary<string, AttributeValue> item, string name, AttributeValue? value)
    {
        if (value is not null)
        {
            item[name] = value;
        }
    }

    /// <summary>A board's entry from its reports.</summary>
    private static ProgressEntry Newest(IEnumerable<Dictionary<string, AttributeValue>> reports)
    {
        ProgressEntry[] all = [.. reports.Select(Read).OrderBy(entry => entry.Attempt).ThenBy(entry => entry.Sequence)];
        return all[^1] with
        {
            Stage = all.FirstOrDefault(entry => entry.Stage is not null)?.Stage,
            ThingId = all.FirstOrDefault(entry => entry.ThingId.Length > 0)?.ThingId ?? string.Empty,
            Reports = all.Count(entry => entry.Sequence >= 0),
        };
    }

    private static ProgressEntry Read(Dictionary<string, AttributeValue> item) => new()
    {
        Thing = item["thing"].S,
        ThingId = Optional(item, "thingId") ?? string.Empty,
        Stage = item.ContainsKey("stage") ? (int)Long(item, "stage") : null,
        Attempt = PlanRules.Split(item["campaign"].S).Attempt,
        Sequence = (int)Long(item, "seq"),
        State = item["state"].S,
        Reason = Optional(item, "reason"),
        Detail = Optional(item, "detail"),
        From = Optional(item, "from") ?? string.Empty,
        To = Optional(item, "to") ?? string.Empty,
        Bytes = Long(item, "bytes"),
        Copied = Long(item, "copied"),
        Timestamp = Long(item, "ts"),
        Received = Long(item, "received"),
    };

    private static Campaign Parse(Dictionary<string, AttributeValue> item) => JsonSerializer.Deserialize<Campaign>(item["record"].S, s_json)!;

    private static AttributeValue Text(string value) => new() { S = value };

    private static AttributeValue Number(long value) => new() { N = value.ToString(CultureInfo.InvariantCulture) };

    private static string? Optional(Dictionary<string, AttributeValue> item, string name) => item.TryGetValue(name, out AttributeValue? value) ? value.S : null;

    private static long Long(Dictionary<string, AttributeValue> item, string name) =>
        item.TryGetValue(name, out AttributeValue? value) && value.N is not null ? (long)decimal.Parse(value.N, NumberStyles.Float, CultureInfo.InvariantCulture) : 0;

    private static Dictionary<string, AttributeValue> Key(string name, string value) => new() { [name] = Text(value) };

    private async Task PutAsync(PutItemRequest request, CancellationToken cancellationToken)
    {
        request.ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL;
        Count(1, (await client.PutItemAsync(request, cancellationToken).ConfigureAwait(false)).ConsumedCapacity);
    }

    private void Count(int writes, params ReadOnlySpan<ConsumedCapacity?> consumed)
    {
        lock (_lock)
        {
            foreach (ConsumedCapacity? capacity in consumed)
            {
                double units = capacity?.CapacityUnits ?? 0;
                WriteUnits += writes * units;
                ReadUnits += (1 - writes) * units;
            }
        }
    }

    private async Task<List<Dictionary<string, AttributeValue>>> QueryAsync(string table, string key, string value, string? begins, CancellationToken cancellationToken)
    {
        var items = new List<Dictionary<string, AttributeValue>>();
        var request = new QueryRequest
        {
            TableName = table,
            ConsistentRead = true,
            ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
            KeyConditionExpression = "#key = :value" + (begins is null ? string.Empty : " AND begins_with(report, :begins)"),
            ExpressionAttributeNames = new Dictionary<string, string> { ["#key"] = key },
            ExpressionAttributeValues = new Dictionary<string, AttributeValue> { [":value"] = Text(value) },
        };
        if (begins is not null)
        {
            request.ExpressionAttributeValues[":begins"] = Text(begins);
        }

        do
        {
            QueryResponse page = await client.QueryAsync(request, cancellationToken).ConfigureAwait(false);
            Count(0, page.ConsumedCapacity);
            items.AddRange(page.Items ?? []);
            request.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (request.ExclusiveStartKey is { Count: > 0 });
        return items;
    }

    private async Task DeleteAllAsync(string table, string key, string value, string range, CancellationToken cancellationToken)
    {
        foreach (Dictionary<string, AttributeValue>[] batch in (await QueryAsync(table, key, value, null, cancellationToken).ConfigureAwait(false)).Chunk(MaxBatch))
        {
            Dictionary<string, List<WriteRequest>>? left = new()
            {
                [table] = [.. batch.Select(item => new WriteRequest(new DeleteRequest(new Dictionary<string, AttributeValue> { [key] = item[key], [range] = item[range] })))],
            };
            for (int wait = 0; left is { Count: > 0 }; wait = Math.Min(2000, (wait * 2) + 50))
            {
                await Task.Delay(wait, cancellationToken).ConfigureAwait(false);
                left = (await client.BatchWriteItemAsync(new BatchWriteItemRequest(left), cancellationToken).ConfigureAwait(false)).UnprocessedItems;
            }
        }
    }

    /// <summary>Creates a table unless it is there.</summary>
    /// <returns>Whether it was created.</returns>
    private async Task<bool> CreateAsync(string table, (string Name, ScalarAttributeType Type) hash, (string Name, ScalarAttributeType Type)? range, CancellationToken cancellationToken)
    {
        // Asked first: where the tables are made by a template, the service may not make any.
        TableStatus? status = await StatusAsync(table, cancellationToken).ConfigureAwait(false);
        bool created = status is null;
        (string Name, ScalarAttributeType Type)[] keys = range is null ? [hash] : [hash, range.Value];
        if (created)
        {
            await client.CreateTableAsync(
                new CreateTableRequest
                {
                    TableName = table,
                    BillingMode = BillingMode.PAY_PER_REQUEST,
                    AttributeDefinitions = [.. keys.Select(key => new AttributeDefinition(key.Name, key.Type))],
                    KeySchema = [.. keys.Select((key, i) => new KeySchemaElement(key.Name, i == 0 ? KeyType.HASH : KeyType.RANGE))],
                },
                cancellationToken).ConfigureAwait(false);
        }

        while (status != TableStatus.ACTIVE && status != TableStatus.UPDATING)
        {
            status = await StatusAsync(table, cancellationToken).ConfigureAwait(false);
            await Task.Delay(status == TableStatus.ACTIVE ? 0 : 500, cancellationToken).ConfigureAwait(false);
        }

        return created;
    }

    private async Task<TableStatus?> StatusAsync(string table, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.DescribeTableAsync(table, cancellationToken).ConfigureAwait(false)).Table.TableStatus;
        }
        catch (ResourceNotFoundException)
        {
            return null;
        }
    }
}
