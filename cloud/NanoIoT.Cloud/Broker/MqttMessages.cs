using System.Buffers;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace NanoIoT.Cloud.Broker;

/// <summary>Messages of the service as MQTTnet's, and back.</summary>
internal static class MqttMessages
{
    public static MqttApplicationMessage Create(BusMessage message, int qos, bool retain, bool isDuplicate, TimeProvider time)
    {
        var created = new MqttApplicationMessage
        {
            Topic = message.Topic,
            Payload = new ReadOnlySequence<byte>(message.Payload),
            QualityOfServiceLevel = (MqttQualityOfServiceLevel)qos,
            Retain = retain,
            Dup = isDuplicate,
        };
        if (message.Properties is MessageProperties properties)
        {
            created.ContentType = properties.ContentType;
            created.ResponseTopic = properties.ResponseTopic;
            created.CorrelationData = properties.CorrelationData;
            created.PayloadFormatIndicator = properties.IsUtf8 ? MqttPayloadFormatIndicator.CharacterData : MqttPayloadFormatIndicator.Unspecified;
            created.UserProperties = properties.UserProperties.Count == 0 ? null : [.. properties.UserProperties.Select(item => new MqttUserProperty(item.Key, System.Text.Encoding.UTF8.GetBytes(item.Value).AsMemory()))];
            if (properties.Expires is long expires)
            {
                created.MessageExpiryInterval = (uint)Math.Clamp((expires - time.GetUtcNow().ToUnixTimeMilliseconds() + 999) / 1000, 1, uint.MaxValue);
            }
        }

        return created;
    }

    public static BusMessage Read(MqttApplicationMessage message, long now) =>
        new(message.Topic, message.Payload.ToArray(), (int)message.QualityOfServiceLevel, message.Retain, PropertiesOf(message, now));

    public static MessageProperties? PropertiesOf(MqttApplicationMessage message, long now) => MessageProperties.Create(
        message.ContentType,
        message.ResponseTopic,
        message.CorrelationData,
        message.PayloadFormatIndicator == MqttPayloadFormatIndicator.CharacterData,
        message.MessageExpiryInterval == 0 ? null : now + (message.MessageExpiryInterval * 1000L),
        message.UserProperties);
}
