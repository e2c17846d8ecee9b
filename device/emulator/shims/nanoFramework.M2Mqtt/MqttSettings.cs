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
    /// <summary>The client's settings.</summary>
    public class MqttSettings
    {
        public const int BrokerDefaultPort = 1883;
        public const int BrokerDefaultSslPort = 8883;
        public const int ConnectTimeout = 30000;
        public const int DefaultDelayRetry = 1000;
        public const int DefaultInflightQueueSize = int.MaxValue;
        public const int DefaultTimeout = 30000;
        public const int MaximumAttemptsRetry = 3;

        internal MqttSettings()
        {
        }

        public static MqttSettings Instance { get; } = new MqttSettings();

        public bool ValidateServerCertificate { get; set; } = true;

        public int AttemptsOnRetry => MaximumAttemptsRetry;

        public int DelayOnRetry => DefaultDelayRetry;

        public int InflightQueueSize { get; set; } = DefaultInflightQueueSize;

        public int Port => BrokerDefaultPort;

        public int SslPort => BrokerDefaultSslPort;

        public int TimeoutOnConnection => ConnectTimeout;

        public int TimeoutOnReceiving => DefaultTimeout;
    }
}
