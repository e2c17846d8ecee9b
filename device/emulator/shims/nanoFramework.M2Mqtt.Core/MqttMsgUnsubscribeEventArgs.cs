namespace nanoFramework.M2Mqtt.Messages
{
    public class MqttMsgUnsubscribeEventArgs : System.EventArgs
    {
        public MqttMsgUnsubscribeEventArgs(ushort messageId, string[] topics)
        {
            MessageId = messageId;
            Topics = topics;
        }

        public ushort MessageId { get; }

        public string[] Topics { get; }
    }
}
