namespace nanoFramework.M2Mqtt.Messages
{
    public class MqttMsgSubscribedEventArgs : System.EventArgs
    {
        public MqttMsgSubscribedEventArgs(ushort messageId, nanoFramework.M2Mqtt.Messages.MqttQoSLevel[] grantedQosLevels)
        {
            MessageId = messageId;
            GrantedQoSLevels = grantedQosLevels;
        }

        public ushort MessageId { get; }

        public nanoFramework.M2Mqtt.Messages.MqttQoSLevel[] GrantedQoSLevels { get; }
    }
}
