using System;
using System.Text;
using NanoIoT.Shared;
using NanoIoT.Shared.Json;

namespace NanoIoT.Device.Shadow
{
    /// <summary>What the cloud wants of the agent: desired of the named shadow <c>nanoiot</c>.</summary>
    internal sealed class DesiredSettings
    {
        private const int MaxGroups = 10;

        public string[] Groups { get; private set; } = new string[0];

        public string Region { get; private set; } = string.Empty;

        /// <summary>Seconds between telemetry batches, or 0 where desired does not say.</summary>
        public int TelemetrySeconds { get; private set; }

        public string LogLevel { get; private set; } = string.Empty;

        /// <summary>Takes over what a desired section says; what it leaves out stays.</summary>
        /// <exception cref="JsonFormatException">It is not of the contract; nothing is taken over.</exception>
        public void Merge(string desired)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(desired);
            var json = new JsonReader(bytes, 0, bytes.Length, Contract.MaxJsonDepth);
            string[] groups = Groups;
            string region = Region;
            string level = LogLevel;
            int seconds = TelemetrySeconds;
            json.ReadStartObject();
            while (json.ReadName())
            {
                switch (json.GetString())
                {
                    case Fields.Groups:
                        groups = ReadGroups(json);
                        break;
                    case Fields.Region:
                        region = json.ReadString();
                        break;
                    case Fields.TelemetryInterval:
                        seconds = (int)json.ReadInt64(1, 86400);
                        break;
                    case Fields.LogLevel:
                        level = json.ReadString();
                        break;
                    default:
                        json.Skip();
                        break;
                }
            }

            Groups = groups;
            Region = Contract.IsValidName(region) ? region : string.Empty;
            TelemetrySeconds = seconds;
            LogLevel = level;
        }

        private static string[] ReadGroups(JsonReader json)
        {
            var all = new string[MaxGroups];
            int count = 0;
            json.ReadStartArray();
            while (json.Read() != JsonTokenType.EndArray)
            {
                string name = json.GetString();
                if (count < MaxGroups && Contract.IsValidName(name))
                {
                    all[count++] = name;
                }
            }

            var groups = new string[count];
            Array.Copy(all, groups, count);
            return groups;
        }
    }
}
