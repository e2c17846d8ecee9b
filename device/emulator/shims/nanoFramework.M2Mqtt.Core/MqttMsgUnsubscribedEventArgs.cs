namespace nanoFramework.M2Mqtt.Messages
{
    public class MqttMsgUnsubscribedEventArgs : System.EventArgs
    {
        public MqttMsgUnsubscribedEventArgs(ushort messageId)
        {
            MessageId = messageId;
        }

        public ushort MessageId { get; }
    }
}
