using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using NanoIoT.Cloud.Storage;
using NanoIoT.Cloud.Storage.Sqlite;

namespace NanoIoT.Cloud.Broker;

/// <summary>Persistent sessions and the messages that wait for them.</summary>
/// <param name="database">The database.</param>
/// <param name="totalLimit">The most that messages of all sessions together may take, in bytes.</param>
/// <param name="time">The clock.</param>
internal sealed class SessionStore(SqliteDatabase database, long totalLimit, TimeProvider time)
{
    private readonly StoredSizes _sizes = new(totalLimit);

    /// <summary>Told of each message that was dropped because its session, or all together, had too much; with the session's client id.</summary>
    public Action<string>? Dropped { get; set; }

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

    /// <summary>Deletes a session and its messages.</summary>
    public Task DeleteAsync(string client) => database.WriteAsync(connection =>
    {
        connection.Run("DELETE FROM sessions WHERE client = @0", client);
        connection.Run("DELETE FROM session_messages WHERE client = @0", client);
        _sizes.RemoveAll(client);
    });

    /// <summary>Stores a message for sessions; each is told in the order of the store, once it is durable.</summary>
    public async Task AddAsync(OutboundMessage message, IReadOnlyList<(ClientSession Session, bool Retain)> sessions, CancellationToken cancellationToken)
    {
        BusMessage content = message.Message;
        byte[] payload = ArrayOf(content.Payload);
        string? properties = content.Properties is null ? null : JsonSerializer.Serialize(content.Properties, RecordStore.Json);
        List<string>? dropped = null;
        try
        {
            await database.WriteAsync(
                connection =>
                {
                    var sequences = new long[sessions.Count];
                    for (int i = 0; i < sequences.Length; i++)
                    {
                        sequences[i] = Insert(connection, sessions[i].Session.ClientId, content, payload, sessions[i].Retain, properties);
                        if (_sizes.Trim(connection, sessions[i].Session.ClientId) is { Count: > 0 } trimmed)
                        {
                            (dropped ??= []).AddRange(trimmed);
                        }
                    }

                    return sequences;
                },
                sequences =>
                {
                    for (int i = 0; i < sequences.Length; i++)
                    {
                        sessions[i].Session.OnStored(sequences[i], message, sessions[i].Retain);
                    }
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            _sizes.Invalidate();
            throw;
        }

        foreach (string client in dropped ?? [])
        {
            Dropped?.Invoke(client);
        }
    }

    /// <summary>The newest message of a session, or 0.</summary>
    public long LastSequence(string client) => database.Read(connection => connection.Scalar<long>("SELECT coalesce(max(seq), 0) FROM session_messages WHERE client = @0", client));

    /// <summary>A session's messages after one, oldest first: as many as there may be, and the first at least.</summary>
    public IReadOnlyList<StoredMessage> Load(string client, long after, int limit, long bytes) => database.Read(connection => connection.Query(
        """
        SELECT seq, topic, payload, retain, properties
        FROM (SELECT *, sum(length(payload)) OVER (ORDER BY seq) - length(payload) AS before FROM
            (SELECT * FROM session_messages WHERE client = @0 AND seq > @1 AND (expires IS NULL OR expires > @2) ORDER BY seq LIMIT @3))
        WHERE before < @4 ORDER BY seq
        """,
        Read,
        client,
        after,
        Now,
        limit,
        bytes));

    /// <summary>Deletes a message that was acknowledged. It is not waited for: after a crash the client gets it again, as QoS 1 allows.</summary>
    public void Forget(long sequence) => _ = database.WriteAsync(connection =>
    {
        foreach ((string client, long bytes) in connection.Query(
            "DELETE FROM session_messages WHERE seq = @0 RETURNING client, length(payload)", row => (row.GetString(0), row.GetInt64(1)), sequence))
        {
            _sizes.Remove(client, 1, bytes);
        }
    });

    /// <summary>Deletes messages that expired, and messages of sessions that expired or no longer exist.</summary>
    /// <param name="now">The time, Unix milliseconds.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many.</returns>
    public Task<int> TrimAsync(long now, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            int count = connection.Run(
                """
                DELETE FROM session_messages WHERE expires <= @0 OR NOT EXISTS (
                    SELECT 1 FROM sessions WHERE sessions.client = session_messages.client
                        AND (disconnected IS NULL OR expiry = @1 OR disconnected + expiry >= @2))
                """,
                now,
                (long)uint.MaxValue,
                now / 1000);
            if (count > 0)
            {
                _sizes.Invalidate();
            }

            return count;
        },
        cancellationToken);

    private static byte[] ArrayOf(ReadOnlyMemory<byte> payload) =>
        MemoryMarshal.TryGetArray(payload, out ArraySegment<byte> segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length ? segment.Array : payload.ToArray();

    private long Insert(SqliteConnection connection, string client, BusMessage message, byte[] payload, bool retain, string? properties)
    {
        connection.Run(
            "INSERT INTO session_messages(client, topic, payload, retain, properties, expires) VALUES (@0, @1, @2, @3, @4, @5)",
            client,
            message.Topic,
            payload,
            retain ? 1 : 0,
            properties,
            message.Properties?.Expires);
        long sequence = connection.Scalar<long>("SELECT last_insert_rowid()");
        _sizes.Add(connection, client, payload.Length);
        return sequence;
    }

    private static StoredMessage Read(SqliteDataReader row) => new(
        row.GetInt64(0),
        new BusMessage(row.GetString(1), row.Blob(2), 1, false, row.Text(4) is string json ? JsonSerializer.Deserialize<MessageProperties>(json, RecordStore.Json) : null),
        row.GetInt64(3) != 0);
}
