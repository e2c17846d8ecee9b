namespace nanoFramework.M2Mqtt.Messages
{
    public class MqttMsgPublishEventArgs : System.EventArgs
    {
        public MqttMsgPublishEventArgs(string topic, byte[] message, bool dupFlag, nanoFramework.M2Mqtt.Messages.MqttQoSLevel qosLevel, bool retain)
        {
            Topic = topic;
            Message = message;
            DupFlag = dupFlag;
            QosLevel = qosLevel;
            Retain = retain;
        }

        public string Topic { get; }

        public byte[] Message { get; }

        public bool DupFlag { get; }

        public nanoFramework.M2Mqtt.Messages.MqttQoSLevel QosLevel { get; }

        public bool Retain { get; }
    }
}
