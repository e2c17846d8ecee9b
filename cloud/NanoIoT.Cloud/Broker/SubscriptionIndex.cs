namespace NanoIoT.Cloud.Broker;

/// <summary>Which sessions a topic reaches: each session's own subscriptions, and those that sessions share.</summary>
internal sealed class SubscriptionIndex : IDisposable
{
    private readonly TopicIndex<DeliveryTarget> _index = new();
    private readonly Dictionary<string, SharedSubscription> _shared = new(StringComparer.Ordinal);

    /// <summary>Adds what a topic reaches, with the QoS granted.</summary>
    public void Match(string topic, Dictionary<DeliveryTarget, int> matches) => _index.Match(topic, matches);

    /// <summary>Adds or changes a subscription of a session.</summary>
    public void Add(ClientSession session, string filter, Subscription subscription)
    {
        session.Subscriptions[filter] = subscription;
        if (subscription.NoLocal || subscription.RetainAsPublished)
        {
            session.HasOptions = true;
        }

        if (!TopicFilter.TryShare(filter, out _, out string plain))
        {
            _index.Add(filter, session, subscription.Qos);
            return;
        }

        lock (_shared)
        {
            if (!_shared.TryGetValue(filter, out SharedSubscription? shared))
            {
                _shared.Add(filter, shared = new SharedSubscription());
            }

            shared.Add(session);
            _index.Add(plain, shared, subscription.Qos);
        }
    }

    /// <summary>Takes all subscriptions of a session out; the session still knows them.</summary>
    public void Remove(ClientSession session)
    {
        foreach (string filter in session.Subscriptions.Keys)
        {
            Remove(session, filter);
        }
    }

    /// <summary>Takes one subscription out.</summary>
    public void Remove(ClientSession session, string filter)
    {
        if (!TopicFilter.TryShare(filter, out _, out string plain))
        {
            _index.Remove(filter, session);
            return;
        }

        lock (_shared)
        {
            if (_shared.TryGetValue(filter, out SharedSubscription? shared))
            {
                shared.Remove(session);
                if (shared.IsEmpty)
                {
                    _shared.Remove(filter);
                    _index.Remove(plain, shared);
                }
            }
        }
    }

    public void Dispose() => _index.Dispose();
}
