extern alias nano;

using System;
using System.Collections;
using System.IO;
using NanoIoT.Emulator.Hosting;
using nanoFramework.M2Mqtt.Exceptions;
using nanoFramework.M2Mqtt.Messages;
using X509Certificate = nano::System.Security.Cryptography.X509Certificates.X509Certificate;
using X509Certificate2 = nano::System.Security.Cryptography.X509Certificates.X509Certificate2;

namespace nanoFramework.M2Mqtt.Exceptions
{
    /// <summary>A call that was wrong.</summary>
    public class MqttClientException : Exception
    {
        public MqttClientException(MqttClientErrorCode errorCode)
        {
            ErrorCode = errorCode;
        }

        public MqttClientErrorCode ErrorCode { get; set; }
    }
}
