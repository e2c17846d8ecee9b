namespace NanoIoT.Cloud.Broker;

/// <summary>
/// From topic filter to subscribers: a tree of topic levels, so that a publish costs what it delivers and not what is
/// connected (MQTTnet's own dispatch looks at every session).
/// </summary>
/// <typeparam name="T">A subscriber.</typeparam>
public sealed class TopicIndex<T> : IDisposable
    where T : class
{
    private readonly ReaderWriterLockSlim _lock = new();
    private readonly Node _root = new();

    /// <summary>Filters that stand in the index.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a subscription, or changes its QoS.</summary>
    /// <param name="filter">A valid topic filter.</param>
    /// <param name="subscriber">The subscriber.</param>
    /// <param name="qos">The QoS granted.</param>
    public void Add(string filter, T subscriber, int qos)
    {
        ArgumentNullException.ThrowIfNull(filter);
        _lock.EnterWriteLock();
        try
        {
            Node node = _root;
            foreach (Range level in filter.AsSpan().Split('/'))
            {
                node = node.GetOrAdd(filter[level]);
            }

            if (node.Subscribers.TryAdd(subscriber, qos))
            {
                Count++;
            }
            else
            {
                node.Subscribers[subscriber] = qos;
            }
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    /// <summary>Removes a subscription.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="subscriber">The subscriber.</param>
    public void Remove(string filter, T subscriber)
    {
        ArgumentNullException.ThrowIfNull(filter);
        _lock.EnterWriteLock();
        try
        {
            string[] levels = filter.Split('/');
            var path = new Node[levels.Length + 1];
            path[0] = _root;
            for (int i = 0; i < levels.Length; i++)
            {
                if (path[i].Children is null || !path[i].Children!.TryGetValue(levels[i], out Node? next))
                {
                    return;
                }

                path[i + 1] = next;
            }

            if (path[^1].Subscribers.Remove(subscriber))
            {
                Count--;
            }

            for (int i = levels.Length; i > 0 && path[i].IsEmpty; i--)
            {
                path[i - 1].Children!.Remove(levels[i - 1]);
            }
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    /// <summary>Finds who gets a message: each once, at the highest QoS of its matching filters.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="matches">Where they go.</param>
    public void Match(string topic, Dictionary<T, int> matches)
    {
        ArgumentNullException.ThrowIfNull(topic);
        _lock.EnterReadLock();
        try
        {
            Match(_root, topic.AsSpan(), topic.StartsWith('$'), matches);
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _lock.Dispose();
        }
        catch (SynchronizationLockException)
        {
            // A message that is still on its way holds it; what it takes goes with the last reference.
            return;
        }
    }

    private static void Match(Node node, ReadOnlySpan<char> topic, bool hidesFromWildcards, Dictionary<T, int> matches)
    {
        if (node.Children is null)
        {
            return;
        }

        int separator = topic.IndexOf('/');
        ReadOnlySpan<char> level = separator < 0 ? topic : topic[..separator];
        if (!hidesFromWildcards && node.Children.TryGetValue("#", out Node? all))
        {
            all.CopyTo(matches);
        }

        if (node.Lookup.TryGetValue(level, out Node? exact))
        {
            Descend(exact, topic, separator, matches);
        }

        if (!hidesFromWildcards && node.Children.TryGetValue("+", out Node? any))
        {
            Descend(any, topic, separator, matches);
        }
    }

    private static void Descend(Node node, ReadOnlySpan<char> topic, int separator, Dictionary<T, int> matches)
    {
        if (separator >= 0)
        {
            Match(node, topic[(separator + 1)..], false, matches);
            return;
        }

        node.CopyTo(matches);

        // "a/#" matches "a" too.
        if (node.Children is not null && node.Children.TryGetValue("#", out Node? all))
        {
            all.CopyTo(matches);
        }
    }

    private sealed class Node
    {
        public Dictionary<string, Node>? Children { get; private set; }

        public Dictionary<string, Node>.AlternateLookup<ReadOnlySpan<char>> Lookup { get; private set; }

        public Dictionary<T, int> Subscribers { get; } = new(ReferenceEqualityComparer.Instance);

        public bool IsEmpty => Subscribers.Count == 0 && (Children is null || Children.Count == 0);

        public Node GetOrAdd(string level)
        {
            if (Children is null)
            {
                Children = new Dictionary<string, Node>(StringComparer.Ordinal);
                Lookup = Children.GetAlternateLookup<ReadOnlySpan<char>>();
            }

            if (!Children.TryGetValue(level, out Node? child))
            {
                child = new Node();
                Children.Add(level, child);
            }

            return child;
        }

        public void CopyTo(Dictionary<T, int> matches)
        {
            foreach ((T subscriber, int qos) in Subscribers)
            {
                matches[subscriber] = matches.TryGetValue(subscriber, out int known) ? Math.Max(known, qos) : qos;
            }
        }
    }
}
