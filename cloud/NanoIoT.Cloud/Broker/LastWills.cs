using System.Collections.Concurrent;

namespace NanoIoT.Cloud.Broker;

/// <summary>
/// Wills that wait for their delay: one is published when the delay is over or when its session ends, whichever is first,
/// and not at all if the client comes back to its session before.
/// </summary>
internal sealed class LastWills(Func<ClientSession, LastWill, Task> publish, TimeProvider time) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Waiting> _waiting = new(StringComparer.Ordinal);

    /// <summary>A connection ended without its client's word.</summary>
    /// <param name="session">Its session.</param>
    /// <param name="will">Its will.</param>
    /// <param name="sessionEnds">Whether the session ends with the connection.</param>
    public async Task OnEndedAsync(ClientSession session, LastWill will, bool sessionEnds)
    {
        long delay = sessionEnds ? 0 : Math.Min(will.DelaySeconds, session.ExpirySeconds);
        if (delay == 0)
        {
            await publish(session, will).ConfigureAwait(false);
            return;
        }

        var waiting = new Waiting(session, will);
        _waiting[session.ClientId] = waiting;
        waiting.Timer = time.CreateTimer(_ => _ = ReleaseAsync(waiting), null, TimeSpan.FromSeconds(delay), Timeout.InfiniteTimeSpan);
    }

    /// <summary>A client came back to its session: its will is not published.</summary>
    public void Cancel(string clientId)
    {
        if (_waiting.TryRemove(clientId, out Waiting? waiting))
        {
            waiting.Timer?.Dispose();
        }
    }

    /// <summary>A session ended: its will does not wait any longer.</summary>
    public Task ReleaseAsync(string clientId) => _waiting.TryGetValue(clientId, out Waiting? waiting) ? ReleaseAsync(waiting) : Task.CompletedTask;

    /// <summary>The service ends, and with it every wait: what waited is published.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (Waiting waiting in _waiting.Values)
        {
            await ReleaseAsync(waiting).ConfigureAwait(false);
        }
    }

    private async Task ReleaseAsync(Waiting waiting)
    {
        if (_waiting.TryRemove(KeyValuePair.Create(waiting.Session.ClientId, waiting)))
        {
            waiting.Timer?.Dispose();
            await publish(waiting.Session, waiting.Will).ConfigureAwait(false);
        }
    }

    private sealed class Waiting(ClientSession session, LastWill will)
    {
        public ClientSession Session => session;

        public LastWill Will => will;

        public ITimer? Timer { get; set; }
    }
}
