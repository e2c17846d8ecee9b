namespace nanoFramework.M2Mqtt.Messages
{
    public class MqttMsgSubscribeEventArgs : System.EventArgs
    {
        public MqttMsgSubscribeEventArgs(ushort messageId, string[] topics, nanoFramework.M2Mqtt.Messages.MqttQoSLevel[] qosLevels)
        {
            MessageId = messageId;
            Topics = topics;
            QoSLevels = qosLevels;
        }

        public ushort MessageId { get; }

        public string[] Topics { get; }

        public nanoFramework.M2Mqtt.Messages.MqttQoSLevel[] QoSLevels { get; }
    }
}
