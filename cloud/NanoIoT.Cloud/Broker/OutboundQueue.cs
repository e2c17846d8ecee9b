using MQTTnet;
using MQTTnet.Server;

namespace NanoIoT.Cloud.Broker;

/// <summary>
/// What is under way to one connection. MQTTnet's own queue knows no bytes, and its list of unacknowledged messages no
/// end, so messages go to MQTTnet only within a window, and wait here beyond it. Used under its session's lock.
/// </summary>
/// <param name="live">MQTTnet's session.</param>
/// <param name="budget">The memory of all connections.</param>
/// <param name="window">QoS 1 messages that may be in flight.</param>
internal sealed class OutboundQueue(MqttSessionStatus live, OutboundBudget budget, int window)
{
    /// <summary>QoS 1 messages that MQTTnet has and the client has not acknowledged, by packet identifier.</summary>
    private readonly Dictionary<ushort, Entry> _inflight = [];

    /// <summary>QoS 0 messages that MQTTnet has and has not written, in their order.</summary>
    private readonly Queue<Entry> _unsent = new();

    /// <summary>QoS 1 messages that wait for the window, in their order.</summary>
    private readonly Queue<Entry> _held = new();

    private readonly List<RetainedCursor> _retained = [];
    private long _inflightBytes;
    private long _bytes;
    private bool _isClosed;

    /// <summary>Bytes of messages that are in memory for the connection; may be read without the lock.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    public int InflightCount => _inflight.Count;

    /// <summary>QoS 0 messages that had no place.</summary>
    public long DroppedCount { get; private set; }

    /// <summary>Bytes that the window has left for messages of the store.</summary>
    public long WindowBytes => _inflight.Count == 0 ? GatewayLimits.MaxInflightBytes : Math.Max(0, GatewayLimits.MaxInflightBytes - _inflightBytes);

    /// <summary>Messages that the window has left for those of the store; 0 while others wait.</summary>
    public int WindowCount => _isClosed || _held.Count > 0 ? 0 : Math.Max(0, window - _inflight.Count);

    /// <summary>Sends a QoS 0 message.</summary>
    public SendResult SendUnacknowledged(OutboundMessage message, bool retain)
    {
        if (_isClosed)
        {
            return SendResult.NotConnected;
        }

        if (_unsent.Count >= GatewayLimits.MaxUnsentMessages || _bytes + message.Size > GatewayLimits.MaxQueuedBytes || budget.IsExceeded)
        {
            DroppedCount++;
            return SendResult.Dropped;
        }

        var entry = new Entry(message, retain, 0);
        Hold(entry);
        _unsent.Enqueue(entry);
        live.TryEnqueueApplicationMessage(message.ToMqtt(0, retain, false), out _);
        return SendResult.Taken;
    }

    /// <summary>Sends a QoS 1 message that is in no store, or lets it wait for the window.</summary>
    public SendResult SendAcknowledged(OutboundMessage message, bool retain)
    {
        if (_isClosed)
        {
            return SendResult.NotConnected;
        }

        if (_held.Count == 0 && FitsWindow(message))
        {
            HandOver(new Entry(message, retain, 0), isDuplicate: false);
            return SendResult.Taken;
        }

        if (_held.Count >= GatewayLimits.MaxHeldMessages || _bytes + message.Size > GatewayLimits.MaxQueuedBytes)
        {
            return SendResult.QueueFull;
        }

        var entry = new Entry(message, retain, 0);
        Hold(entry);
        _held.Enqueue(entry);
        return SendResult.Taken;
    }

    /// <summary>Sends a message of the store if the window has room for it.</summary>
    /// <returns>Whether it was sent.</returns>
    public bool TrySendStored(OutboundMessage message, bool retain, long sequence, bool isDuplicate)
    {
        if (WindowCount == 0 || !FitsWindow(message))
        {
            return false;
        }

        HandOver(new Entry(message, retain, sequence), isDuplicate);
        return true;
    }

