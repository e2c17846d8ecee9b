using NanoIoT.Cloud.Broker;

namespace NanoIoT.Cloud.Rules;

/// <summary>Runs the rules whose filter matches, found by index: a message costs its matching rules, not all.</summary>
public sealed class RuleEngine : IMessageHandler, IDisposable
{
    private readonly TopicIndex<IRule> _index = new();

    /// <summary>Adds a rule.</summary>
    /// <param name="rule">The rule.</param>
    public void Add(IRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        _index.Add(rule.TopicFilter, rule, 1);
    }

    /// <inheritdoc/>
    public async Task HandleAsync(ClientMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        var rules = new Dictionary<IRule, int>(ReferenceEqualityComparer.Instance);
        _index.Match(message.Topic, rules);
        foreach (IRule rule in rules.Keys)
        {
            await rule.ExecuteAsync(message, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _index.Dispose();
}
