namespace NanoIoT.Cloud.Identity.Policies;

/// <summary>A statement: allows or denies actions on resources under conditions.</summary>
internal sealed class PolicyStatement
{
    private readonly PolicyPattern[] _resources;
    private readonly PolicyPattern[] _wholeResources;
    private readonly PolicyCondition[]? _conditions;

    /// <summary>Creates a statement.</summary>
    /// <param name="isAllow">Whether it allows or denies.</param>
    /// <param name="actions">Its actions.</param>
    /// <param name="resources">Names of its resources, without their type.</param>
    /// <param name="wholeResources">Resources with their type.</param>
    /// <param name="conditions">Its conditions; null where they cannot be evaluated, so that it allows nothing and denies always.</param>
    public PolicyStatement(bool isAllow, PolicyAction actions, PolicyPattern[] resources, PolicyPattern[] wholeResources, PolicyCondition[]? conditions)
    {
        IsAllow = isAllow;
        Actions = actions;
        _resources = resources;
        _wholeResources = wholeResources;
        _conditions = conditions;
    }

    public bool IsAllow { get; }

    public PolicyAction Actions { get; }

    public bool DependsOnTime => _conditions?.Any(condition => condition.DependsOnTime) == true;

    /// <summary>Whether the statement is about a request.</summary>
    /// <param name="action">The action.</param>
    /// <param name="prefix">What a resource of its type begins with, e.g. <c>topic/</c>.</param>
    /// <param name="name">The rest of the resource.</param>
    /// <param name="context">Who asks.</param>
    public bool Applies(PolicyAction action, string prefix, string name, AccessContext context)
    {
        if ((Actions & action) == 0)
        {
            return false;
        }

        bool matches = false;
        foreach (PolicyPattern pattern in _resources)
        {
            if (pattern.Matches(name, context))
            {
                matches = true;
                break;
            }
        }

        if (!matches && _wholeResources.Length > 0)
        {
            string whole = prefix + name;
            matches = _wholeResources.Any(pattern => pattern.Matches(whole, context));
        }

        return matches && (_conditions is null ? !IsAllow : Array.TrueForAll(_conditions, condition => condition.Holds(context)));
    }
}
