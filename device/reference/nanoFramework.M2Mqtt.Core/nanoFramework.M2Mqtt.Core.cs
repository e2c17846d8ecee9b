// Signatures of nanoFramework.M2Mqtt.Core 5.1.212.0 (.NET nanoFramework v1). Bodies are never run: the board has the real assembly.
[assembly: System.Reflection.AssemblyVersion("5.1.212.0")]

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

    public enum MqttSslProtocols : int
    {
        None = 0,
        SSLv3 = 1,
        TLSv1_0 = 2,
        TLSv1_1 = 3,
        TLSv1_2 = 4,
        TLSv1_3 = 5,
    }
}

namespace nanoFramework.M2Mqtt.Messages
{
    public class MqttMsgPublishEventArgs : System.EventArgs
    {
        public bool DupFlag { get => throw null; }
        public bool Retain { get => throw null; }
        public byte[] Message { get => throw null; }
        public MqttMsgPublishEventArgs(string topic, byte[] message, bool dupFlag, nanoFramework.M2Mqtt.Messages.MqttQoSLevel qosLevel, bool retain) => throw null;
        public nanoFramework.M2Mqtt.Messages.MqttQoSLevel QosLevel { get => throw null; }
        public string Topic { get => throw null; }
    }

    public class MqttMsgPublishedEventArgs : System.EventArgs
    {
        public bool IsPublished { get => throw null; set => throw null; }
        public MqttMsgPublishedEventArgs(ushort messageId) => throw null;
        public MqttMsgPublishedEventArgs(ushort messageId, bool isPublished) => throw null;
        public ushort MessageId { get => throw null; set => throw null; }
    }

    public class MqttMsgSubscribeEventArgs : System.EventArgs
    {
        public MqttMsgSubscribeEventArgs(ushort messageId, string[] topics, nanoFramework.M2Mqtt.Messages.MqttQoSLevel[] qosLevels) => throw null;
        public nanoFramework.M2Mqtt.Messages.MqttQoSLevel[] QoSLevels { get => throw null; }
        public string[] Topics { get => throw null; }
        public ushort MessageId { get => throw null; }
    }

    public class MqttMsgSubscribedEventArgs : System.EventArgs
    {
        public MqttMsgSubscribedEventArgs(ushort messageId, nanoFramework.M2Mqtt.Messages.MqttQoSLevel[] grantedQosLevels) => throw null;
        public nanoFramework.M2Mqtt.Messages.MqttQoSLevel[] GrantedQoSLevels { get => throw null; }
        public ushort MessageId { get => throw null; }
    }

    public class MqttMsgUnsubscribeEventArgs : System.EventArgs
    {
        public MqttMsgUnsubscribeEventArgs(ushort messageId, string[] topics) => throw null;
        public string[] Topics { get => throw null; }
        public ushort MessageId { get => throw null; }
    }

    public class MqttMsgUnsubscribedEventArgs : System.EventArgs
    {
        public MqttMsgUnsubscribedEventArgs(ushort messageId) => throw null;
        public ushort MessageId { get => throw null; }
    }

    public enum MqttQoSLevel : int
    {
        AtMostOnce = 0,
        AtLeastOnce = 1,
        ExactlyOnce = 2,
        GrantedFailure = 128,
    }

    public enum MqttReasonCode : int
    {
        Success = 0,
        NormalDisconnection = 0,
        GrantedQoS0 = 0,
        GrantedQoS1 = 1,
        GrantedQoS2 = 2,
        DisconnectWithWillMessage = 4,
        NoMatchingSubscribers = 16,
        NoSubscriptionExisted = 17,
        ContinueAuthentication = 24,
        ReAuthenticate = 25,
        UnspecifiedError = 128,
        MalformedPacket = 129,
        ProtocolError = 130,
        ImplementationSpecificError = 131,
        UnsupportedProtocolVersion = 132,
        ClientIdentifierNotValid = 133,
        BadUserNameOrPassword = 134,
        NotAuthorized = 135,
        ServerUnavailable = 136,
        ServerBusy = 137,
        Banned = 138,
        ServeShuttingDown = 139,
        BadAuthenticationMethod = 140,
        KeepAliveTimeout = 141,
        SessionTakenOver = 142,
        TopicFilterInvalid = 143,
        TopicNameInvalid = 144,
        PacketIdentifierInUse = 145,
        PacketIdentifierNotFound = 146,
        ReceiveMaximumExceeded = 147,
        TopicAliasInvalid = 148,
        PacketTooLarge = 149,
        MessageRateTooHigh = 150,
        QuotaExceeded = 151,
        AdministrativeAction = 152,
        PayloadFormatInvalid = 153,
        RetainNotSupported = 154,
        QoSNotSupported = 155,
        UseAnotherServer = 156,
        ServerMoved = 157,
        SharedSubscriptionsNotSupported = 158,
        ConnectionRateExceeded = 159,
        MaximumConnectTime = 160,
        SubscriptionIdentifiersNotSupported = 161,
        WildcardSubscriptionsNotSupported = 162,
        ConnectionRefusedUnacceptableProtocolVersion = 1,
        ConnectionRefusedIdentifierRejected = 2,
        ConnectionRefusedServerUnavailable = 3,
        ConnectionRefusedBadUserNameOrPassword = 4,
        ConnectionRefusedNotAuthorized = 5,
    }

    public class UserProperty
    {
        public UserProperty(string name, string value) => throw null;
        public string Name { get => throw null; set => throw null; }
        public string Value { get => throw null; set => throw null; }
    }
}
