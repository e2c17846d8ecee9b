using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace NanoIoT.Cloud.Broker;

/// <summary>Logs dropped messages for each client and reason: the first at once, further ones as a count once a minute.</summary>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class LossLog(TimeProvider time, ILogger logger)
{
    /// <summary>A persistent session, or all sessions together, reached the limit of messages in the store.</summary>
    public const string QueueFull = "queue-full";

    /// <summary>A client reads its QoS 0 messages more slowly than they arrive.</summary>
    public const string SlowReader = "slow-reader";

    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(string Client, string Reason), Loss> _losses = new();

    /// <summary>A message was dropped.</summary>
    public void Add(string client, string reason)
    {
        Loss loss = _losses.GetOrAdd((client, reason), _ => new Loss());
        long count;
        lock (loss)
        {
            loss.Count++;
            long now = time.GetTimestamp();
            if (loss.LastSaid is long last && time.GetElapsedTime(last, now) < s_interval)
            {
                return;
            }

            count = loss.Count;
            loss.Count = 0;
            loss.LastSaid = now;
        }

        LogDropped(count, client, reason);
    }

    /// <summary>A client's connection ended: what was not yet said of it is said.</summary>
    public void End(string client)
    {
        foreach (string reason in new[] { QueueFull, SlowReader })
        {
            if (_losses.TryRemove((client, reason), out Loss? loss) && loss.Count > 0)
            {
                LogDropped(loss.Count, client, reason);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "messages dropped: {Count} for client {Client}: reason {Reason}")]
    private partial void LogDropped(long count, string client, string reason);

    private sealed class Loss
    {
        public long Count { get; set; }

        public long? LastSaid { get; set; }
    }
}
