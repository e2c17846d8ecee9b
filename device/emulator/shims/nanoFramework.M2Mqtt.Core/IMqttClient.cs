namespace nanoFramework.M2Mqtt
{
    public interface IMqttClient
    {
        bool IsConnected { get; }
        event nanoFramework.M2Mqtt.IMqttClient.ConnectionClosedEventHandler ConnectionClosed;
        event nanoFramework.M2Mqtt.IMqttClient.MqttMsgPublishEventHandler MqttMsgPublishReceived;
        event nanoFramework.M2Mqtt.IMqttClient.MqttMsgPublishedEventHandler MqttMsgPublished;
        event nanoFramework.M2Mqtt.IMqttClient.MqttMsgSubscribedEventHandler MqttMsgSubscribed;
        event nanoFramework.M2Mqtt.IMqttClient.MqttMsgUnsubscribedEventHandler MqttMsgUnsubscribed;
        nanoFramework.M2Mqtt.Messages.MqttReasonCode Connect(string clientId, string username, string password, bool willRetain, nanoFramework.M2Mqtt.Messages.MqttQoSLevel willQosLevel, bool willFlag, string willTopic, string willMessage, bool cleanSession, ushort keepAlivePeriod);
        ushort Publish(string topic, byte[] message);
        ushort Publish(string topic, byte[] message, string contentType);
        ushort Publish(string topic, byte[] message, string contentType, System.Collections.ArrayList userProperties, nanoFramework.M2Mqtt.Messages.MqttQoSLevel qosLevel, bool retain);
        ushort Subscribe(string[] topics, nanoFramework.M2Mqtt.Messages.MqttQoSLevel[] qosLevels);
        ushort Unsubscribe(string[] topics);
        void Close();
        void Disconnect();
        void Init(string brokerHostName, int brokerPort, bool secure, byte[] caCert, byte[] clientCert, nanoFramework.M2Mqtt.MqttSslProtocols sslProtocol);

        public delegate void ConnectionClosedEventHandler(object sender, System.EventArgs e);


        public delegate void MqttMsgPublishEventHandler(object sender, nanoFramework.M2Mqtt.Messages.MqttMsgPublishEventArgs e);


        public delegate void MqttMsgPublishedEventHandler(object sender, nanoFramework.M2Mqtt.Messages.MqttMsgPublishedEventArgs e);


        public delegate void MqttMsgSubscribedEventHandler(object sender, nanoFramework.M2Mqtt.Messages.MqttMsgSubscribedEventArgs e);


        public delegate void MqttMsgUnsubscribedEventHandler(object sender, nanoFramework.M2Mqtt.Messages.MqttMsgUnsubscribedEventArgs e);
    }
}
