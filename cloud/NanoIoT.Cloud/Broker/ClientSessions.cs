using System.Collections.Concurrent;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Broker;

/// <summary>The sessions there are: taken up after a restart, opened by a CONNECT, kept for their expiry, forgotten.</summary>
internal sealed class ClientSessions(SessionStore store, SubscriptionIndex index, IConnectionAuthenticator authenticator, CloudOptions options)
{
    private readonly ConcurrentDictionary<string, ClientSession> _sessions = new(StringComparer.Ordinal);

    public IEnumerable<ClientSession> All => _sessions.Values;

    private long Now => store.Time.GetUtcNow().ToUnixTimeSeconds();

    public ClientSession? Find(string clientId) => _sessions.GetValueOrDefault(clientId);

    /// <summary>Takes up what was there before a restart.</summary>
    public async Task LoadAsync()
    {
        long now = Now;
        foreach ((string client, string principal, Dictionary<string, Subscription> filters, uint expiry, long? disconnected) in store.LoadAll())
        {
            var session = new ClientSession(client, authenticator.Restore(client, principal), store)
            {
                IsPersistent = true,
                ExpirySeconds = expiry,

                // Connections ended with the service at the latest.
                Disconnected = disconnected ?? now,
            };
            _sessions[client] = session;
            foreach ((string filter, Subscription subscription) in filters)
            {
                index.Add(session, filter, subscription);
            }

            if (disconnected is null)
            {
                await store.SaveAsync(session, now).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The session a connection gets: the one it had, if it asks for it and may have it, else a new one.</summary>
    public async Task<ClientSession> OpenAsync(string clientId, ClientIdentity identity, GatewayChannelAdapter adapter, uint expiry)
    {
        ClientSession? known = Find(clientId);
        bool continues = known is not null && known.IsPersistent && !adapter.IsCleanSession && known.Identity.Actor == identity.Actor && !IsExpired(known);
        ClientSession session;
        if (continues)
        {
            session = known!;
            session.Detach();
            session.Identity = identity;
        }
        else
        {
            session = new ClientSession(clientId, identity, store) { ConnectionCount = known?.ConnectionCount ?? 0 };
            if (known is not null)
            {
                known.Detach();
                index.Remove(known);
            }

            if (known?.IsPersistent == true)
            {
                await store.DeleteAsync(clientId).ConfigureAwait(false);
            }
        }

        session.IsPersistent = expiry > 0;
        session.ExpirySeconds = expiry;
        session.Disconnected = null;
        adapter.IsSessionPresent = continues;
        session.Adapter = adapter;
        session.SessionIdentifier = Guid.NewGuid().ToString();
        session.PreventsWill = false;
        _sessions[clientId] = session;
        if (session.IsPersistent)
        {
            // Without an end: while it is connected it does not expire.
            await store.SaveAsync(session, null).ConfigureAwait(false);
        }
        else if (continues)
        {
            await store.DeleteAsync(clientId).ConfigureAwait(false);
        }

        return session;
    }

    /// <summary>The connection of a session ended.</summary>
    /// <param name="session">The session.</param>
    /// <param name="expiry">Seconds the session goes on, where DISCONNECT said so.</param>
    /// <param name="isStored">Whether the end is written down; while the service stops it is not, the start does.</param>
    public async Task CloseAsync(ClientSession session, uint? expiry, bool isStored)
    {
        session.Adapter = null;
        if (expiry is uint seconds && session.IsPersistent)
        {
            session.ExpirySeconds = Math.Min(seconds, options.MaxSessionExpirySeconds);
            session.IsPersistent = session.ExpirySeconds > 0;
        }

        session.Disconnected = Now;
        if (!session.IsPersistent)
        {
            Remove(session);
            if (expiry is not null)
            {
                await store.DeleteAsync(session.ClientId).ConfigureAwait(false);
            }
        }
        else if (isStored)
        {
            await store.SaveAsync(session, session.Disconnected).ConfigureAwait(false);
        }
    }

    /// <summary>Makes a session end with its connection, or now where there is none.</summary>
    public async Task ClearAsync(ClientSession session)
    {
        session.IsPersistent = false;
        await store.DeleteAsync(session.ClientId).ConfigureAwait(false);
        if (!session.IsConnected)
        {
            Remove(session);
        }
    }

    /// <summary>Adds a subscription; it is durable, with the session, when the task ends.</summary>
    public Task SubscribeAsync(ClientSession session, string filter, Subscription subscription)
    {
        index.Add(session, filter, subscription);
        return session.IsPersistent ? store.SaveAsync(session, null) : Task.CompletedTask;
    }

    /// <summary>Takes a subscription away, if there is one.</summary>
    public async Task<bool> UnsubscribeAsync(ClientSession session, string filter)
    {
        if (!session.Subscriptions.TryRemove(filter, out _))
        {
            return false;
        }

        index.Remove(session, filter);
        session.StopRetained(filter);
        if (session.IsPersistent)
        {
            await store.SaveAsync(session, null).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Ends sessions whose time is over.</summary>
    /// <returns>Those that ended.</returns>
    public async Task<IReadOnlyList<ClientSession>> EndExpiredAsync()
    {
        ClientSession[] expired = [.. _sessions.Values.Where(session => session.IsPersistent && IsExpired(session))];
        foreach (ClientSession session in expired)
        {
            Remove(session);
            await store.DeleteAsync(session.ClientId).ConfigureAwait(false);
        }

        return expired;
    }

    private bool IsExpired(ClientSession session) => session.Disconnected is long ended && session.ExpirySeconds != uint.MaxValue && ended + session.ExpirySeconds < Now;

    private void Remove(ClientSession session)
    {
        _sessions.TryRemove(KeyValuePair.Create(session.ClientId, session));
        index.Remove(session);
    }
}
