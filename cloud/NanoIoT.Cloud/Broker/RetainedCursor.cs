namespace NanoIoT.Cloud.Broker;

/// <summary>
/// The retained messages that a new subscription gets, read as far as the connection takes them: there may be more of them than
/// a connection may have in memory.
/// </summary>
/// <param name="store">The retained messages.</param>
/// <param name="filter">The subscription's filter.</param>
/// <param name="qos">The QoS granted.</param>
/// <param name="mayReceive">Whether the client may receive a topic's messages.</param>
/// <param name="time">The clock.</param>
internal sealed class RetainedCursor(RetainedStore store, string filter, int qos, Func<string, bool> mayReceive, TimeProvider time)
{
    private string? _last;

    public string Filter => filter;

    public int Qos => qos;

    /// <summary>The next message, or null where there are no more.</summary>
    public OutboundMessage? Next()
    {
        while (store.FindNext(filter, _last) is BusMessage message)
        {
            _last = message.Topic;
            if (mayReceive(message.Topic))
            {
                return new OutboundMessage(message, time);
            }
        }

        return null;
    }
}
