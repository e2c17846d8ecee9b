using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Rules.Actions;
using NanoIoT.Cloud.Rules.Delivery;
using NanoIoT.Cloud.Rules.Sql;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Rules;

/// <summary>
/// Runs rules. A message is acknowledged after the results of all its rules are durable: in the service's own tables, or in
/// the queues of their actions.
/// </summary>
public sealed partial class RuleEngine : IAsyncDisposable
{
    /// <summary>The prefix of Basic Ingest: a message for one rule, by name, that no subscriber gets.</summary>
    public const string BasicIngest = "$aws/rules/";

    /// <summary>How often rules may republish what rules republished.</summary>
    private const int MaxDepth = 8;

    private static readonly AsyncLocal<int> s_depth = new();

    private readonly RuleIndex _index = new();
    private readonly ConcurrentDictionary<string, CompiledRule> _rules = new(StringComparer.Ordinal);
    private readonly DeliveryQueue _queue;
    private readonly ExternalReader _reader;
    private readonly CloudOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<RuleEngine> _logger;

    internal RuleEngine(DeliveryQueue queue, ExternalReader reader, CloudOptions options, TimeProvider time, ILogger<RuleEngine> logger)
    {
        _queue = queue;
        _reader = reader;
        _options = options;
        _time = time;
        _logger = logger;
        queue.FindErrorAction = FindErrorAction;
    }

    /// <summary>Rules that are on.</summary>
    public int Count => _rules.Count;

