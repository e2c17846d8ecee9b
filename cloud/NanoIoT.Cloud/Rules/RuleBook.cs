using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Registry;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Rules.Actions;
using NanoIoT.Cloud.Rules.Destinations;
using NanoIoT.Cloud.Rules.Sql;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Rules;

/// <summary>The rules there are: what is created is checked and compiled first, so that a rule that is there runs.</summary>
internal sealed partial class RuleBook : ITaggable
{
    private const int MaxActions = 10;
    private const int MaxDescription = 256;
    private const int MaxTailed = 256;

    private readonly RecordStore _records;
    private readonly RecordTable<Rule> _rules;
    private readonly RuleEngine _engine;
    private readonly ActionCatalog _actions;
    private readonly ExternalReader _reader;
    private readonly RuleDestinations _destinations;
    private readonly CloudOptions _options;
    private readonly LiveQueryLimits _limits;
    private readonly IRegistry _registry;
    private readonly Arns _arns;

    public RuleBook(
        RecordStore records,
        RuleEngine engine,
        ActionCatalog actions,
        ExternalReader reader,
        RuleDestinations destinations,
        LiveQueryLimits limits,
        IRegistry registry,
        Arns arns,
        CloudOptions options)
    {
        _limits = limits;
        _records = records;
        _rules = records.Open<Rule>("rule", rule => rule.Name);
        _engine = engine;
        _actions = actions;
        _reader = reader;
        _destinations = destinations;
        _options = options;
        _registry = registry;
        _arns = arns;
    }

    public IReadOnlyList<Rule> List(string? after = null, int limit = int.MaxValue) => _rules.Range(string.Empty, after, limit);

    public Rule? Find(string name) => _rules.Get(name);

    public bool Exists(string type, string id) => type == "rule" && Find(id) is not null;

    /// <summary>Compiles what is stored, and creates the service's own rules.</summary>
    /// <param name="builtIn">The service's own.</param>
    /// <param name="runsOthers">Whether users' rules run: not where rules are AWS IoT's.</param>
    /// <param name="failed">Told of a stored rule that cannot run any more: what it needs was taken from the service.</param>
    public async Task StartAsync(IEnumerable<Rule> builtIn, bool runsOthers, Action<Rule, CloudException> failed)
    {
        bool IsToRun(Rule rule) => !rule.IsDisabled && (runsOthers || rule.IsBuiltIn);
        foreach (Rule rule in builtIn)
        {
            if (_rules.Get(rule.Name) is not { } known || known.Sql != rule.Sql || known.Actions.ToJsonString() != rule.Actions.ToJsonString() || !known.IsBuiltIn)
            {
                await _records.WriteAsync("CreateTopicRule", transaction => transaction.Put(_rules, rule with { Created = transaction.Now })).ConfigureAwait(false);
            }
        }

        // Whoever changes a rule, this service or another on the same tables: what is stored runs.
        _rules.Changed = (before, after) =>
        {
            if (after is null || !IsToRun(after) || !Run(after, failed))
            {
                _engine.Remove((after ?? before)!.Name);
            }
        };

        foreach (Rule rule in _rules.Range().Where(IsToRun))
        {
            Run(rule, failed);
        }
    }

    /// <summary>Creates a rule.</summary>
    /// <exception cref="CloudException">There is one of the name, or it cannot run.</exception>
    public Task CreateAsync(Rule rule, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken) => ChangeAsync(
        "CreateTopicRule",
        rule.Name,
        known => known is null ? WithSecrets(rule, null) : throw _arns.AlreadyExists("rule/" + rule.Name, $"Rule '{rule.Name}' already exists."),
        cancellationToken,
        tags: tags);

    /// <summary>Puts a rule in another's place.</summary>
    /// <exception cref="CloudException">There is none of the name, or the new one cannot run: then the old one goes on.</exception>
    public Task ReplaceAsync(Rule rule, CancellationToken cancellationToken) => ChangeAsync("ReplaceTopicRule", rule.Name, known => WithSecrets(rule, Own(known, rule.Name)) with { Created = known!.Created }, cancellationToken);

    /// <summary>Turns a rule on or off.</summary>
    public Task SetEnabledAsync(string name, bool isEnabled, CancellationToken cancellationToken) => ChangeAsync(
        isEnabled ? "EnableTopicRule" : "DisableTopicRule", name, known => Own(known, name) with { IsDisabled = !isEnabled }, cancellationToken, isChecked: isEnabled);

