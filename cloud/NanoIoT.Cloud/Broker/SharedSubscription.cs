namespace NanoIoT.Cloud.Broker;

/// <summary>Sessions that share a subscription: each message goes to one of them, in turn, to one that is connected if any is.</summary>
internal sealed class SharedSubscription : DeliveryTarget
{
    private readonly Lock _lock = new();
    private readonly List<ClientSession> _members = [];
    private int _next;

    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return _members.Count == 0;
            }
        }
    }

    public void Add(ClientSession session)
    {
        lock (_lock)
        {
            if (!_members.Contains(session))
            {
                _members.Add(session);
            }
        }
    }

    public void Remove(ClientSession session)
    {
        lock (_lock)
        {
            _members.Remove(session);
        }
    }

    public override ClientSession? Choose(string topic)
    {
        lock (_lock)
        {
            ClientSession? away = null;
            for (int i = 0; i < _members.Count; i++)
            {
                ClientSession member = _members[(_next + i) % _members.Count];
                if (member.Choose(topic) is null)
                {
                    continue;
                }

                if (member.IsConnected)
                {
                    _next = (_next + i + 1) % _members.Count;
                    return member;
                }

                away ??= member;
            }

            return away;
        }
    }
}
