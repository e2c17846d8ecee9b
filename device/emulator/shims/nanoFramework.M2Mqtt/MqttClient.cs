extern alias nano;

using System;
using System.Collections;
using System.IO;
using NanoIoT.Emulator.Hosting;
using nanoFramework.M2Mqtt.Exceptions;
using nanoFramework.M2Mqtt.Messages;
using X509Certificate = nano::System.Security.Cryptography.X509Certificates.X509Certificate;
using X509Certificate2 = nano::System.Security.Cryptography.X509Certificates.X509Certificate2;

namespace nanoFramework.M2Mqtt
{
    /// <summary>
    /// M2Mqtt's client over the virtual board's network. Its manners (one name look-up, events on one dispatch thread, a
    /// handler's exception closing the connection, PUBACK before the handler, two repeats after a second each) are the link's.
    /// </summary>
    public class MqttClient : IMqttClient, IDisposable
    {
        private IMqttLink _link;

        public MqttClient(string brokerHostName)
            : this(brokerHostName, MqttSettings.BrokerDefaultPort, false, null, null, MqttSslProtocols.None)
        {
        }

        public MqttClient(string brokerHostName, int brokerPort, bool secure, X509Certificate caCert, X509Certificate clientCert, MqttSslProtocols sslProtocol)
        {
            var withKey = clientCert as X509Certificate2;
            Open(brokerHostName, brokerPort, secure, caCert?.Pem, withKey?.Pem, withKey?.KeyPem, sslProtocol);
        }

        public delegate void ConnectionClosedEventHandler(object sender, EventArgs e);

        public delegate void MqttMsgPublishEventHandler(object sender, MqttMsgPublishEventArgs e);

        public delegate void MqttMsgPublishedEventHandler(object sender, MqttMsgPublishedEventArgs e);

        public delegate void MqttMsgSubscribedEventHandler(object sender, MqttMsgSubscribedEventArgs e);

        public delegate void MqttMsgUnsubscribedEventHandler(object sender, MqttMsgUnsubscribedEventArgs e);

        public event IMqttClient.ConnectionClosedEventHandler ConnectionClosed;

        public event IMqttClient.MqttMsgPublishEventHandler MqttMsgPublishReceived;

        public event IMqttClient.MqttMsgPublishedEventHandler MqttMsgPublished;

        public event IMqttClient.MqttMsgSubscribedEventHandler MqttMsgSubscribed;

        public event IMqttClient.MqttMsgUnsubscribedEventHandler MqttMsgUnsubscribed;

        public ArrayList UserProperties { get; } = new ArrayList();

        public bool CleanSession { get; private set; }

        public bool IsAuthenticationFlow { get; set; }

        public bool IsConnected => _link.IsConnected;

        public bool RequestProblemInformation { get; set; }

        public bool RequestResponseInformation { get; set; }

        public bool WillFlag { get; private set; }

        public byte[] AuthenticationData { get; set; }

        public MqttQoSLevel WillQosLevel { get; private set; }

        public MqttProtocolVersion ProtocolVersion { get; set; } = MqttProtocolVersion.Version_3_1_1;

        public MqttSettings Settings { get; } = new MqttSettings();

        public string AuthenticationMethod { get; set; }

        public string ClientId { get; private set; }

        public string WillMessage { get; private set; }

        public string WillTopic { get; private set; }

        public uint MaximumPacketSize { get; set; }

        public uint SessionExpiryInterval { get; set; }

        public uint WillDelayInterval { get; set; }

        public ushort ReceiveMaximum { get; set; }

        public ushort TopicAliasMaximum { get; set; }

        public void Init(string brokerHostName, int brokerPort, bool secure, byte[] caCert, byte[] clientCert, MqttSslProtocols sslProtocol) =>
            Open(
                brokerHostName,
                brokerPort,
                secure,
                caCert == null ? null : new X509Certificate(caCert).Pem,
                clientCert == null ? null : new X509Certificate(clientCert).Pem,
                null,
                sslProtocol);

        public MqttReasonCode Connect(string clientId) => Connect(clientId, null, null);

        public MqttReasonCode Connect(string clientId, bool cleanSession) => Connect(clientId, null, null, cleanSession, 60);

        public MqttReasonCode Connect(string clientId, string username, string password) => Connect(clientId, username, password, true, 60);

        public MqttReasonCode Connect(string clientId, string username, string password, bool cleanSession, ushort keepAlivePeriod) =>
            Connect(clientId, username, password, false, MqttQoSLevel.AtMostOnce, false, null, null, cleanSession, keepAlivePeriod);

