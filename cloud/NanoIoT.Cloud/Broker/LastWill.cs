using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace NanoIoT.Cloud.Broker;

/// <summary>What is published for a client whose connection ends without its word.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Payload">The payload.</param>
/// <param name="Qos">0 or 1.</param>
/// <param name="Retain">Whether it stays for later subscribers.</param>
/// <param name="DelaySeconds">Seconds after the connection's end in which the client may come back and nothing is published (MQTT 5).</param>
/// <param name="ExpirySeconds">Seconds after its publication in which it is worth sending, 0 for ever.</param>
/// <param name="Properties">What MQTT 5 sends beside it, or null.</param>
internal sealed record LastWill(string Topic, byte[] Payload, int Qos, bool Retain, uint DelaySeconds, uint ExpirySeconds, MessageProperties? Properties)
{
    /// <summary>Takes the will out of a CONNECT, so that MQTTnet, which knows no delay, has none to publish.</summary>
    public static LastWill? Take(MqttConnectPacket packet)
    {
        if (!packet.WillFlag)
        {
            return null;
        }

        packet.WillFlag = false;
        return new LastWill(
            packet.WillTopic ?? string.Empty,
            packet.WillMessage ?? [],
            Math.Min((int)packet.WillQoS, 1),
            packet.WillRetain,
            packet.WillDelayInterval,
            packet.WillMessageExpiryInterval,
            MessageProperties.Create(packet.WillContentType, packet.WillResponseTopic, packet.WillCorrelationData, packet.WillPayloadFormatIndicator == MqttPayloadFormatIndicator.CharacterData, null, packet.WillUserProperties));
    }

    /// <summary>The message, as published now.</summary>
    public BusMessage ToMessage(long nowMilliseconds)
    {
        MessageProperties? properties = ExpirySeconds == 0 ? Properties : (Properties ?? new MessageProperties()) with { Expires = nowMilliseconds + (ExpirySeconds * 1000L) };
        return new BusMessage(Topic, Payload, Qos, Retain, properties);
    }
}