    /// <summary>The client acknowledged a message.</summary>
    /// <param name="packetId">Its packet identifier.</param>
    /// <param name="sequence">Its number in the store, or 0.</param>
    /// <returns>Whether it was in flight.</returns>
    public bool Acknowledge(ushort packetId, out long sequence)
    {
        if (!_inflight.Remove(packetId, out Entry entry))
        {
            sequence = 0;
            return false;
        }

        sequence = entry.Sequence;
        _inflightBytes -= entry.Message.Size;
        Release(entry);
        return true;
    }

    /// <summary>MQTTnet wrote a QoS 0 message, or failed to.</summary>
    public void OnSent()
    {
        if (_unsent.TryDequeue(out Entry entry))
        {
            Release(entry);
        }
    }

    /// <summary>Sends retained messages when there is room for them, in the place of an earlier cursor of the same filter.</summary>
    public void AddRetained(RetainedCursor cursor)
    {
        RemoveRetained(cursor.Filter);
        _retained.Add(cursor);
    }

    public void RemoveRetained(string filter) => _retained.RemoveAll(cursor => cursor.Filter == filter);

    /// <summary>Sends what waits, as far as there is room: first what was held, then retained messages.</summary>
    public void Pump()
    {
        while (!_isClosed && _held.TryPeek(out Entry next) && FitsWindow(next.Message))
        {
            _held.Dequeue();
            Release(next);
            if (!next.Message.IsExpired)
            {
                HandOver(next, isDuplicate: false);
            }
        }

        while (_retained.Count > 0 && HasRoomForRetained(_retained[0].Qos))
        {
            if (_retained[0].Next() is not OutboundMessage message)
            {
                _retained.RemoveAt(0);
            }
            else if (_retained[0].Qos == 0)
            {
                SendUnacknowledged(message, true);
            }
            else
            {
                // As with all others: a message of QoS 0 is sent as that to a subscriber of QoS 1.
                Send(message, Math.Min(message.Message.Qos, 1));
            }
        }
    }

    /// <summary>Gives everything back; nothing is sent any more.</summary>
    public void Close()
    {
        _isClosed = true;
        foreach (Entry entry in _inflight.Values.Concat(_unsent).Concat(_held))
        {
            Release(entry);
        }

        _inflight.Clear();
        _unsent.Clear();
        _held.Clear();
        _retained.Clear();
        _inflightBytes = 0;
    }

    private void Send(OutboundMessage message, int qos)
    {
        if (qos == 0)
        {
            SendUnacknowledged(message, true);
        }
        else
        {
            SendAcknowledged(message, true);
        }
    }

    private bool HasRoomForRetained(int qos) => !_isClosed
        && _held.Count == 0
        && !budget.IsExceeded
        && _unsent.Count < GatewayLimits.MaxUnsentMessages / 2
        && _bytes < GatewayLimits.MaxQueuedBytes / 2
        && (qos == 0 || (_inflight.Count < window && _inflightBytes < GatewayLimits.MaxInflightBytes));

    private bool FitsWindow(OutboundMessage message) =>
        _inflight.Count < window && (_inflight.Count == 0 || _inflightBytes + message.Size <= GatewayLimits.MaxInflightBytes);

    private void HandOver(Entry entry, bool isDuplicate)
    {
        live.TryEnqueueApplicationMessage(entry.Message.ToMqtt(1, entry.Retain, isDuplicate), out InjectMqttApplicationMessageResult? result);
        if (result is null)
        {
            return;
        }

        if (_inflight.Remove(result.PacketIdentifier, out Entry lost))
        {
            // 65,535 messages later an identifier comes again, and the one that was never acknowledged cannot be any more.
            _inflightBytes -= lost.Message.Size;
            Release(lost);
        }

        Hold(entry);
        _inflightBytes += entry.Message.Size;
        _inflight.Add(result.PacketIdentifier, entry);
    }

    private void Hold(Entry entry)
    {
        Volatile.Write(ref _bytes, _bytes + entry.Message.Size);
        entry.Message.AddHolder(budget);
    }

    private void Release(Entry entry)
    {
        Volatile.Write(ref _bytes, _bytes - entry.Message.Size);
        entry.Message.RemoveHolder(budget);
    }

    private readonly record struct Entry(OutboundMessage Message, bool Retain, long Sequence);
}
