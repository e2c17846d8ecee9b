using MQTTnet;
using MQTTnet.Protocol;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Broker;

/// <summary>Retained messages, which outlive a restart.</summary>
public sealed class RetainedStore
{
    private readonly SqliteDatabase _database;
    private readonly TimeProvider _time;

    /// <summary>Creates the store.</summary>
    /// <param name="database">Where they are kept.</param>
    /// <param name="time">The clock.</param>
    public RetainedStore(SqliteDatabase database, TimeProvider time)
    {
        _database = database;
        _time = time;
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
                    connection.Run("INSERT OR REPLACE INTO retained VALUES (@0, @1, @2, @3)", message.Topic, message.Payload.ToArray(), message.Qos, now);
                }
            },
            cancellationToken);
    }

    /// <summary>All messages.</summary>
    /// <returns>The messages.</returns>
    public IReadOnlyList<MqttApplicationMessage> Load() => _database.Read(connection => connection.Query(
        "SELECT topic, payload, qos FROM retained",
        row => new MqttApplicationMessage
        {
            Topic = row.GetString(0),
            PayloadSegment = row.Blob(1),
            QualityOfServiceLevel = (MqttQualityOfServiceLevel)row.GetInt32(2),
            Retain = true,
        }));
}
