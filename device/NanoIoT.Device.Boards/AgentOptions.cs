using System.IO;
using System.Text;
using NanoIoT.Device.Provisioning;
using NanoIoT.Device.Security;
using NanoIoT.Shared;
using NanoIoT.Shared.Json;

namespace NanoIoT.Device.Boards
{
    /// <summary>Everything an agent on a real board is told: who it is, where the cloud is, what it trusts.</summary>
    public sealed class AgentOptions
    {
        // Fields: a board pays for each property with a hundred bytes of flash.

        private const int MaxKeys = 4;

        /// <summary>Who the board is and what it trusts.</summary>
        public readonly AgentSettings Settings = new AgentSettings();

        /// <summary>The broker's host name or IPv4 address.</summary>
        public string Host = string.Empty;

        /// <summary>The broker's TLS port, 1 to 65535.</summary>
        public int Port = 8883;

        /// <summary>The CA certificate that broker and download server are checked against, PEM.</summary>
        public string CaCertificate = string.Empty;

        /// <summary>The board's certificate, PEM.</summary>
        public string Certificate = string.Empty;

        /// <summary>The board's private key, PEM.</summary>
        public string PrivateKey = string.Empty;

        /// <summary>How long a download's head, and each read of its body, may take, in milliseconds.</summary>
        public int HttpTimeoutMilliseconds = 20000;

        /// <summary>The SNTP server that is asked where the board does not know the time; empty for none.</summary>
        public string TimeServer = "pool.ntp.org";

        /// <summary>The folder for the update's journal; its drive must be internal flash.</summary>
        public string StateFolder = "I:\\nanoiot";

        /// <summary>Seconds a trial may take before <see cref="TrialGuard"/> ends it; longer than the agent's own limit, which tells more.</summary>
        public int GuardSeconds = 300;

        /// <summary>On boards that update by files: the folder of the slots, on a drive of its own or not.</summary>
        public string SlotFolder = "I:\\slots";

        /// <summary>
        /// Reads options from a folder of the board's file system, as <c>nanoff --filedeployment</c> puts it there:
        /// <c>settings.json</c>, <c>ca.pem</c>, <c>thing.pem</c>, <c>thing.key</c>. Where the last two are kept elsewhere
        /// (<c>NanoIoT.Device.Provisioning</c>), certificate and key stay empty.
        /// </summary>
        /// <param name="folder">The folder, e.g. <c>I:\nanoiot</c>.</param>
        /// <returns>The options; set <see cref="AgentSettings.FirmwareVersion"/> before use.</returns>
        /// <exception cref="JsonFormatException"><c>settings.json</c> is not what it should be.</exception>
        /// <exception cref="IOException">A file is missing.</exception>
        public static AgentOptions Load(string folder)
        {
            var options = new AgentOptions
            {
                StateFolder = folder,
                CaCertificate = ReadText(folder + "\\ca.pem"),
                Certificate = ReadText(folder + "\\thing.pem"),
                PrivateKey = ReadText(folder + "\\thing.key"),
            };
            byte[] bytes = File.ReadAllBytes(folder + "\\settings.json");
            options.Read(new JsonReader(bytes, 0, bytes.Length, Contract.MaxJsonDepth));
            return options;
        }

        private static string ReadText(string path)
        {
            byte[] bytes = File.Exists(path) ? File.ReadAllBytes(path) : new byte[0];
            return Encoding.UTF8.GetString(bytes, 0, bytes.Length);
        }

        private void Read(JsonReader json)
        {
            // Comparisons, not a switch: the compiler's switch over strings takes twice the flash.
            json.ReadStartObject();
            while (json.ReadName())
            {
                if (json.ValueEquals("thing"))
                {
                    Settings.ThingName = json.ReadString();
                }
                else if (json.ValueEquals("host"))
                {
                    Host = json.ReadString();
                }
                else if (json.ValueEquals("port"))
                {
                    Port = (int)json.ReadInt64(1, 65535);
                }
                else if (json.ValueEquals(Fields.Profile))
                {
                    Settings.Profile = json.ReadString();
                }
                else if (json.ValueEquals("timeServer"))
                {
                    TimeServer = json.ReadString();
                }
                else if (json.ValueEquals("guardSeconds"))
                {
                    GuardSeconds = (int)json.ReadInt64(1, 86400);
                }
                else if (json.ValueEquals("slotFolder"))
                {
                    SlotFolder = json.ReadString();
                }
                else if (json.ValueEquals("lowMemory"))
                {
                    Settings.LowMemory = json.Read() == JsonTokenType.True;
                }
                else if (json.ValueEquals("trialSeconds"))
                {
                    Settings.TrialSeconds = (int)json.ReadInt64(1, 3600);
                }
                else if (json.ValueEquals("telemetrySeconds"))
                {
                    Settings.TelemetrySeconds = (int)json.ReadInt64(1, 86400);
                }
                else if (json.ValueEquals("httpTimeoutMilliseconds"))
                {
                    HttpTimeoutMilliseconds = (int)json.ReadInt64(1, 600000);
                }
                else if (json.ValueEquals("minBackOffMilliseconds"))
                {
                    Settings.MinBackOffMilliseconds = (int)json.ReadInt64(1, 3600000);
                }
                else if (json.ValueEquals("maxBackOffMilliseconds"))
                {
                    Settings.MaxBackOffMilliseconds = (int)json.ReadInt64(1, 86400000);
                }
                else if (json.ValueEquals("trustedKeys"))
                {
                    Settings.TrustedKeys = ReadKeys(json);
                }
                else
                {
                    json.Skip();
                }
            }

            json.ReadEnd();
        }

        private static TrustedKey[] ReadKeys(JsonReader json)
        {
            var all = new TrustedKey[MaxKeys];
            int count = 0;
            json.ReadStartObject();
            while (json.ReadName())
            {
                string id = json.GetString();
                byte[]? key = Hex.Decode(json.ReadString());
                if (key == null || key.Length != 65 || count == MaxKeys)
                {
                    throw new JsonFormatException("trustedKeys: at most 4 points of 130 hexadecimal digits", json.TokenStart);
                }

                all[count++] = new TrustedKey(id, key);
            }

            var keys = new TrustedKey[count];
            System.Array.Copy(all, keys, count);
            return keys;
        }
    }
}
