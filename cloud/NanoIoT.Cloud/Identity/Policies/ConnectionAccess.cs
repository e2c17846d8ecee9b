using System.Net;
using NanoIoT.Cloud.Registry;

namespace NanoIoT.Cloud.Identity.Policies;

/// <summary>
/// What one connection may do. Answers are kept until a policy, an attachment, a certificate or the thing changes, so
/// what is asked again costs a look-up.
/// </summary>
public sealed class ConnectionAccess
{
    private const int MaxCached = 256;

    private readonly AccessControl _control;
    private readonly string _certificateId;
    private readonly string? _clientId;
    private readonly IPAddress? _address;
    private readonly ConnectDetails? _connect;
    private readonly Lock _lock = new();
    private readonly Dictionary<(PolicyAction Action, string Name), Decision> _cache = [];
    private long _revision = -1;
    private AccessContext _context = null!;
    private IReadOnlyList<(string Name, PolicyDocument Document)> _policies = [];
    private bool _isTimeless;

    internal ConnectionAccess(AccessControl control, string certificateId, string? clientId, IPAddress? address, ConnectDetails? connect)
    {
        _control = control;
        _certificateId = certificateId;
        _clientId = clientId;
        _address = address;
        _connect = connect;
    }

    /// <summary>The thing the connection is of, or null.</summary>
    public Thing? Thing
    {
        get
        {
            lock (_lock)
            {
                Refresh();
                return _context.Thing;
            }
        }
    }

    /// <summary>Whether a request is allowed.</summary>
    /// <param name="action">The action.</param>
    /// <param name="name">The resource's name, without its type: a topic, a filter, a client id, a thing.</param>
    /// <returns>True where it is.</returns>
    public bool IsAllowed(PolicyAction action, string name) => Evaluate(action, name) == Decision.Allowed;

    /// <summary>What the policies say of a request.</summary>
    /// <param name="action">The action.</param>
    /// <param name="name">The resource's name, without its type.</param>
    /// <returns>The decision.</returns>
    public Decision Evaluate(PolicyAction action, string name)
    {
        lock (_lock)
        {
            Refresh();
            if (_isTimeless && _cache.TryGetValue((action, name), out Decision known))
            {
                return known;
            }

            Decision decision = EvaluateUncached(action, name);
            if (_cache.Count >= MaxCached)
            {
                _cache.Clear();
            }

            _cache[(action, name)] = decision;
            return decision;
        }
    }

    /// <summary>What the policies say of a request, without a look at earlier answers.</summary>
    /// <param name="action">The action.</param>
    /// <param name="name">The resource's name, without its type.</param>
    /// <returns>The decision.</returns>
    public Decision EvaluateUncached(PolicyAction action, string name)
    {
        Decision decision = Decision.ImplicitDeny;
        foreach ((_, PolicyDocument document) in _policies)
        {
            Decision one = document.Evaluate(action, name, _context);
            if (one == Decision.ExplicitDeny)
            {
                return one;
            }

            decision = one == Decision.Allowed ? one : decision;
        }

        return decision;
    }

    private void Refresh()
    {
        long revision = _control.Revision;
        if (revision != _revision)
        {
            (_context, _policies) = _control.Load(_certificateId, _clientId, _address, _connect);
            _cache.Clear();
            _isTimeless = !_policies.Any(policy => policy.Document.DependsOnTime);
            _revision = revision;
        }
        else if (!_isTimeless)
        {
            (_context, _policies) = _control.Load(_certificateId, _clientId, _address, _connect);
        }
    }
}