        public MqttReasonCode Connect(string clientId, string username, string password, bool willRetain, MqttQoSLevel willQosLevel, bool willFlag, string willTopic, string willMessage, bool cleanSession, ushort keepAlivePeriod)
        {
            ClientId = clientId;
            CleanSession = cleanSession;
            WillFlag = willFlag;
            WillQosLevel = willQosLevel;
            WillTopic = willTopic;
            WillMessage = willMessage;
            try
            {
                return (MqttReasonCode)_link.Connect(new MqttConnectRequest
                {
                    ClientId = clientId,
                    ProtocolLevel = (int)ProtocolVersion,
                    UserName = username,
                    Password = password,
                    WillTopic = willFlag ? willTopic : null,
                    WillMessage = willMessage,
                    WillQos = (int)willQosLevel,
                    WillRetain = willRetain,
                    CleanSession = cleanSession,
                    KeepAliveSeconds = keepAlivePeriod,
                    MaximumPacketSize = MaximumPacketSize,
                    SessionExpirySeconds = SessionExpiryInterval,
                });
            }
            catch (TimeoutException exception)
            {
                throw new MqttCommunicationException(exception);
            }
            catch (IOException exception)
            {
                throw new MqttConnectionException("Exception connecting to the broker: " + exception.Message, exception);
            }
        }

        public ushort Publish(string topic, byte[] message) => Publish(topic, message, null);

        public ushort Publish(string topic, byte[] message, string contentType) => Publish(topic, message, contentType, null);

        public ushort Publish(string topic, byte[] message, string contentType, ArrayList userProperties) =>
            Publish(topic, message, contentType, userProperties, MqttQoSLevel.AtMostOnce, false);

        public ushort Publish(string topic, byte[] message, string contentType, ArrayList userProperties, MqttQoSLevel qosLevel, bool retain)
        {
            if (topic.IndexOf('#') >= 0 || topic.IndexOf('+') >= 0)
            {
                throw new MqttClientException(MqttClientErrorCode.TopicWildcard);
            }

            if (topic.Length < 1 || topic.Length > 65535)
            {
                throw new MqttClientException(MqttClientErrorCode.TopicLength);
            }

            ushort id = _link.Publish(topic, message, (int)qosLevel, retain, Settings.InflightQueueSize);
            return id != 0 ? id : throw new MqttClientException(MqttClientErrorCode.InflightQueueFull);
        }

        public ushort Subscribe(string[] topics, MqttQoSLevel[] qosLevels)
        {
            if (topics == null || topics.Length == 0)
            {
                throw new MqttClientException(MqttClientErrorCode.TopicsEmpty);
            }

            if (qosLevels == null || qosLevels.Length != topics.Length)
            {
                throw new MqttClientException(MqttClientErrorCode.TopicsQosLevelsNotMatch);
            }

            return _link.Subscribe(topics, Array.ConvertAll(qosLevels, level => (byte)level));
        }

        public ushort Unsubscribe(string[] topics) => _link.Unsubscribe(topics);

        public void Close() => _link.Close();

        public void Disconnect() => _link.Disconnect();

        public void Dispose() => _link.Close();

        private void Open(string host, int port, bool secure, string ca, string certificate, string key, MqttSslProtocols protocol)
        {
            _link = BoardHost.Current.Network.CreateMqtt(new MqttLinkOptions
            {
                Host = host,
                Port = port,
                UseTls = secure,
                CaPem = ca,
                CertificatePem = certificate,
                PrivateKeyPem = key,
                UseTls13 = protocol == MqttSslProtocols.TLSv1_3,
                MessageReceived = (topic, payload, qos, retain, duplicate) =>
                    MqttMsgPublishReceived?.Invoke(this, new MqttMsgPublishEventArgs(topic, payload, duplicate, (MqttQoSLevel)qos, retain)),
                Published = (id, acknowledged) => MqttMsgPublished?.Invoke(this, new MqttMsgPublishedEventArgs(id, acknowledged)),
                Subscribed = (id, levels) => MqttMsgSubscribed?.Invoke(this, new MqttMsgSubscribedEventArgs(id, Array.ConvertAll(levels, level => (MqttQoSLevel)level))),
                Unsubscribed = id => MqttMsgUnsubscribed?.Invoke(this, new MqttMsgUnsubscribedEventArgs(id)),
                Closed = () => ConnectionClosed?.Invoke(this, EventArgs.Empty),
            });
        }
    }
}
