using System.Diagnostics.CodeAnalysis;
using System.Net.Http;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Storage.DynamoDb;

/// <summary>The service's tables in DynamoDB: names that begin alike, reads that see what was written, and what it all consumed.</summary>
/// <param name="client">DynamoDB.</param>
/// <param name="prefix">What the tables' names begin with.</param>
public sealed class DynamoDbDatabase(IAmazonDynamoDB client, string prefix)
{
    private const int MaxDeletes = 25;
    private const int MaxGets = 100;
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, double> _writesByTable = new(StringComparer.Ordinal);

    /// <summary>Write units consumed so far.</summary>
    public double WriteUnits { get; private set; }

    /// <summary>Read units consumed so far.</summary>
    public double ReadUnits { get; private set; }

    /// <summary>Write units consumed so far, by the tables' whole names.</summary>
    /// <returns>Tables and units.</returns>
    public IReadOnlyDictionary<string, double> WriteUnitsByTable()
    {
        lock (_lock)
        {
            return new SortedDictionary<string, double>(_writesByTable, StringComparer.Ordinal);
        }
    }

    /// <summary>A table's whole name.</summary>
    /// <param name="table">The table.</param>
    /// <returns>The name.</returns>
    public string NameOf(string table) => prefix + table;

    /// <summary>Creates a table (on demand) unless it is there, and waits until it can be used.</summary>
    /// <param name="table">The table.</param>
    /// <param name="hash">Its partition key.</param>
    /// <param name="range">Its sort key, or null.</param>
    /// <param name="expires">The attribute that says when items end, Unix seconds; or null.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The task.</returns>
    public async Task CreateAsync(string table, (string Name, ScalarAttributeType Type) hash, (string Name, ScalarAttributeType Type)? range, string? expires, CancellationToken cancellationToken)
    {
        // Asked first: where the tables are made by a template, the service may not make any.
        string name = NameOf(table);
        TableStatus? status = await StatusAsync(name, cancellationToken).ConfigureAwait(false);
        bool created = status is null && await CreateAsync(name, range is null ? [hash] : [hash, range.Value], cancellationToken).ConfigureAwait(false);
        while (status != TableStatus.ACTIVE && status != TableStatus.UPDATING)
        {
            status = await StatusAsync(name, cancellationToken).ConfigureAwait(false);
            await Task.Delay(status == TableStatus.ACTIVE ? TimeSpan.Zero : s_poll, cancellationToken).ConfigureAwait(false);
        }

        if (created && expires is not null)
        {
            await client.UpdateTimeToLiveAsync(
                new UpdateTimeToLiveRequest { TableName = name, TimeToLiveSpecification = new TimeToLiveSpecification { AttributeName = expires, Enabled = true } },
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>An item, as it is now.</summary>
    /// <param name="table">The table.</param>
    /// <param name="key">Its key.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The item, or null.</returns>
    public async Task<Dictionary<string, AttributeValue>?> GetAsync(string table, Dictionary<string, AttributeValue> key, CancellationToken cancellationToken)
    {
        GetItemResponse answer = await RunAsync(() => client.GetItemAsync(
            new GetItemRequest { TableName = NameOf(table), Key = key, ConsistentRead = true, ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL }, cancellationToken)).ConfigureAwait(false);
        CountReads(answer.ConsumedCapacity);
        return answer.Item is { Count: > 0 } item ? item : null;
    }

    /// <summary>Items, as they are now.</summary>
    /// <param name="table">The table.</param>
    /// <param name="keys">Their keys.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Those there are, in no order.</returns>
    public async Task<IReadOnlyList<Dictionary<string, AttributeValue>>> GetAllAsync(string table, IEnumerable<Dictionary<string, AttributeValue>> keys, CancellationToken cancellationToken)
    {
        string name = NameOf(table);
        var items = new List<Dictionary<string, AttributeValue>>();
        foreach (Dictionary<string, AttributeValue>[] batch in keys.Chunk(MaxGets))
        {
            Dictionary<string, KeysAndAttributes>? left = new() { [name] = new KeysAndAttributes { Keys = [.. batch], ConsistentRead = true } };
            for (int wait = 0; left is { Count: > 0 }; wait = Math.Min(2000, (wait * 2) + 50))
            {
                await Task.Delay(wait, cancellationToken).ConfigureAwait(false);
                var request = new BatchGetItemRequest { RequestItems = left, ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL };
                BatchGetItemResponse answer = await RunAsync(() => client.BatchGetItemAsync(request, cancellationToken)).ConfigureAwait(false);
                CountReads([.. answer.ConsumedCapacity ?? []]);
                items.AddRange(answer.Responses?.GetValueOrDefault(name) ?? []);
                left = answer.UnprocessedKeys;
            }
        }

        return items;
    }

    /// <summary>Items of one partition, in the order of their sort keys.</summary>
    /// <param name="table">The table.</param>
    /// <param name="condition">The key's condition; names and values are those of the request.</param>
    /// <param name="names">Names in it.</param>
    /// <param name="values">Values in it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <param name="descending">Whether the last comes first.</param>
    /// <param name="page">How many a request reads, or null for as many as fit one.</param>
    /// <returns>The items, as they are now.</returns>
    public async IAsyncEnumerable<Dictionary<string, AttributeValue>> QueryAsync(
        string table,
        string condition,
        Dictionary<string, string> names,
        Dictionary<string, AttributeValue> values,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken,
        bool descending = false,
        int? page = null)
    {
        var request = new QueryRequest
        {
            TableName = NameOf(table),
            ConsistentRead = true,
            ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
            KeyConditionExpression = condition,
            ExpressionAttributeNames = names,
            ExpressionAttributeValues = values,
            ScanIndexForward = !descending,
            Limit = page,
        };
        do
        {
            QueryResponse answer = await RunAsync(() => client.QueryAsync(request, cancellationToken)).ConfigureAwait(false);
            CountReads(answer.ConsumedCapacity);
            foreach (Dictionary<string, AttributeValue> item in answer.Items ?? [])
            {
                yield return item;
            }

            request.ExclusiveStartKey = answer.LastEvaluatedKey;
        }
        while (request.ExclusiveStartKey is { Count: > 0 });
    }

    /// <summary>Every item of a table, as it is now.</summary>
    /// <param name="table">The table.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The items, in no order.</returns>
    public async IAsyncEnumerable<Dictionary<string, AttributeValue>> ScanAsync(string table, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ScanRequest { TableName = NameOf(table), ConsistentRead = true, ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL };
        do
        {
            ScanResponse answer = await RunAsync(() => client.ScanAsync(request, cancellationToken)).ConfigureAwait(false);
            CountReads(answer.ConsumedCapacity);
            foreach (Dictionary<string, AttributeValue> item in answer.Items ?? [])
            {
                yield return item;
            }

            request.ExclusiveStartKey = answer.LastEvaluatedKey;
        }
        while (request.ExclusiveStartKey is { Count: > 0 });
    }

    /// <summary>Puts an item.</summary>
    /// <param name="table">The table.</param>
    /// <param name="item">The item.</param>
    /// <param name="condition">What must hold, or null.</param>
    /// <param name="values">Values in the condition, or null.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Whether the condition held.</returns>
    public async Task<bool> PutAsync(string table, Dictionary<string, AttributeValue> item, string? condition, Dictionary<string, AttributeValue>? values, CancellationToken cancellationToken)
    {
        var request = new PutItemRequest { TableName = NameOf(table), Item = item, ConditionExpression = condition, ExpressionAttributeValues = values, ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL };
        try
        {
            CountWrites((await RunAsync(() => client.PutItemAsync(request, cancellationToken)).ConfigureAwait(false)).ConsumedCapacity);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
    }

    /// <summary>Changes an item.</summary>
    /// <param name="table">The table.</param>
    /// <param name="request">How; its table need not be named.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Whether the condition held.</returns>
    public async Task<bool> UpdateAsync(string table, UpdateItemRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.TableName = NameOf(table);
        request.ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL;
        try
        {
            CountWrites((await RunAsync(() => client.UpdateItemAsync(request, cancellationToken)).ConfigureAwait(false)).ConsumedCapacity);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
    }

    /// <summary>Deletes an item.</summary>
    /// <param name="table">The table.</param>
    /// <param name="key">Its key.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <param name="condition">What must hold, or null.</param>
    /// <param name="values">Values in the condition, or null.</param>
    /// <param name="names">Names in the condition, or null.</param>
    /// <returns>Whether the condition held.</returns>
    public async Task<bool> DeleteAsync(
        string table, Dictionary<string, AttributeValue> key, CancellationToken cancellationToken, string? condition = null, Dictionary<string, AttributeValue>? values = null, Dictionary<string, string>? names = null)
    {
        var request = new DeleteItemRequest { TableName = NameOf(table), Key = key, ConditionExpression = condition, ExpressionAttributeValues = values, ExpressionAttributeNames = names, ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL };
        try
        {
            CountWrites((await RunAsync(() => client.DeleteItemAsync(request, cancellationToken)).ConfigureAwait(false)).ConsumedCapacity);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
    }

    /// <summary>Puts many items, each by itself: no transaction.</summary>
    /// <param name="table">The table.</param>
    /// <param name="items">The items.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The task.</returns>
    public Task PutAllAsync(string table, IEnumerable<Dictionary<string, AttributeValue>> items, CancellationToken cancellationToken) =>
        WriteAllAsync(table, items.Select(item => new WriteRequest(new PutRequest(item))), cancellationToken);

    /// <summary>Deletes many items, each by itself: no transaction.</summary>
    /// <param name="table">The table.</param>
    /// <param name="keys">Their keys.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The task.</returns>
    public Task DeleteAllAsync(string table, IEnumerable<Dictionary<string, AttributeValue>> keys, CancellationToken cancellationToken) =>
        WriteAllAsync(table, keys.Select(key => new WriteRequest(new DeleteRequest(key))), cancellationToken);

    /// <summary>Writes all or nothing.</summary>
    /// <param name="items">What; their tables' whole names.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Whether it was written; not where a condition did not hold or another transaction was at the same items.</returns>
    public async Task<bool> TransactAsync(List<TransactWriteItem> items, CancellationToken cancellationToken) =>
        await TryTransactAsync(items, cancellationToken).ConfigureAwait(false) is null;

    /// <summary>Writes all or nothing, and says what was in the way.</summary>
    /// <param name="items">What; their tables' whole names.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Null where it was written; else for each item whether its condition did not hold. None is marked where another transaction was at the same items.</returns>
    internal async Task<IReadOnlyList<bool>?> TryTransactAsync(List<TransactWriteItem> items, CancellationToken cancellationToken)
    {
        var request = new TransactWriteItemsRequest { TransactItems = items, ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL };
        try
        {
            TransactWriteItemsResponse answer = await RunAsync(() => client.TransactWriteItemsAsync(request, cancellationToken)).ConfigureAwait(false);
            CountWrites([.. answer.ConsumedCapacity ?? []]);
            return null;
        }
        catch (TransactionCanceledException exception) when (exception.CancellationReasons.Any(reason => reason.Code is "ConditionalCheckFailed" or "TransactionConflict"))
        {
            return [.. exception.CancellationReasons.Select(reason => reason.Code == "ConditionalCheckFailed")];
        }
    }

    [SuppressMessage("Usage", "CA2200", Justification = "Conditions that do not hold are answers, not failures.")]
    private static async Task<T> RunAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is AmazonServiceException and not (ConditionalCheckFailedException or TransactionCanceledException or ResourceNotFoundException)
            or AmazonClientException or HttpRequestException or IOException or TaskCanceledException { InnerException: TimeoutException })
        {
            throw new CloudException(ErrorCodes.StoreUnavailable, "DynamoDB does not answer as it should: " + exception.Message, exception);
        }
    }

    private async Task WriteAllAsync(string table, IEnumerable<WriteRequest> writes, CancellationToken cancellationToken)
    {
        foreach (WriteRequest[] batch in writes.Chunk(MaxDeletes))
        {
            Dictionary<string, List<WriteRequest>>? left = new() { [NameOf(table)] = [.. batch] };
            for (int wait = 0; left is { Count: > 0 }; wait = Math.Min(2000, (wait * 2) + 50))
            {
                await Task.Delay(wait, cancellationToken).ConfigureAwait(false);
                var request = new BatchWriteItemRequest { RequestItems = left, ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL };
                BatchWriteItemResponse answer = await RunAsync(() => client.BatchWriteItemAsync(request, cancellationToken)).ConfigureAwait(false);
                CountWrites([.. answer.ConsumedCapacity ?? []]);
                left = answer.UnprocessedItems;
            }
        }
    }

    /// <summary>Creates a table.</summary>
    /// <returns>Whether this did, and not another service at the same time.</returns>
    private async Task<bool> CreateAsync(string name, (string Name, ScalarAttributeType Type)[] keys, CancellationToken cancellationToken)
    {
        try
        {
            await client.CreateTableAsync(
                new CreateTableRequest
                {
                    TableName = name,
                    BillingMode = BillingMode.PAY_PER_REQUEST,
                    AttributeDefinitions = [.. keys.Select(key => new AttributeDefinition(key.Name, key.Type))],
                    KeySchema = [.. keys.Select((key, i) => new KeySchemaElement(key.Name, i == 0 ? KeyType.HASH : KeyType.RANGE))],
                },
                cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ResourceInUseException)
        {
            return false;
        }
    }

    private async Task<TableStatus?> StatusAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await RunAsync(() => client.DescribeTableAsync(name, cancellationToken)).ConfigureAwait(false)).Table.TableStatus;
        }
        catch (ResourceNotFoundException)
        {
            return null;
        }
    }

    private void CountReads(params ReadOnlySpan<ConsumedCapacity?> consumed)
    {
        lock (_lock)
        {
            foreach (ConsumedCapacity? capacity in consumed)
            {
                ReadUnits += capacity?.CapacityUnits ?? 0;
            }
        }
    }

    private void CountWrites(params ReadOnlySpan<ConsumedCapacity?> consumed)
    {
        lock (_lock)
        {
            foreach (ConsumedCapacity? capacity in consumed)
            {
                double units = capacity?.CapacityUnits ?? 0;
                WriteUnits += units;
                if (capacity?.TableName is string table)
                {
                    _writesByTable[table] = _writesByTable.GetValueOrDefault(table) + units;
                }
            }
        }
    }
}
