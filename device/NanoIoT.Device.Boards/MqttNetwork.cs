using System;
using System.Security.Cryptography.X509Certificates;
using nanoFramework.M2Mqtt;
using nanoFramework.M2Mqtt.Messages;
using NanoIoT.Device.Board;

namespace NanoIoT.Device.Boards
{
    /// <summary>
    /// The connection through M2Mqtt. Each attempt uses a client of its own, because M2Mqtt resolves the host's name only
    /// once; its handlers only queue, because an exception or a wait in one breaks the connection.
    /// </summary>
    internal sealed class MqttNetwork : INetworkPort, IPendingPort
    {
        private const uint MaximumPacketBytes = 24576;
        private const int InflightMessages = 16;

        private readonly AgentOptions _options;
        private readonly EventQueue _queue;
        private readonly X509Certificate? _ca;
        private AgentCore? _core;
        private MqttClient? _client;
        private string _willTopic = string.Empty;
        private string _willMessage = string.Empty;
        private int _keepAliveSeconds;
        private int _connection;
        private bool _connectPending;

        public MqttNetwork(AgentOptions options, EventQueue queue, X509Certificate? ca)
        {
            _options = options;
            _queue = queue;
            _ca = ca;
        }

        /// <summary>The number of the connection events are taken from.</summary>
        public int Connection => _connection;

        public void Attach(AgentCore core) => _core = core;

        public void Connect(string willTopic, string willMessage, int keepAliveSeconds)
        {
            _willTopic = willTopic;
            _willMessage = willMessage;
            _keepAliveSeconds = keepAliveSeconds;
            _connectPending = true;
        }

        public void Subscribe(string[] filters)
        {
            var levels = new MqttQoSLevel[filters.Length];
            for (int i = 0; i < levels.Length; i++)
            {
                levels[i] = MqttQoSLevel.AtLeastOnce;
            }

            try
            {
                if (_client != null)
                {
                    _client.Subscribe(filters, levels);
                }
            }
            catch (Exception)
            {
                PostClosed(_connection);
            }
        }

        public void Unsubscribe(string[] filters)
        {
            try
            {
                if (_client != null)
                {
                    _client.Unsubscribe(filters);
                }
            }
            catch (Exception)
            {
                PostClosed(_connection);
            }
        }

        public int Publish(string topic, byte[] payload)
        {
            try
            {
                return _client == null ? 0 : _client.Publish(topic, payload, null, null, MqttQoSLevel.AtLeastOnce, false);
            }
            catch (Exception)
            {
                // The in-flight queue is full, or the connection is going: the caller tries again.
                return 0;
            }
        }

        public void Disconnect()
        {
            MqttClient? client = _client;
            _client = null;
            _connectPending = false;
            _connection++;
            if (client == null)
            {
                return;
            }

            try
            {
                client.Disconnect();
                client.Close();
            }
            catch (Exception)
            {
                // It is given up in any case; its events carry an old number.
                return;
            }
        }

        public bool RunPending()
        {
            if (!_connectPending)
            {
                return false;
            }

            Disconnect();
            string? error = TryConnect();
            if (error == null)
            {
                _core!.OnConnected();
            }
            else
            {
                Disconnect();
                _core!.OnDisconnected(error);
            }

            return true;
        }

        private string? TryConnect()
        {
            try
            {
                int connection = _connection;
                var certificate = new X509Certificate2(_options.Certificate, _options.PrivateKey, string.Empty);
                var client = new MqttClient(_options.Host, _options.Port, true, _ca!, certificate, MqttSslProtocols.TLSv1_2);
                _client = client;
                client.ProtocolVersion = MqttProtocolVersion.Version_5;
                client.MaximumPacketSize = MaximumPacketBytes;
                client.Settings.InflightQueueSize = InflightMessages;
                client.MqttMsgPublishReceived += (sender, e) => OnMessage(connection, e);
                client.MqttMsgPublished += (sender, e) => OnPublished(connection, e);
                client.MqttMsgSubscribed += (sender, e) => OnSubscribed(connection, e);
                client.ConnectionClosed += (sender, e) => PostClosed(connection);
                MqttReasonCode code = client.Connect(
                    _options.Settings.ThingName,
                    null,
                    null,
                    false,
                    MqttQoSLevel.AtLeastOnce,
                    true,
                    _willTopic,
                    _willMessage,
                    true,
                    (ushort)_keepAliveSeconds);
                return code == MqttReasonCode.Success ? null : "CONNACK " + ((int)code).ToString();
            }
            catch (Exception exception)
            {
                return exception.Message;
            }
        }

        private void OnMessage(int connection, MqttMsgPublishEventArgs e)
        {
            var item = new BoardEvent(BoardEventKind.Message) { Connection = connection, Text = e.Topic, Payload = e.Message };
            if (!_queue.Post(item))
            {
                // Acknowledged already and now lost: a new connection brings what matters again (retained, shadow).
                PostClosed(connection);
            }
        }

        private void OnPublished(int connection, MqttMsgPublishedEventArgs e)
        {
            _queue.Post(new BoardEvent(BoardEventKind.Published) { Connection = connection, Number = e.MessageId, Flag = e.IsPublished });
        }

        private void OnSubscribed(int connection, MqttMsgSubscribedEventArgs e)
        {
            bool granted = true;
            for (int i = 0; i < e.GrantedQoSLevels.Length; i++)
            {
                granted = granted && (int)e.GrantedQoSLevels[i] < 0x80;
            }

            _queue.Post(new BoardEvent(BoardEventKind.Subscribed) { Connection = connection, Flag = granted });
        }

        private void PostClosed(int connection)
        {
            _queue.Post(new BoardEvent(BoardEventKind.Closed) { Connection = connection });
        }
    }
}
