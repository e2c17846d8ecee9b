// Signatures of nanoFramework.M2Mqtt 5.1.218.0 (.NET nanoFramework v1). Bodies are never run: the board has the real assembly.
[assembly: System.Reflection.AssemblyVersion("5.1.218.0")]

namespace nanoFramework.M2Mqtt
{
    public class MqttClient : nanoFramework.M2Mqtt.IMqttClient, System.IDisposable
    {
        public System.Collections.ArrayList UserProperties { get => throw null; }
        public bool CleanSession { get => throw null; }
        public bool IsAuthenticationFlow { get => throw null; set => throw null; }
        public bool IsConnected { get => throw null; }
        public bool RequestProblemInformation { get => throw null; set => throw null; }
        public bool RequestResponseInformation { get => throw null; set => throw null; }
        public bool WillFlag { get => throw null; }
        public byte[] AuthenticationData { get => throw null; set => throw null; }
        public MqttClient(string brokerHostName) => throw null;
        public MqttClient(string brokerHostName, int brokerPort, bool secure, System.Security.Cryptography.X509Certificates.X509Certificate caCert, System.Security.Cryptography.X509Certificates.X509Certificate clientCert, nanoFramework.M2Mqtt.MqttSslProtocols sslProtocol) => throw null;
        public event nanoFramework.M2Mqtt.IMqttClient.ConnectionClosedEventHandler ConnectionClosed { add => throw null; remove => throw null; }
        public event nanoFramework.M2Mqtt.IMqttClient.MqttMsgPublishEventHandler MqttMsgPublishReceived { add => throw null; remove => throw null; }
        public event nanoFramework.M2Mqtt.IMqttClient.MqttMsgPublishedEventHandler MqttMsgPublished { add => throw null; remove => throw null; }
        public event nanoFramework.M2Mqtt.IMqttClient.MqttMsgSubscribedEventHandler MqttMsgSubscribed { add => throw null; remove => throw null; }
        public event nanoFramework.M2Mqtt.IMqttClient.MqttMsgUnsubscribedEventHandler MqttMsgUnsubscribed { add => throw null; remove => throw null; }
        public nanoFramework.M2Mqtt.Messages.MqttQoSLevel WillQosLevel { get => throw null; }
        public nanoFramework.M2Mqtt.Messages.MqttReasonCode Connect(string clientId) => throw null;
        public nanoFramework.M2Mqtt.Messages.MqttReasonCode Connect(string clientId, bool cleanSession) => throw null;
        public nanoFramework.M2Mqtt.Messages.MqttReasonCode Connect(string clientId, string username, string password) => throw null;
        public nanoFramework.M2Mqtt.Messages.MqttReasonCode Connect(string clientId, string username, string password, bool cleanSession, ushort keepAlivePeriod) => throw null;
        public nanoFramework.M2Mqtt.Messages.MqttReasonCode Connect(string clientId, string username, string password, bool willRetain, nanoFramework.M2Mqtt.Messages.MqttQoSLevel willQosLevel, bool willFlag, string willTopic, string willMessage, bool cleanSession, ushort keepAlivePeriod) => throw null;
        public nanoFramework.M2Mqtt.MqttProtocolVersion ProtocolVersion { get => throw null; set => throw null; }
        public nanoFramework.M2Mqtt.MqttSettings Settings { get => throw null; }
        public string AuthenticationMethod { get => throw null; set => throw null; }
        public string ClientId { get => throw null; }
        public string WillMessage { get => throw null; }
        public string WillTopic { get => throw null; }
        public uint MaximumPacketSize { get => throw null; set => throw null; }
        public uint SessionExpiryInterval { get => throw null; set => throw null; }
        public uint WillDelayInterval { get => throw null; set => throw null; }
        public ushort Publish(string topic, byte[] message) => throw null;
        public ushort Publish(string topic, byte[] message, string contentType) => throw null;
        public ushort Publish(string topic, byte[] message, string contentType, System.Collections.ArrayList userProperties) => throw null;
        public ushort Publish(string topic, byte[] message, string contentType, System.Collections.ArrayList userProperties, nanoFramework.M2Mqtt.Messages.MqttQoSLevel qosLevel, bool retain) => throw null;
        public ushort ReceiveMaximum { get => throw null; set => throw null; }
        public ushort Subscribe(string[] topics, nanoFramework.M2Mqtt.Messages.MqttQoSLevel[] qosLevels) => throw null;
        public ushort TopicAliasMaximum { get => throw null; set => throw null; }
        public ushort Unsubscribe(string[] topics) => throw null;
        public void Close() => throw null;
        public void Disconnect() => throw null;
        public void Dispose() => throw null;
        public void Init(string brokerHostName, int brokerPort, bool secure, byte[] caCert, byte[] clientCert, nanoFramework.M2Mqtt.MqttSslProtocols sslProtocol) => throw null;

