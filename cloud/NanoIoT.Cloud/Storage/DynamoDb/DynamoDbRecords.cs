using System.Threading.Channels;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Microsoft.Extensions.Logging;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Replicas;
using NanoIoT.Cloud.Storage.Migration;

namespace NanoIoT.Cloud.Storage.DynamoDb;

/// <summary>
/// Records and audit log in DynamoDB, for any number of services. The audit log is what puts transactions in order: each group of
/// them writes its records and the log's next item, which must not be there yet, all or nothing. Who finds it there reads on from
/// where he was and does his work again on what he then sees. So transactions are serializable, and following the log is
/// following every change.
/// <code>
/// PREFIXregistry, identities, rules, artifacts: id = kind/id, record (JSON), n (the log's item that wrote it), beside (map)
/// PREFIXchanges: log = "log", n = 1, 2, …; entries (JSON: who, what, before, after), expires (400 days)
/// </code>
/// Values beside a record (the versions boards report) are set without the log: one write unit each, at any rate.
/// </summary>
internal sealed partial class DynamoDbRecords : IRecordBackend, IAuditedWrites
{
    /// <summary>DynamoDB's hundred items a transaction, less the log's.</summary>
    private const int MaxItems = 99;

    private static readonly TimeSpan s_followInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_refreshInterval = TimeSpan.FromMinutes(10);

    private readonly DynamoDbDatabase _database;
    private readonly TimeProvider _time;
    private readonly ILogger<DynamoDbRecords> _logger;
    private readonly Channel<PendingWrite> _queue = Channel.CreateBounded<PendingWrite>(new BoundedChannelOptions(8192) { SingleReader = true });
    private readonly Dictionary<string, IRecordTable> _tables = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, Dictionary<string, AttributeValue>>> _unclaimed = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly BackgroundLoop _follower = new();
    private Task _writer = Task.CompletedTask;
    private HashSet<(string Kind, string Id)>? _setMeanwhile;
    private long _position;
    private int _isStale;

    public DynamoDbRecords(DynamoDbDatabase database, TimeProvider time, ILogger<DynamoDbRecords> logger)
    {
        _database = database;
        _time = time;
        _logger = logger;
    }

    /// <summary>Told of values this service set beside records, so that others need not wait for their next look: kind, id, name, value.</summary>
    public Action<string, string, string, string>? BesideSet { get; set; }

    /// <summary>What else is read again where hints may have been lost.</summary>
    public Func<CancellationToken, Task>? AlsoRefresh { get; set; }

    public async Task OpenAsync()
    {
        await CreateTablesAsync(_database, _follower.Token).ConfigureAwait(false);
        _position = await LastAsync().ConfigureAwait(false);
        foreach (string table in RecordKinds.Tables)
        {
            await foreach (Dictionary<string, AttributeValue> item in _database.ScanAsync(table, _follower.Token).ConfigureAwait(false))
            {
                (string kind, string id) = RecordItems.Split(item["id"].S);
                if (!_unclaimed.TryGetValue(kind, out Dictionary<string, Dictionary<string, AttributeValue>>? items))
                {
                    _unclaimed.Add(kind, items = new(StringComparer.Ordinal));
                }

                items[id] = item;
            }
        }

        _writer = Task.Run(WriteLoopAsync);
    }

    /// <summary>Makes the tables that are missing.</summary>
    internal static async Task CreateTablesAsync(DynamoDbDatabase database, CancellationToken cancellationToken)
    {
        foreach (string table in RecordKinds.Tables)
        {
            await database.CreateAsync(table, ("id", ScalarAttributeType.S), null, null, cancellationToken).ConfigureAwait(false);
        }

        await database.CreateAsync(ChangeLog.Table, (ChangeLog.Log, ScalarAttributeType.S), ("n", ScalarAttributeType.N), "expires", cancellationToken).ConfigureAwait(false);
    }

