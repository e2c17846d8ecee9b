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
    /// <summary>MQTT protocol versions.</summary>
    public enum MqttProtocolVersion
    {
        Version_3_1 = 3,
        Version_3_1_1 = 4,
        Version_5 = 5,
    }
}
