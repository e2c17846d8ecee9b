using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;
using NanoIoT.Cloud.Identity.Policies;

namespace NanoIoT.Cloud.Broker;

/// <summary>
/// A client's session: its subscriptions, and what is under way to it. A persistent one outlives the connection and a
/// restart of the service: each QoS 1 message for it is stored before its publisher is acknowledged and forgotten when
/// the client acknowledges it. At most 100 are sent ahead of acknowledgements; the rest wait in the store.
/// </summary>
internal sealed class ClientSession : DeliveryTarget
{
    private readonly SessionStore _store;
    private readonly Lock _lock = new();
    private readonly List<(long Sequence, byte[]? Payload, string Topic)> _inflight = [];
    private MqttSessionStatus? _live;
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

    public bool IsConnected => Volatile.Read(ref _live) is not null;

    public override ClientSession? Choose(string topic) => Identity.IsAllowed(PolicyAction.Receive, topic) ? this : null;

    /// <summary>The connection is there: what is stored goes on its way.</summary>
    public void Attach(MqttSessionStatus live)
    {
        lock (_lock)
        {
            _inflight.Clear();
            _lastSent = 0;
            _live = live;
            if (IsPersistent)
            {
                _lastStored = Math.Max(_lastStored, _store.LastSequence(ClientId));
                Refill();
            }
        }
    }

    public void Detach()
    {
        lock (_lock)
        {
            _live = null;
            _inflight.Clear();
            _lastSent = 0;
        }
    }

    /// <summary>Sends a message that is not stored: QoS 0, or to a session that ends with its connection.</summary>
    public bool Send(MqttApplicationMessage message) => Volatile.Read(ref _live)?.TryEnqueueApplicationMessage(message, out _) == true;

    /// <summary>A message was stored for the session, in the order of the store.</summary>
    public void OnStored(long sequence, BusMessage message, bool retain)
    {
        lock (_lock)
        {
            bool isNext = _lastSent >= _lastStored;
            _lastStored = sequence;
            if (_live is not null && isNext && _inflight.Count < GatewayLimits.MaxInflight)
            {
                Send(sequence, message, retain);
            }
        }
    }

    /// <summary>The client acknowledged a message.</summary>
    public void OnAcknowledged(MqttPublishPacket packet)
    {
        if (!IsPersistent)
        {
            return;
        }

        byte[]? payload = ArrayOf(packet.Payload);
        lock (_lock)
        {
            int index = _inflight.FindIndex(item => ReferenceEquals(item.Payload, payload) && item.Topic == packet.Topic);
            if (index < 0)
            {
                return;
            }

            _store.Forget(_inflight[index].Sequence);
            _inflight.RemoveAt(index);
            if (_inflight.Count < GatewayLimits.MaxInflight / 2 && _lastSent < _lastStored)
            {
                Refill();
            }
        }
    }

    private static byte[]? ArrayOf(ReadOnlySequence<byte> payload) =>
        payload.IsEmpty ? null : SequenceMarshal.TryGetReadOnlyMemory(payload, out ReadOnlyMemory<byte> memory) && MemoryMarshal.TryGetArray(memory, out ArraySegment<byte> segment) ? segment.Array : null;

    private void Refill()
    {
        IReadOnlyList<StoredMessage> messages = _store.Load(ClientId, _lastSent, GatewayLimits.MaxInflight - _inflight.Count);
        foreach (StoredMessage stored in messages)
        {
            Send(stored.Sequence, stored.Message, stored.Retain);
        }

        if (messages.Count == 0)
        {
            // What was between is gone: expired, or pushed out by newer ones.
            _lastSent = _lastStored;
        }
    }

    private void Send(long sequence, BusMessage message, bool retain)
    {
        _inflight.Add((sequence, ArrayOf(new ReadOnlySequence<byte>(message.Payload)), message.Topic));
        _lastSent = sequence;
        _live!.TryEnqueueApplicationMessage(MqttMessages.Create(message, 1, retain, sequence <= _highestSent, _store.Time), out _);
        _highestSent = Math.Max(_highestSent, sequence);
    }
}
