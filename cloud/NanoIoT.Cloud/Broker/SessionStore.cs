using System.Text.Json;
using Microsoft.Data.Sqlite;
using NanoIoT.Cloud.Storage;
using NanoIoT.Cloud.Storage.Sqlite;

namespace NanoIoT.Cloud.Broker;

/// <summary>Persistent sessions and the messages that wait for them.</summary>
internal sealed class SessionStore(SqliteDatabase database, TimeProvider time)
{
    public TimeProvider Time => time;

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>All sessions: client, principal, subscriptions, seconds they outlive a connection, when theirs ended.</summary>
    public IReadOnlyList<(string Client, string Principal, Dictionary<string, Subscription> Filters, uint Expiry, long? Disconnected)> LoadAll() => database.Read(connection => connection.Query(
        "SELECT client, principal, filters, expiry, disconnected FROM sessions",
        row => (row.GetString(0), row.GetString(1), JsonSerializer.Deserialize<Dictionary<string, Subscription>>(row.GetString(2), RecordStore.Json)!, (uint)row.GetInt64(3), row.IsDBNull(4) ? (long?)null : row.GetInt64(4))));

    public Task SaveAsync(ClientSession session, long? disconnected)
    {
        string filters = JsonSerializer.Serialize(new SortedDictionary<string, Subscription>(session.Subscriptions), RecordStore.Json);
        string principal = session.Identity.Actor;
        long expiry = session.ExpirySeconds;
        return database.WriteAsync(connection => connection.Run(
            "INSERT OR REPLACE INTO sessions(client, principal, filters, expiry, disconnected) VALUES (@0, @1, @2, @3, @4)", session.ClientId, principal, filters, expiry, disconnected));
    }

    public Task DeleteAsync(string client) => database.WriteAsync(connection =>
    {
        connection.Run("DELETE FROM sessions WHERE client = @0", client);
        connection.Run("DELETE FROM session_messages WHERE client = @0", client);
    });

    /// <summary>Stores a message for sessions; each is told in the order of the store, once it is durable.</summary>
    public Task AddAsync(BusMessage message, IReadOnlyList<(ClientSession Session, bool Retain)> sessions, CancellationToken cancellationToken)
    {
        byte[] payload = message.Payload.ToArray();
        string? properties = message.Properties is null ? null : JsonSerializer.Serialize(message.Properties, RecordStore.Json);
        BusMessage own = message with { Payload = payload };
        return database.WriteAsync(
            connection =>
            {
                var sequences = new long[sessions.Count];
                for (int i = 0; i < sequences.Length; i++)
                {
                    string client = sessions[i].Session.ClientId;
                    connection.Run(
                        "INSERT INTO session_messages(client, topic, payload, retain, properties, expires) VALUES (@0, @1, @2, @3, @4, @5)",
                        client,
                        message.Topic,
                        payload,
                        sessions[i].Retain ? 1 : 0,
                        properties,
                        message.Properties?.Expires);
                    sequences[i] = connection.Scalar<long>("SELECT last_insert_rowid()");
                    connection.Run(
                        "DELETE FROM session_messages WHERE client = @0 AND seq <= (SELECT seq FROM session_messages WHERE client = @0 ORDER BY seq DESC LIMIT 1 OFFSET @1)",
                        client,
                        GatewayLimits.MaxStoredMessages);
                }

                return sequences;
            },
            sequences =>
            {
                for (int i = 0; i < sequences.Length; i++)
                {
                    sessions[i].Session.OnStored(sequences[i], own, sessions[i].Retain);
                }
            },
            cancellationToken);
    }

    /// <summary>The newest message of a session, or 0.</summary>
    public long LastSequence(string client) => database.Read(connection => connection.Scalar<long>("SELECT coalesce(max(seq), 0) FROM session_messages WHERE client = @0", client));

    /// <summary>A session's messages after one, oldest first.</summary>
    public IReadOnlyList<StoredMessage> Load(string client, long after, int limit) => database.Read(connection => connection.Query(
        "SELECT seq, topic, payload, retain, properties FROM session_messages WHERE client = @0 AND seq > @1 AND (expires IS NULL OR expires > @2) ORDER BY seq LIMIT @3",
        Read,
        client,
        after,
        Now,
        limit));

    /// <summary>Forgets a message that was acknowledged. It is not waited for: after a crash the client gets it again, as QoS 1 allows.</summary>
    public void Forget(long sequence) => _ = database.WriteAsync(connection => connection.Run("DELETE FROM session_messages WHERE seq = @0", sequence));

    private static StoredMessage Read(SqliteDataReader row) => new(
        row.GetInt64(0),
        new BusMessage(row.GetString(1), row.Blob(2), 1, false, row.Text(4) is string json ? JsonSerializer.Deserialize<MessageProperties>(json, RecordStore.Json) : null),
        row.GetInt64(3) != 0);
}
