using NanoIoT.Cloud.Broker;

namespace NanoIoT.Cloud.Rules;

/// <summary>From topic to the rules it concerns: a message costs its matching rules, not all.</summary>
internal sealed class RuleIndex : IDisposable
{
    [ThreadStatic]
    private static Dictionary<CompiledRule, int>? s_matches;

    private readonly TopicIndex<CompiledRule> _index = new();

    public void Add(CompiledRule rule)
    {
        if (rule.Statement.Query.TopicFilter is string filter)
        {
            _index.Add(filter, rule, 1);
        }
    }

    public void Remove(CompiledRule rule)
    {
        if (rule.Statement.Query.TopicFilter is string filter)
        {
            _index.Remove(filter, rule);
        }
    }

    /// <summary>The rules a topic concerns; of most there are none, and that allocates nothing.</summary>
    public CompiledRule[] Match(string topic)
    {
        Dictionary<CompiledRule, int> matches = s_matches ??= new Dictionary<CompiledRule, int>(ReferenceEqualityComparer.Instance);
        _index.Match(topic, matches);
        if (matches.Count == 0)
        {
            return [];
        }

        CompiledRule[] rules = [.. matches.Keys];
        matches.Clear();
        return rules;
    }

    public void Dispose() => _index.Dispose();
}
