using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Broker.External;

/// <summary>Retained messages of another broker: MQTT has no way to ask for one, so they are read there.</summary>
internal sealed class BrokersRetained : IRetainedMessages
{
    public bool IsReadable => false;

    public RetainedMessage? Get(string topic) => throw Refuse();

    public IReadOnlyList<RetainedMessage> List(string? after, int limit) => throw Refuse();

    private static CloudException Refuse() => new(ErrorCodes.NotSupported, "Retained messages are the broker's: subscribe to the topic there.");
}
