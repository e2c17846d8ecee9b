using NanoIoT.Device.Board;
using NanoIoT.Device.Connection;
using NanoIoT.Device.Provisioning;
using NanoIoT.Shared;
using static NanoIoT.Device.Due;

namespace NanoIoT.Device.Ota
{
    /// <summary>
    /// Reports on their way to the cloud: in the journal before they are sent and until they are acknowledged, in order, one
    /// at a time. One that is repeated carries the same number and counts once.
    /// </summary>
    internal sealed class ReportOutbox
    {
        private const int TimeoutMilliseconds = 15000;
        private const int MaxPendingRejections = 3;

        private readonly AgentSettings _settings;
        private readonly BoardPorts _ports;
        private readonly CloudLink _link;
        private UpdateRecord _record = new UpdateRecord();
        private int _id;
        private long _deadline;

        public ReportOutbox(AgentSettings settings, BoardPorts ports, CloudLink link)
        {
            _settings = settings;
            _ports = ports;
            _link = link;
        }

        public bool IsEmpty => _record.Reports.Count == 0;

        public void Attach(UpdateRecord record) => _record = record;

        /// <summary>Adds the report of a state; the caller saves the record, with the phase it belongs to.</summary>
        public void Add(string state, string? reason, string? detail)
        {
            _record.Sequence++;
            _record.AddReport(Encode(_record.Campaign, _record.Revision, _record.Sequence, state, _record.To, reason, detail));
        }

        /// <summary>
        /// Adds a report outside the campaign under way, with number 0, so that it never stands in another's place.
        /// </summary>
        /// <returns>False where too many wait: a flood of bad announcements must not push out what a campaign waits for.</returns>
        public bool AddRejection(string campaign, long revision, string to, MessageException exception)
        {
            if (_record.Reports.Count >= MaxPendingRejections)
            {
                return false;
            }

            _record.AddReport(Encode(campaign, revision, 0, UpdateStates.Rejected, to, exception.Reason, exception.Message));
            return true;
        }

        public void OnDisconnected() => _id = 0;

        /// <summary>Takes an acknowledgement.</summary>
        /// <returns>Whether a report went out of the record by it.</returns>
        public bool OnPublished(int id, bool acknowledged)
        {
            if (id != _id || _id == 0)
            {
                return false;
            }

            _id = 0;
            if (!acknowledged || IsEmpty)
            {
                return false;
            }

            _record.Reports.RemoveAt(0);
            return true;
        }

        /// <summary>Sends the oldest report, unless one is on its way.</summary>
        /// <returns>When to look again.</returns>
        public long Send()
        {
            long now = _ports.Clock.Milliseconds;
            if (_id != 0 && now < _deadline)
            {
                return _deadline;
            }

            _id = 0;
            if (IsEmpty || !_link.IsReady)
            {
                return Never;
            }

            _id = _link.Publish(Topics.Progress(_settings.ThingName), (byte[])_record.Reports[0]!);
            _deadline = now + (_id == 0 ? TimeoutMilliseconds / 10 : TimeoutMilliseconds);
            return _deadline;
        }

        private byte[] Encode(string campaign, long revision, int sequence, string state, string to, string? reason, string? detail)
        {
            var report = new ProgressReport
            {
                Campaign = campaign,
                Revision = revision,
                Component = _record.Component,
                State = state,
                Sequence = sequence,
                From = _record.From,
                To = to,
                Reason = reason,
                Detail = detail == null || detail.Length == 0 ? null : detail,
                Bytes = _record.BytesDownloaded,
                Copied = _record.BytesCopied,
                Timestamp = _ports.Clock.UnixSeconds,
            };
            return report.ToBytes();
        }
    }
}
