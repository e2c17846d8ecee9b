using NanoIoT.Shared.Json;

namespace NanoIoT.Shared
{
    /// <content>What only the cloud does: reading.</content>
    public sealed partial class ProgressReport
    {
        /// <summary>Reads a report.</summary>
        /// <param name="payload">The message's payload.</param>
        /// <returns>The report.</returns>
        /// <exception cref="JsonFormatException">The payload is no report of the contract.</exception>
        public static ProgressReport Parse(byte[] payload)
        {
            if (payload.Length > Contract.MaxReportBytes)
            {
                throw new JsonFormatException("report too large", Contract.MaxReportBytes);
            }

            var json = new JsonReader(payload, 0, payload.Length, Contract.MaxJsonDepth);
            var report = new ProgressReport();
            var seen = new FieldSet();
            json.ReadStartObject();
            while (json.ReadName())
            {
                string name = json.GetString();
                seen.Add(name, json);
                switch (name)
                {
                    case Fields.Campaign:
                        report.Campaign = json.ReadString();
                        break;
                    case Fields.Revision:
                        report.Revision = json.ReadInt64(0, long.MaxValue);
                        break;
                    case Fields.Component:
                        report.Component = json.ReadString();
                        break;
                    case Fields.State:
                        report.State = json.ReadString();
                        break;
                    case Fields.Sequence:
                        report.Sequence = (int)json.ReadInt64(0, int.MaxValue);
                        break;
                    case Fields.From:
                        report.From = json.ReadString();
                        break;
                    case Fields.To:
                        report.To = json.ReadString();
                        break;
                    case Fields.Reason:
                        report.Reason = ReadOptional(json);
                        break;
                    case Fields.Detail:
                        report.Detail = ReadOptional(json);
                        break;
                    case Fields.Bytes:
                        report.Bytes = json.ReadInt64(0, long.MaxValue);
                        break;
                    case Fields.Copied:
                        report.Copied = json.ReadInt64(0, long.MaxValue);
                        break;
                    case Fields.Timestamp:
                        report.Timestamp = json.ReadInt64(0, long.MaxValue);
                        break;
                    default:
                        json.Skip();
                        break;
                }
            }

            json.ReadEnd();
            seen.Require(Fields.Campaign);
            seen.Require(Fields.Sequence);
            if (!UpdateStates.IsKnown(report.State))
            {
                throw new JsonFormatException("unknown state", 0);
            }

            return report;
        }

        private static string? ReadOptional(JsonReader json) => json.Read() == JsonTokenType.Null ? null : json.GetString();
    }
}
