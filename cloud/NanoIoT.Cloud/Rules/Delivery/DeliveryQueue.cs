using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Rules.Actions;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Rules.Delivery;

/// <summary>
/// Queues of results, one an action: durable, bounded, each emptied by a worker of its own, so that a slow or dead target
/// holds up nothing but itself. A result is delivered at least once, in its order; one the target does not take in time goes to
/// the rule's error action, else it becomes a dead letter.
/// </summary>
internal sealed partial class DeliveryQueue : IAsyncDisposable
{
    /// <summary>Ends the name of the queue of a rule's error action.</summary>
    public const string ErrorLane = "|error";

    /// <summary>Results one queue holds; more become dead letters at once.</summary>
    public const int MaxQueued = 10_000;

    private static readonly TimeSpan s_firstDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_lastDelay = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Lane> _lanes = new(StringComparer.Ordinal);
    private readonly DeliveryStore _store;
    private readonly CloudOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<DeliveryQueue> _logger;
    private readonly CancellationTokenSource _end = new();
    private bool _isStarted;
    private bool _disposed;

    public DeliveryQueue(DeliveryStore store, CloudOptions options, TimeProvider time, ILogger<DeliveryQueue> logger)
    {
        _store = store;
        _options = options;
        _time = time;
        _logger = logger;
    }

    /// <summary>Finds an action's type; set before the start.</summary>
    public Func<string, IActionType?> FindType { get; set; } = _ => null;

    /// <summary>Finds a rule's error action, with its settings for a result; set before the start.</summary>
    public Func<DeliveryJob, DeliveryJob?> FindErrorAction { get; set; } = _ => null;

    /// <summary>Takes up what was queued before a restart; before anything is added.</summary>
    public void Load()
    {
        foreach ((string lane, int count) in _store.Counts())
        {
            LaneOf(lane).Add(count);
        }
    }

    /// <summary>Begins to deliver.</summary>
    public void Start()
    {
        _isStarted = true;
        foreach (Lane lane in _lanes.Values)
        {
            Begin(lane);
        }
    }

    /// <summary>Results that wait in a queue.</summary>
    public int CountOf(string lane) => _lanes.TryGetValue(lane, out Lane? found) ? found.Count : 0;

