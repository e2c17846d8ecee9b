using System.Collections.Concurrent;
using MQTTnet.Server;
using NanoIoT.Cloud.Identity.Policies;

namespace NanoIoT.Cloud.Broker;

/// <summary>
/// A client's session: its subscriptions, and what is under way to it. A persistent one outlives the connection and a
/// restart of the service: each QoS 1 message for it is stored before its publisher is acknowledged and deleted when
/// the client acknowledges it. Only as many are read from the store as may be in flight.
/// </summary>
internal sealed class ClientSession : DeliveryTarget
{
    private readonly SessionStore _store;
    private readonly Lock _lock = new();
    private OutboundQueue? _outbound;
    private int _window;
    private long _lastSent;
    private long _lastStored;
    private long _highestSent;

    public ClientSession(string clientId, ClientIdentity identity, SessionStore store)
    {
        ClientId = clientId;
        Identity = identity;
        _store = store;
    }

    public string ClientId { get; }

    public ClientIdentity Identity { get; set; }

    /// <summary>Whether messages are stored for it.</summary>
    public bool IsPersistent { get; set; }

    /// <summary>Seconds it outlives its connection.</summary>
    public uint ExpirySeconds { get; set; }

    /// <summary>When its connection ended, Unix seconds; null while there is one.</summary>
    public long? Disconnected { get; set; }

    public ConcurrentDictionary<string, Subscription> Subscriptions { get; } = new(StringComparer.Ordinal);

    /// <summary>The adapter of its connection, or null.</summary>
    public GatewayChannelAdapter? Adapter { get; set; }

    public string SessionIdentifier { get; set; } = Guid.NewGuid().ToString();

    public int ConnectionCount { get; set; }

    /// <summary>Whether a subscription has options of MQTT 5 that routing must look at.</summary>
    public bool HasOptions { get; set; }

    /// <summary>Whether its last will is not to be published.</summary>
    public bool PreventsWill { get; set; }

    public PublishRate Rate { get; } = new();

    public bool IsConnected => Volatile.Read(ref _outbound) is not null;

    /// <summary>Bytes of messages that are in memory for its connection.</summary>
    public long QueuedBytes => Volatile.Read(ref _outbound)?.Bytes ?? 0;

    public override ClientSession? Choose(string topic) => Identity.IsAllowed(PolicyAction.Receive, topic) ? this : null;

    /// <summary>The connection is there: what is stored goes on its way.</summary>
    /// <param name="live">MQTTnet's session.</param>
    /// <param name="budget">The memory of all connections.</param>
    /// <param name="window">QoS 1 messages that the client takes ahead of its acknowledgements.</param>
    public void Attach(MqttSessionStatus live, OutboundBudget budget, int window)
    {
        lock (_lock)
        {
            _outbound?.Close();
            _outbound = new OutboundQueue(live, budget, window);
            _window = window;
            _lastSent = 0;
            if (IsPersistent)
            {
                _lastStored = Math.Max(_lastStored, _store.LastSequence(ClientId));
                Refill(_outbound);
            }
        }
    }

    /// <summary>The connection is gone.</summary>
    /// <returns>How many QoS 0 messages it had no place for.</returns>
    public long Detach()
    {
        lock (_lock)
        {
            long dropped = _outbound?.DroppedCount ?? 0;
            _outbound?.Close();
            _outbound = null;
            _lastSent = 0;
            return dropped;
        }
    }

    /// <summary>The connection is about to be ended: what is in memory for it is given back at once, and nothing is sent any more.</summary>
    public void StopSending()
    {
        lock (_lock)
        {
            _outbound?.Close();
        }
    }

    /// <summary>Sends a message that is not stored: QoS 0, or to a session that ends with its connection.</summary>
    public SendResult Send(OutboundMessage message, int qos, bool retain)
    {
        lock (_lock)
        {
            if (_outbound is null)
            {
                return SendResult.NotConnected;
            }

            return qos == 0 ? _outbound.SendUnacknowledged(message, retain) : _outbound.SendAcknowledged(message, retain);
        }
    }

    /// <summary>Sends retained messages, as the connection takes them.</summary>
    public void SendRetained(RetainedCursor cursor)
    {
        lock (_lock)
        {
            _outbound?.AddRetained(cursor);
            _outbound?.Pump();
        }
    }

    /// <summary>A subscription is gone: no more of its retained messages are sent.</summary>
    public void StopRetained(string filter)
    {
        lock (_lock)
        {
            _outbound?.RemoveRetained(filter);
        }
    }

    /// <summary>A message was stored for the session, in the order of the store.</summary>
    public void OnStored(long sequence, OutboundMessage message, bool retain)
    {
        lock (_lock)
        {
            bool isNext = _lastSent >= _lastStored;
            _lastStored = sequence;
            if (isNext && _outbound is not null)
            {
                TrySendStored(_outbound, sequence, message, retain);
            }
        }
    }

    /// <summary>The client acknowledged a message.</summary>
    /// <param name="packetId">Its packet identifier.</param>
    public void OnAcknowledged(ushort packetId)
    {
        lock (_lock)
        {
            if (_outbound is null || !_outbound.Acknowledge(packetId, out long sequence))
            {
                return;
            }

            if (sequence > 0)
            {
                _store.Forget(sequence);
            }

            _outbound.Pump();
            if (IsPersistent && _lastSent < _lastStored && _outbound.InflightCount <= _window / 2)
            {
                Refill(_outbound);
            }
        }
    }

    /// <summary>A QoS 0 message was written to the connection.</summary>
    public void OnSent()
    {
        lock (_lock)
        {
            _outbound?.OnSent();
            _outbound?.Pump();
        }
    }

    private void Refill(OutboundQueue outbound)
    {
        int count = outbound.WindowCount;
        if (count == 0)
        {
            return;
        }

        IReadOnlyList<StoredMessage> messages = _store.Load(ClientId, _lastSent, count, outbound.WindowBytes);
        foreach (StoredMessage stored in messages)
        {
            if (!TrySendStored(outbound, stored.Sequence, new OutboundMessage(stored.Message, _store.Time), stored.Retain))
            {
                return;
            }
        }

        if (messages.Count == 0)
        {
            // What was between is gone: expired, or pushed out by newer ones.
            _lastSent = _lastStored;
        }
    }

    private bool TrySendStored(OutboundQueue outbound, long sequence, OutboundMessage message, bool retain)
    {
        if (!outbound.TrySendStored(message, retain, sequence, isDuplicate: sequence <= _highestSent))
        {
            return false;
        }

        _lastSent = sequence;
        _highestSent = Math.Max(_highestSent, sequence);
        return true;
    }
}
