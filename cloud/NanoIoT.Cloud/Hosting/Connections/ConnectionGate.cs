using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace NanoIoT.Cloud.Hosting.Connections;

/// <summary>
/// Counts connections and refuses those that are too many. At the limit of connections without a TLS handshake, the oldest makes room if it has had
/// time enough: a client that means it is through in that time, and one that only holds the place is not.
/// </summary>
internal sealed partial class ConnectionGate(ConnectionLimits limits, TimeProvider time, ILogger<ConnectionGate> logger)
{
    private static readonly TimeSpan s_handshakeGrace = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_logInterval = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _byAddress = [];
    private readonly Dictionary<EndPoint, int> _byListener = [];
    private readonly LinkedList<GatedConnection> _handshakes = [];
    private int _total;
    private long _refused;
    private long? _lastSaid;

    /// <summary>Connections that there are.</summary>
    public int Count => Volatile.Read(ref _total);

    /// <summary>Connections whose handshake is not complete.</summary>
    public int HandshakeCount
    {
        get
        {
            lock (_lock)
            {
                return _handshakes.Count;
            }
        }
    }

    /// <summary>Takes a connection in, or refuses it.</summary>
    /// <returns>Whether the connection is taken in; if not, the caller closes it.</returns>
    public bool TryEnter(GatedConnection connection)
    {
        GatedConnection? evicted = null;
        string? reason;
        lock (_lock)
        {
            reason = Find(connection, ref evicted);
            if (reason is null)
            {
                _total++;
                Change(_byAddress, connection.Address, 1);
                Change(_byListener, connection.Listener, 1);
                connection.Handshake = _handshakes.AddLast(connection);
            }
        }

        evicted?.Abort();
        if (reason is not null)
        {
            Say(connection.Address, reason);
        }

        return reason is null;
    }

    /// <summary>A connection's TLS handshake is complete.</summary>
    public void CompleteHandshake(GatedConnection connection)
    {
        lock (_lock)
        {
            EndHandshake(connection);
        }
    }

    /// <summary>A connection is closed, and its file with it.</summary>
    public void Leave(GatedConnection connection)
    {
        lock (_lock)
        {
            EndHandshake(connection);
            _total--;
            Change(_byAddress, connection.Address, -1);
            Change(_byListener, connection.Listener, -1);
        }
    }

    /// <summary>What connections from an address are counted by: an IPv4 address, or the 64 bits of an IPv6 network.</summary>
    public static IPAddress NetworkOf(IPAddress address)
    {
        const int networkBytes = 8;
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        byte[] bytes = address.GetAddressBytes();
        bytes.AsSpan(networkBytes).Clear();
        return new IPAddress(bytes);
    }

    private static void Change<T>(Dictionary<T, int> counts, T key, int by)
        where T : notnull
    {
        int count = counts.GetValueOrDefault(key) + by;
        if (count == 0)
        {
            counts.Remove(key);
        }
        else
        {
            counts[key] = count;
        }
    }

    /// <summary>Why a connection is refused, or null.</summary>
    private string? Find(GatedConnection connection, ref GatedConnection? evicted)
    {
        if (_total >= limits.Total)
        {
            return "total-connections";
        }

        if (_byListener.GetValueOrDefault(connection.Listener) >= limits.PerListener)
        {
            return "listener-connections";
        }

        if (_byAddress.GetValueOrDefault(connection.Address) >= limits.PerAddress)
        {
            return "address-connections";
        }

        if (_handshakes.Count < limits.Handshakes)
        {
            return null;
        }

        GatedConnection oldest = _handshakes.First!.Value;
        if (time.GetElapsedTime(oldest.Began) < s_handshakeGrace)
        {
            return "handshakes";
        }

        EndHandshake(oldest);
        evicted = oldest;
        return null;
    }

    private void EndHandshake(GatedConnection connection)
    {
        if (connection.Handshake is LinkedListNode<GatedConnection> node)
        {
            _handshakes.Remove(node);
            connection.Handshake = null;
        }
    }

    /// <summary>A flood of connections is not made a flood of lines.</summary>
    private void Say(IPAddress address, string reason)
    {
        long count;
        lock (_lock)
        {
            _refused++;
            long now = time.GetTimestamp();
            if (_lastSaid is long last && time.GetElapsedTime(last, now) < s_logInterval)
            {
                return;
            }

            count = _refused;
            _refused = 0;
            _lastSaid = now;
        }

        LogRefused(count, address, reason, limits);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "connections refused: {Count}, the last from {Address}: reason {Reason}; {Limits}")]
    private partial void LogRefused(long count, IPAddress address, string reason, ConnectionLimits limits);
}
