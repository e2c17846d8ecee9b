namespace NanoIoT.Cloud.Broker;

/// <summary>AWS IoT Core's limits of the device gateway; a violation closes the connection.</summary>
internal static class GatewayLimits
{
    public const int MaxPayloadBytes = 128 * 1024;
    public const int MaxPacketBytes = 149_504;
    public const int MaxClientIdCharacters = 128;
    public const int MaxFiltersPerSubscribe = 8;
    public const int MaxSubscriptions = 50;
    public const int MaxInflight = 100;
    public const int MinKeepAliveSeconds = 30;
    public const int MaxKeepAliveSeconds = 1200;
    public const int MaxUserProperties = 50;

    /// <summary>Topic aliases that a client may use on one connection (MQTT 5): AWS's limit.</summary>
    public const int MaxTopicAlias = 8;

    /// <summary>
    /// Requests of one connection that wait for their answers (PUBACK, SUBACK, UNSUBACK, PINGRESP). A client that sends more and does
    /// not read the answers is not read either: AWS's limit of unacknowledged inbound messages.
    /// </summary>
    public const int MaxUnansweredRequests = 100;

    /// <summary>Bytes of QoS 1 messages that are sent to one connection ahead of acknowledgements; one message is always sent, whatever its size.</summary>
    public const int MaxInflightBytes = 1024 * 1024;

    /// <summary>
    /// QoS 1 messages that wait in memory for one connection whose session ends with it, beyond those in flight. A client that falls
    /// further behind is disconnected (reason <c>queue-full</c>): its session, and what waits for it, ends then.
    /// </summary>
    public const int MaxHeldMessages = 10_000;

    /// <summary>QoS 0 messages that wait for one connection to be written; further ones are dropped (reason <c>slow-reader</c>).</summary>
    public const int MaxUnsentMessages = 1000;

    /// <summary>Bytes of messages in memory for one connection: in flight, waiting, not written. At the limit QoS 0 is dropped, and QoS 1 disconnects.</summary>
    public const int MaxQueuedBytes = 4 * 1024 * 1024;

    /// <summary>What a message in memory costs besides its payload, in bytes; counted for each session that it waits for.</summary>
    public const int MessageOverheadBytes = 512;

    /// <summary>Messages that a persistent session keeps in the store; at the limit the oldest are dropped (reason <c>queue-full</c>).</summary>
    public const int MaxStoredMessages = 1000;

    /// <summary>Bytes of messages that a persistent session keeps in the store; at the limit the oldest are dropped (reason <c>queue-full</c>).</summary>
    public const int MaxStoredBytes = 16 * 1024 * 1024;

    /// <summary>How long a client has for its CONNECT, and the service to send a DISCONNECT, in seconds.</summary>
    public const int CommunicationTimeoutSeconds = 20;

    /// <summary>How long a connection that the service ends may go on before it is cut, in seconds.</summary>
    public const int EndTimeoutSeconds = 5;
}