    /// <summary>Queues results; they are durable when the task ends. What finds its queue full becomes a dead letter, or an error action's.</summary>
    public async Task AddAsync(IReadOnlyList<DeliveryJob> jobs, CancellationToken cancellationToken)
    {
        List<DeliveryJob> taken = [];
        List<DeliveryJob> refused = [];
        foreach (DeliveryJob job in jobs)
        {
            (LaneOf(job.Lane).TryReserve() ? taken : refused).Add(job);
        }

        try
        {
            if (taken.Count > 0)
            {
                await _store.AddAsync(taken, cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            foreach (DeliveryJob job in taken)
            {
                LaneOf(job.Lane).Add(-1);
            }

            throw;
        }

        foreach (DeliveryJob job in taken)
        {
            LaneOf(job.Lane).Signal();
        }

        if (refused.Count > 0)
        {
            await FailAsync([.. refused.Select(job => (job, "QueueFull", $"{MaxQueued} results wait for the target already"))], cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Gives results up that never stood in a queue.</summary>
    public Task FailAsync(IReadOnlyList<(DeliveryJob Job, string Code, string Reason)> failures, CancellationToken cancellationToken) =>
        FinishAsync([], failures).WaitAsync(cancellationToken);

    /// <summary>Dead letters, oldest first.</summary>
    public IReadOnlyList<DeadLetter> DeadLetters(string? rule, long after, int limit) => _store.DeadLetters(rule, after, limit);

    /// <summary>Deletes dead letters, or queues them again.</summary>
    public async Task<int> TakeDeadAsync(string? rule, long? id, bool requeues)
    {
        IReadOnlyList<DeadLetter> letters = await _store.TakeDeadAsync(rule, id, MaxQueued / 2, requeues).ConfigureAwait(false);
        if (requeues)
        {
            foreach (DeadLetter letter in letters)
            {
                LaneOf(letter.Job.Lane).Add(1);
            }

            Signal([.. letters.Select(letter => letter.Job)]);
        }

        return letters.Count;
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _end.CancelAsync().ConfigureAwait(false);
        foreach (Lane lane in _lanes.Values)
        {
            await lane.Worker.ConfigureAwait(false);
            lane.Dispose();
        }

        _end.Dispose();
    }

    private void Signal(IEnumerable<DeliveryJob> jobs)
    {
        foreach (DeliveryJob job in jobs)
        {
            LaneOf(job.Lane).Signal();
        }
    }

    private Lane LaneOf(string name) => _lanes.GetOrAdd(name, static (key, queue) =>
    {
        var lane = new Lane(key);
        if (queue._isStarted)
        {
            queue.Begin(lane);
        }

        return lane;
    }, this);

    private void Begin(Lane lane) => lane.Begin(() => WorkAsync(lane));

    private async Task WorkAsync(Lane lane)
    {
        int failures = 0;
        try
        {
            while (true)
            {
                if (lane.Count <= 0)
                {
                    await lane.WaitAsync(_end.Token).ConfigureAwait(false);
                    continue;
                }

                bool hasFailed;
                try
                {
                    hasFailed = await DeliverAsync(lane).ConfigureAwait(false);
                }
                catch (Exception exception) when (exception is not OperationCanceledException || !_end.IsCancellationRequested)
                {
                    // The store itself failed: what waits stays, and is tried again.
                    LogWorkerFailed(exception, lane.Name);
                    hasFailed = true;
                }

                failures = hasFailed ? failures + 1 : 0;
                if (hasFailed)
                {
                    double delay = Math.Min(s_firstDelay.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 1, 16)), s_lastDelay.TotalMilliseconds);
#pragma warning disable CA5394 // Spreading tries needs no secret.
                    await Task.Delay(TimeSpan.FromMilliseconds(delay * (0.75 + (Random.Shared.NextDouble() / 2))), _end.Token).ConfigureAwait(false);
#pragma warning restore CA5394
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The service ends; what waits is in the store.
            return;
        }
    }

    /// <returns>Whether something is to be tried again.</returns>
    private async Task<bool> DeliverAsync(Lane lane)
    {
        IReadOnlyList<DeliveryJob> head = _store.Load(lane.Name, lane.BatchSize);
        if (head.Count == 0)
        {
            // Written, and not yet to be read: the writer signals once it is.
            await lane.WaitAsync(_end.Token).ConfigureAwait(false);
            return false;
        }

        IActionType? type = FindType(head[0].Action);
        lane.BatchSize = type?.MaxBatch ?? 1;
        IReadOnlyList<DeliveryJob> jobs = [.. head.TakeWhile(job => job.Action == head[0].Action)];
        DeliveryOutcome[] outcomes = type is null
            ? [.. jobs.Select(_ => DeliveryOutcome.Failed("NoSuchAction", $"there is no action {head[0].Action}"))]
            : await TryAsync(type, jobs).ConfigureAwait(false);

        long now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        List<DeliveryJob> done = [];
        List<(DeliveryJob Job, string Code, string Reason)> failed = [];
        bool hasFailed = false;
        for (int i = 0; i < jobs.Count; i++)
        {
            DeliveryOutcome outcome = outcomes[i];
            bool isLate = now - jobs[i].Enqueued > _options.RuleRetryTime.TotalMilliseconds;
            if (outcome.Kind == DeliveryKind.Done)
            {
                done.Add(jobs[i]);
            }
            else if (outcome.Kind == DeliveryKind.Failed || (outcome.Kind == DeliveryKind.Retry && isLate))
            {
                failed.Add((jobs[i], outcome.Code!, outcome.Message!));
            }
            else if (outcome.Kind == DeliveryKind.Retry)
            {
                hasFailed = true;
                LogRetry(lane.Name, outcome.Code!, outcome.Message!);
            }
        }

        if (done.Count + failed.Count > 0)
        {
            await FinishAsync(done, failed).ConfigureAwait(false);
            lane.Add(-(done.Count + failed.Count));
        }

        return hasFailed;
    }

    /// <summary>Ends deliveries: what failed goes to its rule's error action, or becomes a dead letter.</summary>
    private async Task FinishAsync(List<DeliveryJob> done, IReadOnlyList<(DeliveryJob Job, string Code, string Reason)> failed)
    {
        List<DeliveryJob> errors = [];
        List<(DeliveryJob, string, string)> dead = [];
        foreach ((DeliveryJob job, string code, string reason) in failed)
        {
            LogGivenUp(job.Rule, job.Action, job.Source.Topic, code, reason);
            if (ErrorJob(job, reason) is DeliveryJob error && LaneOf(error.Lane).TryReserve())
            {
                done.Add(job);
                errors.Add(error);
            }
            else
            {
                dead.Add((job, code, reason));
            }
        }

        await _store.FinishAsync(done, dead, errors).ConfigureAwait(false);
        Signal(errors);
    }

    private async Task<DeliveryOutcome[]> TryAsync(IActionType type, IReadOnlyList<DeliveryJob> jobs)
    {
        try
        {
            return await type.DeliverAsync(jobs, _end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            return [.. jobs.Select(_ => DeliveryOutcome.Retry("TargetFailed", exception.Message))];
        }
    }

    private DeliveryJob? ErrorJob(DeliveryJob job, string reason)
    {
        if (job.Lane.EndsWith(ErrorLane, StringComparison.Ordinal) || FindErrorAction(job) is not DeliveryJob error)
        {
            return null;
        }

        // As AWS's error action message.
        var body = new JsonObject
        {
            ["ruleName"] = job.Rule,
            ["topic"] = job.Source.Topic,
            ["cloudwatchTraceId"] = job.Source.TraceId,
            ["clientId"] = job.Source.ClientId,
            ["sourceIp"] = job.Source.SourceAddress,
            ["base64OriginalPayload"] = Convert.ToBase64String((job.Original ?? job.Payload).Span),
            ["failures"] = new JsonArray(new JsonObject { ["failedAction"] = job.Action, ["failedResource"] = Resource(job), ["errorMessage"] = reason }),
        };
        return error with { Payload = Encoding.UTF8.GetBytes(body.ToJsonString(RecordStore.Json)) };
    }

    /// <summary>The target's name, for a reader.</summary>
    private static string Resource(DeliveryJob job)
    {
        JsonObject settings = job.Parsed;
        string[] names = ["tableName", "bucketName", "queueUrl", "targetArn", "functionArn", "streamName", "deliveryStreamName", "url", "path", "to", "topic"];
        string? found = names
            .Select(name => (settings[name] ?? settings["putItem"]?[name])?.ToString())
            .FirstOrDefault(value => value is not null);
        return SecretMask.HideQuery(found ?? job.Action);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "rule {Rule}: {Action} of a message on {Topic} given up: {Code}: {Reason}")]
    private partial void LogGivenUp(string rule, string action, string topic, string code, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "delivery {Lane}: tried again: {Code}: {Reason}")]
    private partial void LogRetry(string lane, string code, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "delivery {Lane}: the store failed")]
    private partial void LogWorkerFailed(Exception exception, string lane);

    private sealed class Lane(string name) : IDisposable
    {
        private readonly SemaphoreSlim _signal = new(0, 1);
        private readonly Lock _lock = new();
        private int _count;

        public string Name => name;

        public int Count => Volatile.Read(ref _count);

        /// <summary>How many its action takes at a time, known from the first on.</summary>
        public int BatchSize { get; set; } = 1;

        public Task Worker { get; private set; } = Task.CompletedTask;

        public void Begin(Func<Task> work)
        {
            lock (_lock)
            {
                if (Worker.IsCompleted)
                {
                    Worker = Task.Run(work);
                }
            }
        }

        public void Add(int count) => Interlocked.Add(ref _count, count);

        public bool TryReserve()
        {
            if (Interlocked.Increment(ref _count) <= MaxQueued)
            {
                return true;
            }

            Interlocked.Decrement(ref _count);
            return false;
        }

        public void Signal()
        {
            try
            {
                if (_signal.CurrentCount == 0)
                {
                    _signal.Release();
                }
            }
            catch (SemaphoreFullException)
            {
                // Another has signalled meanwhile.
                return;
            }
        }

        public Task WaitAsync(CancellationToken cancellationToken) => _signal.WaitAsync(cancellationToken);

        public void Dispose() => _signal.Dispose();
    }
}