    /// <summary>Deletes a rule. What it queued is still delivered.</summary>
    public Task DeleteAsync(string name, CancellationToken cancellationToken) => _records.WriteAsync(
        "DeleteTopicRule",
        transaction =>
        {
            // As AWS: deleting what is not there succeeds.
            if (transaction.Get(_rules, name) is Rule known)
            {
                Own(known, name);
                transaction.Delete(_rules, name);
                _registry.DeleteTags(transaction, "rule/" + name);
            }
        },
        cancellationToken);

    /// <summary>Evaluates a statement without doing anything, and says what each clause gave.</summary>
    public async Task<JsonObject> TestAsync(string sql, string version, SqlMessage message, CancellationToken cancellationToken)
    {
        SqlVersion known = RuleTester.VersionOf(version);
        SqlStatement statement = SqlStatement.Compile(sql, known);
        Refuse(statement);
        ReadOnlyMemory<byte>? result = await AnsweredAsync(message, known, statement.Evaluate, cancellationToken).ConfigureAwait(false);
        (bool, SqlValue?, IReadOnlyList<(string, SqlValue)>) explanation = await AnsweredAsync(message, known, statement.Explain, cancellationToken).ConfigureAwait(false);
        return RuleTester.Describe(statement, message, result, explanation);
    }

    /// <summary>Runs a live query until it is given up.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="version">Its version.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Topics and results as they come; how many were left out before each because the reader was slow.</returns>
    public IAsyncEnumerable<(string Topic, ReadOnlyMemory<byte> Result, long Dropped)> TailAsync(string sql, string version, CancellationToken cancellationToken)
    {
        SqlStatement statement = SqlStatement.Compile(sql, RuleTester.VersionOf(version));
        if (statement.Externals.Count > 0)
        {
            throw OperationRequest.Invalid($"a live query does not read elsewhere ({string.Join(", ", statement.Externals)})");
        }

        return ReadTailAsync(statement, cancellationToken);
    }

