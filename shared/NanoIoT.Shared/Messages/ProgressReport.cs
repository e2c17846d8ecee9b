using NanoIoT.Shared.Json;

namespace NanoIoT.Shared
{
    /// <summary>What a board says of its update: one message a state change, repeated until acknowledged.</summary>
    public sealed partial class ProgressReport
    {
        // Fields: a board pays for each property with a hundred bytes of flash.

        private const int MaxDetail = 200;

        /// <summary>The campaign's id; empty where the announcement could not be read.</summary>
        public string Campaign = string.Empty;

        /// <summary>The announcement's revision.</summary>
        public long Revision;

        /// <summary>The component.</summary>
        public string Component = string.Empty;

        /// <summary>One of <see cref="UpdateStates"/>.</summary>
        public string State = string.Empty;

        /// <summary>Grows by one with each report of a campaign; the same number counts once.</summary>
        public int Sequence;

        /// <summary>The version that ran when the update began.</summary>
        public string From = string.Empty;

        /// <summary>The announced version.</summary>
        public string To = string.Empty;

        /// <summary>One of <see cref="ReasonCodes"/>, or null.</summary>
        public string? Reason;

        /// <summary>More for a person, or null. Cut at 200 characters.</summary>
        public string? Detail;

        /// <summary>Bytes downloaded for this update so far.</summary>
        public long Bytes;

        /// <summary>Bytes of this update that the running image held already and that were copied instead.</summary>
        public long Copied;

        /// <summary>When, Unix seconds; 0 where the board's clock is not set.</summary>
        public long Timestamp;

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
            if (Copied > 0)
            {
                json.Member(Fields.Copied, Copied);
            }

            json.Member(Fields.Timestamp, Timestamp);
            json.EndObject();
            return json.ToBytes();
        }
    }
}
