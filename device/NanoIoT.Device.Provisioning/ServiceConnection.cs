using System;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using nanoFramework.M2Mqtt;
using nanoFramework.M2Mqtt.Messages;
using NanoIoT.Device.Boards;
using NanoIoT.Shared;
using NanoIoT.Shared.Json;

namespace NanoIoT.Device.Provisioning
{
    /// <summary>A connection of its own, beside the agent's, that asks and waits for the answer.</summary>
    internal sealed class ServiceConnection
    {
        private const int AnswerMilliseconds = 30000;
        private const uint MaximumPacketBytes = 16384;

        private readonly MqttClient _client;
        private readonly AutoResetEvent _answered = new AutoResetEvent(false);
        private string _topic = string.Empty;
        private string _answerTopic = string.Empty;
        private byte[]? _answer;

        private ServiceConnection(MqttClient client)
        {
            _client = client;
        }

        /// <summary>Why the last request or connection failed.</summary>
        public string Error = string.Empty;

        /// <summary>Whether the service itself said no; else there was no answer.</summary>
        public bool IsRefused;

        /// <summary>Connects.</summary>
        /// <returns>The connection; its <see cref="Error"/> is not empty where there is none.</returns>
        public static ServiceConnection Open(AgentOptions options, string certificate, string privateKey, string clientId)
        {
            var identity = new X509Certificate2(certificate, privateKey, string.Empty);
            var client = new MqttClient(options.Host, options.Port, true, new X509Certificate(options.CaCertificate), identity, MqttSslProtocols.TLSv1_2);
            var connection = new ServiceConnection(client);
            client.ProtocolVersion = MqttProtocolVersion.Version_5;
            client.MaximumPacketSize = MaximumPacketBytes;
            client.MqttMsgPublishReceived += connection.OnMessage;
            client.MqttMsgSubscribed += connection.OnSubscribed;
            try
            {
                MqttReasonCode code = client.Connect(clientId, null, null, false, MqttQoSLevel.AtLeastOnce, false, string.Empty, string.Empty, true, 60);
                connection.IsRefused = code != MqttReasonCode.Success;
                connection.Error = connection.IsRefused ? "CONNACK " + ((int)code).ToString() : string.Empty;
            }
            catch (Exception exception)
            {
                connection.Error = exception.Message.Length == 0 ? "no connection" : exception.Message;
            }

            return connection;
        }

        /// <summary>Publishes a request and waits for its answer.</summary>
        /// <returns>The accepted answer, or null; then <see cref="Error"/> says why.</returns>
        public byte[]? Request(string topic, byte[] payload)
        {
            _topic = topic;
            _answer = null;
            try
            {
                _answered.Reset();
                _client.Subscribe(new[] { topic + "/+" }, new[] { MqttQoSLevel.AtLeastOnce });
                if (!_answered.WaitOne(AnswerMilliseconds, false))
                {
                    Error = "no SUBACK";
                    return null;
                }

                _client.Publish(topic, payload, null, null, MqttQoSLevel.AtLeastOnce, false);
                if (!_answered.WaitOne(AnswerMilliseconds, false) || _answer == null)
                {
                    Error = "no answer on " + topic;
                    return null;
                }
            }
            catch (Exception exception)
            {
                Error = "connection lost: " + exception.Message;
                return null;
            }

            if (_answerTopic == topic + "/accepted")
            {
                Error = string.Empty;
                return _answer;
            }

            IsRefused = true;
            Error = TextOf(_answer, "errorCode") + ": " + TextOf(_answer, "errorMessage");
            return null;
        }

        /// <summary>Ends the connection.</summary>
        public void Close()
        {
            try
            {
                _client.Disconnect();
                _client.Close();
            }
            catch (Exception)
            {
                // It is given up in any case.
                return;
            }
        }

        /// <summary>A text of a JSON object, or an empty one.</summary>
        public static string TextOf(byte[] json, string member)
        {
            string found = string.Empty;
            try
            {
                var reader = new JsonReader(json, 0, json.Length, Contract.MaxJsonDepth);
                reader.ReadStartObject();
                while (reader.ReadName())
                {
                    if (reader.ValueEquals(member) && reader.Read() == JsonTokenType.String)
                    {
                        found = reader.GetString();
                    }
                    else if (reader.TokenType == JsonTokenType.PropertyName)
                    {
                        reader.Skip();
                    }
                }
            }
            catch (JsonFormatException)
            {
                // What cannot be read says nothing.
                return string.Empty;
            }

            return found;
        }

        private void OnMessage(object sender, MqttMsgPublishEventArgs e)
        {
            if (e.Topic.StartsWith(_topic + "/"))
            {
                _answerTopic = e.Topic;
                _answer = e.Message;
                _answered.Set();
            }
        }

        private void OnSubscribed(object sender, MqttMsgSubscribedEventArgs e) => _answered.Set();
    }
}
