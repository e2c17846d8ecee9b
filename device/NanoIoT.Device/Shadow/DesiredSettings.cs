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

        public string[] Groups = new string[0];

        public string Region = string.Empty;

        /// <summary>Seconds between telemetry batches, or 0 where desired does not say.</summary>
        public int TelemetrySeconds;

        /// <summary>The log level's name as desired says it; empty where it does not.</summary>
        public string LogLevelName = string.Empty;

        /// <summary>The log level; info where desired says none, or one this firmware does not know.</summary>
        public LogLevel LogLevel
        {
            get
            {
                int index = Array.IndexOf(new[] { "debug", "info", "warning", "error", "none" }, LogLevelName);
                return index < 0 ? LogLevel.Info : (LogLevel)index;
            }
        }

        /// <summary>Takes over what a desired section says; what it leaves out stays.</summary>
        /// <exception cref="JsonFormatException">It is not of the contract; nothing is taken over.</exception>
        public void Merge(string desired)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(desired);
            var json = new JsonReader(bytes, 0, bytes.Length, Contract.MaxJsonDepth);
            string[] groups = Groups;
            string region = Region;
            string level = LogLevelName;
            int seconds = TelemetrySeconds;
            json.ReadStartObject();
            while (json.ReadName())
            {
                if (json.ValueEquals(Fields.Groups))
                {
                    groups = ReadGroups(json);
                }
                else if (json.ValueEquals(Fields.Region))
                {
                    region = json.ReadString();
                }
                else if (json.ValueEquals(Fields.TelemetryInterval))
                {
                    seconds = (int)json.ReadInt64(1, 86400);
                }
                else if (json.ValueEquals(Fields.LogLevel))
                {
                    level = json.ReadString();
                }
                else
                {
                    json.Skip();
                }
            }

            Groups = groups;
            Region = Contract.IsValidName(region) ? region : string.Empty;
            TelemetrySeconds = seconds;
            LogLevelName = level;
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
