namespace NanoIoT.Cloud.Broker;

/// <summary>What became of a message for one connection.</summary>
internal enum SendResult
{
    /// <summary>It is sent, or waits for its turn.</summary>
    Taken,

    /// <summary>There is no connection, or it is being ended.</summary>
    NotConnected,

    /// <summary>A QoS 0 message that has no place: the client reads too slowly.</summary>
    Dropped,

    /// <summary>A QoS 1 message that has no place: the client does not acknowledge, and its connection must end.</summary>
    QueueFull,
}
