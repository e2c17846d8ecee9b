using NanoIoT.Shared.Json;

namespace NanoIoT.Shared
{
    /// <summary>What a board says of its update: one message a state change, repeated until acknowledged.</summary>
    public sealed class ProgressReport
    {
        private const int MaxDetail = 200;

        /// <summary>The campaign's id; empty where the announcement could not be read.</summary>
        public string Campaign { get; set; } = string.Empty;

        /// <summary>The announcement's revision.</summary>
        public long Revision { get; set; }

        /// <summary>The component.</summary>
        public string Component { get; set; } = string.Empty;

        /// <summary>One of <see cref="UpdateStates"/>.</summary>
        public string State { get; set; } = string.Empty;

        /// <summary>Grows by one with each report of a campaign; the same number counts once.</summary>
        public int Sequence { get; set; }

        /// <summary>The version that ran when the update began.</summary>
        public string From { get; set; } = string.Empty;

        /// <summary>The announced version.</summary>
        public string To { get; set; } = string.Empty;

        /// <summary>One of <see cref="ReasonCodes"/>, or null.</summary>
        public string? Reason { get; set; }

        /// <summary>More for a person, or null. Cut at 200 characters.</summary>
        public string? Detail { get; set; }

        /// <summary>Bytes downloaded for this update so far.</summary>
        public long Bytes { get; set; }

        /// <summary>When, Unix seconds; 0 where the board's clock is not set.</summary>
        public long Timestamp { get; set; }

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

        /// <summary>The payload to publish.</summary>
        /// <returns>The bytes.</returns>
        public byte[] ToBytes()
        {
            var json = new JsonWriter();
            json.StartObject();
            json.Member(Fields.Campaign, Campaign);
            json.Member(Fields.Revision, Revision);
            json.Member(Fields.Component, Component);
            json.Member(Fields.State, State);
            json.Member(Fields.Sequence, Sequence);
            json.Member(Fields.From, From);
            json.Member(Fields.To, To);
            if (Reason != null)
            {
                json.Member(Fields.Reason, Reason);
            }

            if (Detail != null)
            {
                json.Member(Fields.Detail, Detail.Length > MaxDetail ? Detail.Substring(0, MaxDetail) : Detail);
            }

            json.Member(Fields.Bytes, Bytes);
            json.Member(Fields.Timestamp, Timestamp);
            json.EndObject();
            return json.ToBytes();
        }

        private static string? ReadOptional(JsonReader json) => json.Read() == JsonTokenType.Null ? null : json.GetString();
    }
}
