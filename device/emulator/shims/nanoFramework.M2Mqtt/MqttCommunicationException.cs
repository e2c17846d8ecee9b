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
    /// <summary>No answer came.</summary>
    public class MqttCommunicationException : Exception
    {
        public MqttCommunicationException()
        {
        }

        public MqttCommunicationException(Exception e)
            : base(string.Empty, e)
        {
        }
    }
}