    private async IAsyncEnumerable<(string Topic, ReadOnlyMemory<byte> Result, long Dropped)> ReadTailAsync(SqlStatement statement, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using IDisposable place = _limits.Acquire();
        long dropped = 0;
        var channel = Channel.CreateBounded<(string Topic, ReadOnlyMemory<byte> Result)>(new BoundedChannelOptions(MaxTailed) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }, _ => Interlocked.Increment(ref dropped));
        string name = "@tail/" + Guid.NewGuid();
        _engine.Set(new CompiledRule(name, statement) { Tail = (topic, result) => channel.Writer.TryWrite((topic, result.ToArray())) });
        try
        {
            await foreach ((string topic, ReadOnlyMemory<byte> result) in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return (topic, result, Interlocked.Exchange(ref dropped, 0));
            }
        }
        finally
        {
            _engine.Remove(name);
        }
    }

    /// <summary>As AWS, whose operations on rules have no error for what is unknown: access to it is denied.</summary>
    internal static CloudException NotFound(string name) =>
        new(ErrorCodes.Unauthorized, $"Access to topic rule '{name}' was denied: the rule does not exist.");

    /// <summary>A rule with the secrets of the one it replaces where it has masks.</summary>
    private static Rule WithSecrets(Rule rule, Rule? known)
    {
        // A transaction's work may run again: what the request said stays as it is.
        Rule complete = rule with { Actions = (JsonArray)rule.Actions.DeepClone(), ErrorAction = rule.ErrorAction?.DeepClone() as JsonObject };
        SecretMask.Restore(complete.Actions, known?.Actions, "actions");
        SecretMask.Restore(complete.ErrorAction, known?.ErrorAction, "errorAction");
        return complete;
    }

    private static Rule Own(Rule? known, string name) => known is null ? throw NotFound(name)
        : known.IsBuiltIn ? throw OperationRequest.Invalid($"rule {name}: it is built in; the service needs it") : known;

    /// <summary>Changes a rule: checked first, then stored, then running.</summary>
    /// <param name="action">What is done, for the audit log.</param>
    /// <param name="name">The rule.</param>
    /// <param name="change">The rule there is, or null, to the rule there is to be.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="isChecked">Whether it must be able to run; one that cannot any more may still be turned off.</param>
    /// <param name="tags">Tags of a new rule, or null.</param>
    private async Task ChangeAsync(
        string action, string name, Func<Rule?, Rule> change, CancellationToken cancellationToken, bool isChecked = true, IReadOnlyDictionary<string, string>? tags = null)
    {
        Rule changed = await _records.WriteAsync(
            action,
            transaction =>
            {
                Rule next = change(transaction.Get(_rules, name));
                if (isChecked)
                {
                    Compile(next);
                }

                if (tags is not null)
                {
                    _registry.SetTags(transaction, "rule/" + name, tags);
                }

                return transaction.Put(_rules, next.Created == 0 ? next with { Created = transaction.Now } : next);
            },
            cancellationToken).ConfigureAwait(false);
        await AskForConfirmationAsync(changed, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes a rule run.</summary>
    /// <returns>Whether it can.</returns>
    private bool Run(Rule rule, Action<Rule, CloudException> failed)
    {
        try
        {
            _engine.Set(Compile(rule));
            return true;
        }
        catch (CloudException exception)
        {
            failed(rule, exception);
            return false;
        }
    }

    private async Task AskForConfirmationAsync(Rule rule, CancellationToken cancellationToken)
    {
        foreach (JsonNode? action in rule.Actions.Append(rule.ErrorAction))
        {
            if (action?["http"]?["confirmationUrl"]?.ToString() is string url)
            {
                await _destinations.CreateAsync(url, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private CompiledRule Compile(Rule rule)
    {
        if (!NamePattern().IsMatch(rule.Name))
        {
            throw OperationRequest.Invalid("ruleName: 1 to 128 of a-z A-Z 0-9 _");
        }

        if (rule.Description?.Length > MaxDescription)
        {
            throw OperationRequest.Invalid($"description: at most {MaxDescription} characters");
        }

        if (rule.Actions.Count > MaxActions)
        {
            throw OperationRequest.Invalid($"actions: at most {MaxActions}");
        }

        SqlVersion version = RuleTester.VersionOf(rule.SqlVersion);
        var actions = new List<CompiledAction>();
        for (int i = 0; i < rule.Actions.Count; i++)
        {
            (IActionType type, JsonObject settings) = _actions.Read(rule.Actions[i], $"actions[{i}]");
            actions.Add(new CompiledAction(type, settings, $"{rule.Name}|{i}|{type.Name}"));
        }

        CompiledAction? errorAction = null;
        if (rule.ErrorAction is not null)
        {
            (IActionType type, JsonObject settings) = _actions.Read(rule.ErrorAction, "errorAction");
            errorAction = new CompiledAction(type, settings, rule.Name + Delivery.DeliveryQueue.ErrorLane);
        }

        SqlStatement statement = SqlStatement.Compile(rule.Sql, version, actions.Append(errorAction).SelectMany(action => action?.Expressions ?? []));
        Refuse(statement);
        return new CompiledRule(rule.Name, statement, actions, errorAction);
    }

    private void Refuse(SqlStatement statement)
    {
        if (statement.Externals.Select(_reader.Refuse).FirstOrDefault(reason => reason is not null) is string refusal)
        {
            throw new CloudException(ErrorCodes.SqlParse, refusal + ".");
        }
    }

    /// <summary>Evaluates until all it reads elsewhere is answered.</summary>
    private async Task<T> AnsweredAsync<T>(SqlMessage message, SqlVersion version, Func<SqlContext, T> evaluate, CancellationToken cancellationToken)
    {
        var context = new SqlContext(message, version, _options.Account);
        while (true)
        {
            T result = evaluate(context);
            if (context.Pending is not SqlExternalCall call)
            {
                return result;
            }

            try
            {
                if (!context.TryAnswer(await _reader.ReadAsync(call, version, cancellationToken).ConfigureAwait(false)))
                {
                    throw OperationRequest.Invalid($"the statement reads elsewhere more than {SqlContext.MaxCalls} times for one message");
                }
            }
            catch (Delivery.DeliveryException exception)
            {
                throw new CloudException(ErrorCodes.InvalidRequest, $"{call.Function}: {exception.Message}", exception);
            }
        }
    }

    [GeneratedRegex(@"^[a-zA-Z0-9_]{1,128}\z")]
    private static partial Regex NamePattern();
}
