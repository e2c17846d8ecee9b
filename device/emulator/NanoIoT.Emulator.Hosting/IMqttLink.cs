namespace NanoIoT.Emulator.Hosting;

/// <summary>An MQTT client with M2Mqtt's manners.</summary>
public interface IMqttLink
{
    /// <summary>Whether the connection stands.</summary>
    bool IsConnected { get; }

    /// <summary>Connects and waits for the CONNACK, at most 30 s.</summary>
    /// <param name="request">What CONNECT says.</param>
    /// <returns>The reason code.</returns>
    /// <exception cref="IOException">TCP or TLS failed.</exception>
    /// <exception cref="TimeoutException">No CONNACK came.</exception>
    int Connect(MqttConnectRequest request);

    /// <summary>Queues a publish.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="qos">0, 1 or 2.</param>
    /// <param name="retain">Whether retained.</param>
    /// <param name="queueLimit">Most messages in flight.</param>
    /// <returns>The id, or 0 where the queue is full.</returns>
    ushort Publish(string topic, byte[] payload, int qos, bool retain, int queueLimit);

    /// <summary>Sends a SUBSCRIBE.</summary>
    /// <param name="filters">Topic filters.</param>
    /// <param name="qos">A level each.</param>
    /// <returns>The id.</returns>
    ushort Subscribe(string[] filters, byte[] qos);

    /// <summary>Sends an UNSUBSCRIBE.</summary>
    /// <param name="filters">Topic filters.</param>
    /// <returns>The id.</returns>
    ushort Unsubscribe(string[] filters);

    /// <summary>Sends a DISCONNECT and closes.</summary>
    void Disconnect();

    /// <summary>Closes without a word; queues are emptied without events.</summary>
    void Close();
}