    /// <summary>Takes a message; what rules make of it is durable when the task ends.</summary>
    /// <param name="incoming">The message.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The task.</returns>
    public async Task HandleAsync(RuleMessage incoming, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(incoming);
        string topic = incoming.Message.Topic;
        CompiledRule[] rules;
        if (topic.StartsWith(BasicIngest, StringComparison.Ordinal))
        {
            string[] parts = topic[BasicIngest.Length..].Split('/', 2);
            topic = parts.Length > 1 ? parts[1] : string.Empty;
            rules = _rules.TryGetValue(parts[0], out CompiledRule? named) ? [named] : [];
        }
        else
        {
            rules = _index.Match(topic);
        }

        if (rules.Length == 0)
        {
            return;
        }

        if (s_depth.Value > MaxDepth)
        {
            LogLoop(topic, MaxDepth);
            return;
        }

        var message = new SqlMessage(topic, incoming.Message.Payload, _time.GetUtcNow().ToUnixTimeMilliseconds())
        {
            ClientId = incoming.ClientId,
            Principal = incoming.Principal,
            SourceAddress = incoming.SourceAddress,
            TraceId = Guid.NewGuid().ToString(),
            Properties = incoming.Message.Properties,
        };
        var jobs = new List<DeliveryJob>();
        var inline = new List<(CompiledAction Action, DeliveryJob Job)>();
        List<(DeliveryJob, string, string)>? broken = null;
        foreach (CompiledRule rule in rules)
        {
            try
            {
                Evaluate(rule, message, jobs, inline);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                // A fault of this engine on one rule is not the other rules', nor the publisher's.
                LogBroken(exception, rule.Name, topic);
                (broken ??= []).Add((new DeliveryJob(rule.Name + "|sql", rule.Name, EvaluateAction.TypeName, "{}", message.Payload, SourceOf(message)), "EvaluationFailed", exception.Message));
            }
        }

        await CommitAsync(jobs, inline, cancellationToken).ConfigureAwait(false);
        if (broken is not null)
        {
            await _queue.FailAsync(broken, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _queue.DisposeAsync().ConfigureAwait(false);
        _index.Dispose();
    }

    /// <summary>Runs work that may publish; what it publishes is one step further from what a client sent.</summary>
    internal static async Task RunDeeperAsync(int depth, Func<Task> work)
    {
        s_depth.Value = depth;
        await work().ConfigureAwait(false);
    }

    /// <summary>Puts a rule in the place of the one of its name.</summary>
    internal void Set(CompiledRule rule)
    {
        Remove(rule.Name);
        _rules[rule.Name] = rule;
        _index.Add(rule);
    }

    /// <summary>Takes a rule away.</summary>
    internal void Remove(string name)
    {
        if (_rules.TryRemove(name, out CompiledRule? old))
        {
            _index.Remove(old);
        }
    }

    /// <summary>Evaluates a message that waited because its rule reads elsewhere.</summary>
    /// <returns>What came of it.</returns>
    internal async Task<DeliveryOutcome> EvaluateDeferredAsync(DeliveryJob job, CancellationToken cancellationToken)
    {
        if (!_rules.TryGetValue(job.Rule, out CompiledRule? rule))
        {
            return DeliveryOutcome.Failed("NoSuchRule", $"rule {job.Rule} is gone or disabled");
        }

        s_depth.Value = job.Source.Depth;
        SqlMessage message = MessageOf(job);
        var context = new SqlContext(message, rule.Statement.Version, _options.Account);
        ReadOnlyMemory<byte>? result;
        var jobs = new List<DeliveryJob>();
        var inline = new List<(CompiledAction, DeliveryJob)>();
        while (true)
        {
            result = rule.Statement.Evaluate(context);
            if (context.Pending is null && result is ReadOnlyMemory<byte> payload)
            {
                jobs.Clear();
                inline.Clear();
                Prepare(rule, context, payload, jobs, inline);
            }

            if (context.Pending is not SqlExternalCall call)
            {
                break;
            }

            try
            {
                if (!context.TryAnswer(await _reader.ReadAsync(call, rule.Statement.Version, cancellationToken).ConfigureAwait(false)))
                {
                    return DeliveryOutcome.Failed("TooManyCalls", $"the statement reads elsewhere more than {SqlContext.MaxCalls} times for one message");
                }
            }
            catch (DeliveryException exception)
            {
                return exception.Outcome;
            }
        }

        if (result is not null)
        {
            await CommitAsync(jobs, inline, cancellationToken).ConfigureAwait(false);
        }

        return DeliveryOutcome.Done;
    }

    private static DeliverySource SourceOf(SqlMessage message) => new(message.Topic, message.Timestamp, message.ClientId, message.Principal, message.TraceId, message.SourceAddress, s_depth.Value);

    private static SqlMessage MessageOf(DeliveryJob job) => new(job.Source.Topic, job.Payload, job.Source.Timestamp)
    {
        ClientId = job.Source.ClientId,
        Principal = job.Source.Principal,
        TraceId = job.Source.TraceId,
        SourceAddress = job.Source.SourceAddress,
    };

    private void Evaluate(CompiledRule rule, SqlMessage message, List<DeliveryJob> jobs, List<(CompiledAction Action, DeliveryJob Job)> inline)
    {
        if (rule.IsDeferred && rule.Tail is null)
        {
            jobs.Add(new DeliveryJob(rule.Name + "|sql", rule.Name, EvaluateAction.TypeName, "{}", message.Payload, SourceOf(message)));
            return;
        }

        var context = new SqlContext(message, rule.Statement.Version, _options.Account);
        if (rule.Statement.Evaluate(context) is not ReadOnlyMemory<byte> payload)
        {
            return;
        }

        if (rule.Tail is not null)
        {
            rule.Tail(message.Topic, payload);
            return;
        }

        Prepare(rule, context, payload, jobs, inline);
    }

    private static void Prepare(CompiledRule rule, SqlContext context, ReadOnlyMemory<byte> payload, List<DeliveryJob> jobs, List<(CompiledAction Action, DeliveryJob Job)> inline)
    {
        bool keepsOriginal = rule.ErrorAction is not null && !payload.Equals(context.Message.Payload);
        foreach (CompiledAction action in rule.Actions)
        {
            context.Scope = context.Root;
            var job = new DeliveryJob(action.Lane, rule.Name, action.Type.Name, action.Render(context, rule.Statement.Templates), payload, SourceOf(context.Message))
            {
                Original = keepsOriginal ? context.Message.Payload : (ReadOnlyMemory<byte>?)null,
            };
            if (action.IsInline)
            {
                inline.Add((action, job));
            }
            else
            {
                jobs.Add(job);
            }
        }
    }

    private async Task CommitAsync(List<DeliveryJob> jobs, List<(CompiledAction Action, DeliveryJob Job)> inline, CancellationToken cancellationToken)
    {
        if (jobs.Count > 0)
        {
            await _queue.AddAsync(jobs, cancellationToken).ConfigureAwait(false);
        }

        List<(DeliveryJob, string, string)>? failures = null;
        foreach ((CompiledAction action, DeliveryJob job) in inline)
        {
            DeliveryOutcome outcome = (await action.Type.DeliverAsync([job], cancellationToken).ConfigureAwait(false))[0];
            if (outcome.Kind == DeliveryKind.Retry)
            {
                // The service's own store failed: the message is not acknowledged, and its client sends it again.
                throw new CloudException(ErrorCodes.StoreUnavailable, $"{outcome.Code}: {outcome.Message}");
            }

            if (outcome.Kind == DeliveryKind.Failed)
            {
                (failures ??= []).Add((job, outcome.Code!, outcome.Message!));
            }
        }

        if (failures is not null)
        {
            await _queue.FailAsync(failures, cancellationToken).ConfigureAwait(false);
        }
    }

    private DeliveryJob? FindErrorAction(DeliveryJob job)
    {
        if (!_rules.TryGetValue(job.Rule, out CompiledRule? rule) || rule.ErrorAction is not CompiledAction action)
        {
            return null;
        }

        // Its templates see the message that failed.
        var context = new SqlContext(MessageOf(job) with { Payload = job.Original ?? job.Payload }, rule.Statement.Version, _options.Account);
        rule.Statement.Evaluate(context);
        context.Scope = context.Root;
        return new DeliveryJob(action.Lane, job.Rule, action.Type.Name, action.Render(context, rule.Statement.Templates), default, job.Source);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "rule {Rule} failed on a message on {Topic}")]
    private partial void LogBroken(Exception exception, string rule, string topic);

    [LoggerMessage(Level = LogLevel.Warning, Message = "rules not run: a message on {Topic} was republished by rules more than {Depth} times")]
    private partial void LogLoop(string topic, int depth);
}