    public void Follow() => _follower.Start(FollowAsync);

    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await CatchUpAsync().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>What is beside records may have changed unheard: all is read again soon.</summary>
    public void Distrust() => Volatile.Write(ref _isStale, 1);

    public void Attach(IRecordTable table)
    {
        _ = RecordKinds.TableOf(table.Kind);
        lock (_gate)
        {
            _tables.Add(table.Kind, table);
            if (_unclaimed.Remove(table.Kind, out Dictionary<string, Dictionary<string, AttributeValue>>? items))
            {
                foreach ((_, Dictionary<string, AttributeValue> item) in items.OrderBy(item => item.Key, StringComparer.Ordinal))
                {
                    table.Load(RecordItems.Parse(table, item));
                }
            }
        }
    }

    public async Task<T> WriteAsync<T>(string actor, string action, Func<RecordTransaction, T> work, CancellationToken cancellationToken)
    {
        var write = new PendingWrite<T>(actor, action, work);
        await _queue.Writer.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        return await write.Answer.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<bool> WriteAsync(AuditNote audit, IReadOnlyList<TransactWriteItem> items, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (true)
            {
                List<TransactWriteItem> all = [LogItem(_position + 1, GroupState.Of(audit)), .. items];
                IReadOnlyList<bool>? failed = await _database.TryTransactAsync(all, _follower.Token).ConfigureAwait(false);
                if (failed is null)
                {
                    _position++;
                    return true;
                }

                if (failed.Skip(1).Any(isFailed => isFailed))
                {
                    return false;
                }

                await WaitForOthersAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public async Task<bool> SetBesideAsync(IRecordTable table, string action, string id, string name, string value, CancellationToken cancellationToken)
    {
        bool found = await _database.UpdateAsync(
            RecordKinds.TableOf(table.Kind),
            new UpdateItemRequest
            {
                Key = Attributes.Key("id", table.Kind + "/" + id),
                UpdateExpression = "SET #beside.#name = :value",
                ConditionExpression = "attribute_exists(id)",
                ExpressionAttributeNames = new Dictionary<string, string> { ["#beside"] = RecordItems.Beside, ["#name"] = name },
                ExpressionAttributeValues = Attributes.Key(":value", value),
            },
            cancellationToken).ConfigureAwait(false);
        if (found)
        {
            ShowBeside(table.Kind, id, name, value);
            BesideSet?.Invoke(table.Kind, id, name, value);
        }

        return found;
    }

    /// <summary>Shows a value that was set beside a record, by this service or another.</summary>
    public void ShowBeside(string kind, string id, string name, string value)
    {
        lock (_gate)
        {
            _setMeanwhile?.Add((kind, id));
            if (_tables.TryGetValue(kind, out IRecordTable? table) && table.HasBeside && table.Find(id) is object record
                && (!table.BesideOf(record).TryGetValue(name, out string? known) || known != value))
            {
                table.Apply(id, record, table.WithBeside(record, new Dictionary<string, string>(table.BesideOf(record)) { [name] = value }));
            }
        }
    }

    public async Task<IReadOnlyList<AuditEntry>> ListAuditAsync(long? before, string? actor, string? resourcePrefix, int limit, CancellationToken cancellationToken)
    {
        var entries = new List<AuditEntry>();
        long last = before is long id ? id / ChangeLog.IdsAnItem : long.MaxValue / ChangeLog.IdsAnItem;
        await foreach (Dictionary<string, AttributeValue> item in QueryLogAsync("#n <= :n", last, true, Math.Min(limit, 100), cancellationToken).ConfigureAwait(false))
        {
            foreach (AuditEntry entry in ChangeLog.ReadEntries(item).Reverse().Select(entry => entry.Entry))
            {
                if ((before is null || entry.Id < before) && (actor is null || entry.Actor == actor) && (resourcePrefix is null || entry.Resource.StartsWith(resourcePrefix, StringComparison.Ordinal)))
                {
                    entries.Add(entry);
                }
            }

            if (entries.Count >= limit)
            {
                break;
            }
        }

        return [.. entries.Take(limit)];
    }

    /// <summary>Items expire by themselves.</summary>
    public Task<int> TrimAuditAsync(long before, CancellationToken cancellationToken) => Task.FromResult(0);

    public Task<string?> MovedToAsync(CancellationToken cancellationToken) => DynamoDbLeaseStore.MovedToAsync(_database, cancellationToken);

    public Task ProbeAsync(CancellationToken cancellationToken) => DynamoDbLeaseStore.ProbeAsync(_database, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _writer.ConfigureAwait(false);
        await _follower.DisposeAsync().ConfigureAwait(false);
        _turn.Dispose();
    }

    private IAsyncEnumerable<Dictionary<string, AttributeValue>> QueryLogAsync(string condition, long n, bool descending, int? page, CancellationToken cancellationToken) => _database.QueryAsync(
        ChangeLog.Table,
        "#log = :log AND " + condition,
        new Dictionary<string, string> { ["#log"] = ChangeLog.Log, ["#n"] = "n" },
        new Dictionary<string, AttributeValue> { [":log"] = Attributes.Text(ChangeLog.Log), [":n"] = Attributes.Number(n) },
        cancellationToken,
        descending,
        page);

    private async Task<long> LastAsync()
    {
        await foreach (Dictionary<string, AttributeValue> item in QueryLogAsync("#n > :n", 0, true, 1, _follower.Token).ConfigureAwait(false))
        {
            return Attributes.Long(item, "n");
        }

        return 0;
    }

    private async Task FollowAsync(CancellationToken end)
    {
        long refreshed = _time.GetTimestamp();
        while (true)
        {
            bool all = false;
            try
            {
                await Task.Delay(s_followInterval, _follower.Token).ConfigureAwait(false);
                all = Interlocked.Exchange(ref _isStale, 0) == 1 || _time.GetElapsedTime(refreshed) > s_refreshInterval;
                await _turn.WaitAsync(_follower.Token).ConfigureAwait(false);
                try
                {
                    await CatchUpAsync().ConfigureAwait(false);
                    if (all)
                    {
                        await RefreshAsync().ConfigureAwait(false);
                        await (AlsoRefresh?.Invoke(_follower.Token) ?? Task.CompletedTask).ConfigureAwait(false);
                        refreshed = _time.GetTimestamp();
                    }
                }
                finally
                {
                    _turn.Release();
                }
            }
            catch (Exception exception) when (!end.IsCancellationRequested)
            {
                // The log is read on next time from where it was; only what was to be read anew was not.
                if (all)
                {
                    Distrust();
                }

                LogFollowFailed(exception);
            }
        }
    }

    private async Task WriteLoopAsync()
    {
        var group = new List<PendingWrite>();
        while (group.Count > 0 || await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (group.Count < MaxItems && _queue.Reader.TryRead(out PendingWrite? write))
            {
                group.Add(write);
            }

            await _turn.WaitAsync().ConfigureAwait(false);
            try
            {
                group = await CommitAsync(group).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                // Whether it was written is not known where the answer was lost; the next look at the log tells the tables.
                group.ForEach(write => write.Fail(exception));
                group = [];
            }
            finally
            {
                _turn.Release();
            }
        }
    }

    /// <summary>Runs a group of transactions and commits them together.</summary>
    /// <returns>Those that did not fit.</returns>
    private async Task<List<PendingWrite>> CommitAsync(List<PendingWrite> group)
    {
        while (true)
        {
            (GroupState state, List<PendingWrite> done, List<PendingWrite> left) = RunWorks(group);
            bool anyFailed = done.Exists(write => write.Failure is not null);

            // A refusal is right only if nothing newer says otherwise.
            if ((anyFailed && await CatchUpAsync().ConfigureAwait(false))
                || (!state.IsEmpty && !await CommitAsync(state).ConfigureAwait(false)))
            {
                continue;
            }

            done.ForEach(write => write.Finish());
            return left;
        }
    }

    private (GroupState State, List<PendingWrite> Done, List<PendingWrite> Left) RunWorks(List<PendingWrite> group)
    {
        lock (_gate)
        {
            var state = new GroupState();
            var done = new List<PendingWrite>(group.Count);
            for (int i = 0; i < group.Count; i++)
            {
                GroupState before = state.Copy();
                group[i].Run(state, _time.GetUtcNow().ToUnixTimeMilliseconds());
                if (group[i].Failure is null && (state.Items > MaxItems || state.EntryCharacters > ChangeLog.MaxCharacters))
                {
                    if (i > 0)
                    {
                        return (before, done, group[i..]);
                    }

                    group[i].Failure = new CloudException(ErrorCodes.LimitExceeded, $"It changes more at once than DynamoDB takes: {MaxItems} records.");
                }

                state = group[i].Failure is null ? state : before;

                done.Add(group[i]);
            }

            return (state, done, []);
        }
    }

    /// <summary>Writes a group, and shows it.</summary>
    /// <returns>False where another service was first; what it wrote is shown then.</returns>
    private async Task<bool> CommitAsync(GroupState state)
    {
        long n = _position + 1;
        List<TransactWriteItem> items = [LogItem(n, state)];
        items.AddRange(state.Final().Select(change => Write(change.Table, change.Id, change.Record, change.IsNew, n)));
        if (!await _database.TransactAsync(items, _follower.Token).ConfigureAwait(false))
        {
            await WaitForOthersAsync().ConfigureAwait(false);
            return false;
        }

        lock (_gate)
        {
            _position = n;
            foreach ((IRecordTable table, string id, object? record, bool isNew) in state.Final())
            {
                object? known = table.Find(id);
                table.Apply(id, known, record is null || known is null || isNew || !table.HasBeside ? record : table.WithBeside(record, table.BesideOf(known)));
            }
        }

        return true;
    }

    /// <summary>The log's next item, on condition that no other replica has written it.</summary>
    private TransactWriteItem LogItem(long n, GroupState state) => new()
    {
        Put = new Put
        {
            TableName = _database.NameOf(ChangeLog.Table),
            Item = ChangeLog.Item(n, state, _time.GetUtcNow().ToUnixTimeSeconds()),
            ConditionExpression = "attribute_not_exists(#log)",
            ExpressionAttributeNames = new Dictionary<string, string> { ["#log"] = ChangeLog.Log },
        },
    };

    /// <summary>Another replica was first, which the log shows; or it was at the same items, and the write is tried again.</summary>
    private async Task WaitForOthersAsync()
    {
        if (!await CatchUpAsync().ConfigureAwait(false))
        {
            await Task.Delay(Random.Shared.Next(5, 30), _follower.Token).ConfigureAwait(false);
        }
    }

    private TransactWriteItem Write(IRecordTable table, string id, object? record, bool isNew, long n)
    {
        string name = _database.NameOf(RecordKinds.TableOf(table.Kind));
        Dictionary<string, AttributeValue> key = Attributes.Key("id", table.Kind + "/" + id);
        if (record is null)
        {
            return new TransactWriteItem { Delete = new Delete { TableName = name, Key = key } };
        }

        // A record that stays keeps what is beside it: others set that at any time.
        return isNew || !table.HasBeside
            ? new TransactWriteItem { Put = new Put { TableName = name, Item = RecordItems.Describe(table, id, record, n) } }
            : new TransactWriteItem
            {
                Update = new Update
                {
                    TableName = name,
                    Key = key,
                    UpdateExpression = "SET #record = :record, #n = :n",
                    ExpressionAttributeNames = new Dictionary<string, string> { ["#record"] = RecordItems.RecordField, ["#n"] = "n" },
                    ExpressionAttributeValues = new Dictionary<string, AttributeValue> { [":record"] = Attributes.Text(table.Format(record)), [":n"] = Attributes.Number(n) },
                },
            };
    }

    /// <summary>Reads the log on, and what it says was changed.</summary>
    /// <returns>Whether there was anything.</returns>
    private async Task<bool> CatchUpAsync()
    {
        var changed = new HashSet<(string Kind, string Id)>();
        long position = _position;
        await foreach (Dictionary<string, AttributeValue> item in QueryLogAsync("#n > :n", _position, false, null, _follower.Token).ConfigureAwait(false))
        {
            if (position > 0 && Attributes.Long(item, "n") != position + 1)
            {
                // Items between have expired: this service was away for longer than they live.
                await RefreshAsync().ConfigureAwait(false);
            }

            position = Attributes.Long(item, "n");
            changed.UnionWith(ChangeLog.ReadEntries(item).Where(entry => entry.Kind is not null).Select(entry => (entry.Kind!, entry.Id!)));
        }

        foreach (IGrouping<string, (string Kind, string Id)> table in changed.GroupBy(item => RecordKinds.TableOf(item.Kind)))
        {
            IReadOnlyList<Dictionary<string, AttributeValue>> items = await _database.GetAllAsync(table.Key, table.Select(item => Attributes.Key("id", item.Kind + "/" + item.Id)), _follower.Token).ConfigureAwait(false);
            Dictionary<(string, string), Dictionary<string, AttributeValue>> found = items.ToDictionary(item => RecordItems.Split(item["id"].S));
            foreach ((string kind, string id) in table)
            {
                Show(kind, id, found.GetValueOrDefault((kind, id)));
            }
        }

        bool any = position != _position;
        _position = position;
        return any;
    }

    /// <summary>Reads every record again: what is beside them changes without the log.</summary>
    private async Task RefreshAsync()
    {
        foreach (string table in RecordKinds.Tables)
        {
            lock (_gate)
            {
                _setMeanwhile = [];
            }

            var seen = new HashSet<(string, string)>();
            await foreach (Dictionary<string, AttributeValue> item in _database.ScanAsync(table, _follower.Token).ConfigureAwait(false))
            {
                (string kind, string id) = RecordItems.Split(item["id"].S);
                seen.Add((kind, id));
                lock (_gate)
                {
                    // What was set while the page came is newer than the page.
                    if (!_setMeanwhile.Contains((kind, id)))
                    {
                        Show(kind, id, item);
                    }
                }
            }

            foreach (IRecordTable gone in _tables.Values.Where(item => RecordKinds.TableOf(item.Kind) == table))
            {
                foreach (string id in gone.FindAll().Select(gone.IdOf).Where(id => !seen.Contains((gone.Kind, id))))
                {
                    Show(gone.Kind, id, null);
                }
            }
        }

        lock (_gate)
        {
            _setMeanwhile = null;
        }
    }

    private void Show(string kind, string id, Dictionary<string, AttributeValue>? item)
    {
        lock (_gate)
        {
            if (_tables.TryGetValue(kind, out IRecordTable? table))
            {
                object? before = table.Find(id);
                object? after = item is null ? null : RecordItems.Parse(table, item);
                if ((before is not null || after is not null) && !IsSame(table, before, after))
                {
                    table.Apply(id, before, after);
                }
            }
            else if (item is not null)
            {
                _unclaimed.TryAdd(kind, new(StringComparer.Ordinal));
                _unclaimed[kind][id] = item;
            }
            else if (_unclaimed.TryGetValue(kind, out Dictionary<string, Dictionary<string, AttributeValue>>? items))
            {
                items.Remove(id);
            }
        }
    }

    private static bool IsSame(IRecordTable table, object? before, object? after) => before is not null && after is not null && table.Format(before) == table.Format(after);

    [LoggerMessage(Level = LogLevel.Warning, Message = "what other services changed could not be read; it is tried again")]
    private partial void LogFollowFailed(Exception exception);
}
