using System.Text.Json;
using NanoIoT.Cloud.Storage;
using NanoIoT.Cloud.Storage.Sqlite;

namespace NanoIoT.Cloud.Broker;

/// <summary>
/// Retained messages, which outlive a restart. They are sorted by topic, so a subscription looks at the topics that begin
/// as its filter does up to the first wildcard, not at all.
/// </summary>
public sealed class RetainedStore : IRetainedMessages
{
    private readonly SqliteDatabase _database;
    private readonly TimeProvider _time;
    private readonly SortedTable<RetainedMessage> _messages = new();

    /// <summary>Opens the store.</summary>
    /// <param name="database">Where they are kept.</param>
    /// <param name="time">The clock.</param>
    public RetainedStore(SqliteDatabase database, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(database);
        _database = database;
        _time = time;
        foreach (RetainedMessage retained in database.Read(connection => connection.Query(
            "SELECT topic, payload, qos, modified, properties FROM retained ORDER BY topic",
            row => new RetainedMessage(
                new BusMessage(row.GetString(0), row.Blob(1), row.GetInt32(2), true, row.Text(4) is string json ? JsonSerializer.Deserialize<MessageProperties>(json, RecordStore.Json) : null),
                row.GetInt64(3)))))
        {
            _messages.Set(retained.Message.Topic, retained);
        }
    }

    /// <summary>Keeps a message, or removes its topic's where the payload is empty.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The task.</returns>
    public Task SaveAsync(BusMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        long now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        return _database.WriteAsync(
            connection =>
            {
                if (message.Payload.IsEmpty)
                {
                    connection.Run("DELETE FROM retained WHERE topic = @0", message.Topic);
                }
                else
                {
                    connection.Run(
                        "INSERT OR REPLACE INTO retained(topic, payload, qos, modified, properties) VALUES (@0, @1, @2, @3, @4)",
                        message.Topic,
                        message.Payload.ToArray(),
                        message.Qos,
                        now,
                        message.Properties is null ? null : JsonSerializer.Serialize(message.Properties, RecordStore.Json));
                }

                return true;
            },
            _ =>
            {
                if (message.Payload.IsEmpty)
                {
                    _messages.Remove(message.Topic);
                }
                else
                {
                    _messages.Set(message.Topic, new RetainedMessage(message with { Retain = true }, now));
                }
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public bool IsReadable => true;

    /// <inheritdoc/>
    public RetainedMessage? Get(string topic) => _messages.Get(topic) is RetainedMessage message && !IsOver(message) ? message : null;

    /// <inheritdoc/>
    public IReadOnlyList<RetainedMessage> List(string? after, int limit) => [.. _messages.Range(after: after).Where(message => !IsOver(message)).Take(limit)];

    /// <summary>The next of the messages that a new subscription gets, in the order of their topics.</summary>
    /// <param name="filter">A valid topic filter.</param>
    /// <param name="after">The topic of the one before, or null for the first.</param>
    /// <returns>The message, or null where there are no more.</returns>
    internal BusMessage? FindNext(string filter, string? after)
    {
        int wildcard = filter.AsSpan().IndexOfAny('+', '#');
        if (wildcard < 0)
        {
            return after is null ? Get(filter)?.Message : null;
        }

        // "a/#" matches "a" too.
        string prefix = filter[wildcard] == '#' && wildcard > 0 ? filter[..(wildcard - 1)] : filter[..wildcard];
        return _messages.FindNext(prefix, after, message => TopicFilter.Matches(filter, message.Message.Topic) && !IsOver(message))?.Message;
    }

    private bool IsOver(RetainedMessage message) => message.Message.Properties?.Expires is long expires && expires <= _time.GetUtcNow().ToUnixTimeMilliseconds();
}
