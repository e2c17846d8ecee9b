namespace NanoIoT.Cloud.Broker;

/// <summary>A message a client published, after its policies allowed it.</summary>
/// <param name="ThingName">The thing the topic is of, else the connection's; empty where there is none.</param>
/// <param name="Topic">The topic.</param>
/// <param name="Payload">The payload.</param>
public sealed record ClientMessage(string ThingName, string Topic, ReadOnlyMemory<byte> Payload)
{
    /// <summary>The certificate it came with, or null where a user published it.</summary>
    public string? CertificateId { get; init; }

    /// <summary>Sends a message to this client alone, if it has subscribed to the topic.</summary>
    public Action<BusMessage> Reply { get; init; } = _ => { };
}