        public delegate void ConnectionClosedEventHandler(object sender, System.EventArgs e);


        public delegate void MqttMsgPublishEventHandler(object sender, nanoFramework.M2Mqtt.Messages.MqttMsgPublishEventArgs e);


        public delegate void MqttMsgPublishedEventHandler(object sender, nanoFramework.M2Mqtt.Messages.MqttMsgPublishedEventArgs e);


        public delegate void MqttMsgSubscribedEventHandler(object sender, nanoFramework.M2Mqtt.Messages.MqttMsgSubscribedEventArgs e);


        public delegate void MqttMsgUnsubscribedEventHandler(object sender, nanoFramework.M2Mqtt.Messages.MqttMsgUnsubscribedEventArgs e);
    }

    public enum MqttProtocolVersion : int
    {
        Version_3_1 = 3,
        Version_3_1_1 = 4,
        Version_5 = 5,
    }

    public class MqttSettings
    {
        public bool ValidateServerCertificate { get => throw null; set => throw null; }
        public const int BrokerDefaultPort = 1883;
        public const int BrokerDefaultSslPort = 8883;
        public const int ConnectTimeout = 30000;
        public const int DefaultDelayRetry = 1000;
        public const int DefaultInflightQueueSize = 2147483647;
        public const int DefaultTimeout = 30000;
        public const int MaximumAttemptsRetry = 3;
        public int AttemptsOnRetry { get => throw null; }
        public int DelayOnRetry { get => throw null; }
        public int InflightQueueSize { get => throw null; set => throw null; }
        public int Port { get => throw null; }
        public int SslPort { get => throw null; }
        public int TimeoutOnConnection { get => throw null; }
        public int TimeoutOnReceiving { get => throw null; }
        public static nanoFramework.M2Mqtt.MqttSettings Instance { get => throw null; }
        internal MqttSettings() => throw null;
    }
}

namespace nanoFramework.M2Mqtt.Exceptions
{
    public enum MqttClientErrorCode : int
    {
        WillWrong = 1,
        KeepAliveWrong = 2,
        TopicWildcard = 3,
        TopicLength = 4,
        QosNotAllowed = 5,
        TopicsEmpty = 6,
        QosLevelsEmpty = 7,
        TopicsQosLevelsNotMatch = 8,
        WrongBrokerMessage = 9,
        WrongMessageId = 10,
        InflightQueueFull = 11,
        InvalidFlagBits = 12,
        InvalidConnectFlags = 13,
        InvalidClientId = 14,
        InvalidProtocolName = 15,
    }

    public class MqttClientException : System.Exception
    {
        public MqttClientException(nanoFramework.M2Mqtt.Exceptions.MqttClientErrorCode errorCode) => throw null;
        public nanoFramework.M2Mqtt.Exceptions.MqttClientErrorCode ErrorCode { get => throw null; set => throw null; }
    }

    public class MqttCommunicationException : System.Exception
    {
        public MqttCommunicationException() => throw null;
        public MqttCommunicationException(System.Exception e) => throw null;
    }

    public class MqttConnectionException : System.Exception
    {
        public MqttConnectionException(string message, System.Exception innerException) => throw null;
    }
}
