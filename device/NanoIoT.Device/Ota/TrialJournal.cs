using NanoIoT.Device.Board;

namespace NanoIoT.Device.Ota
{
    /// <summary>
    /// Says in the journal why a trial ends, for the firmware that follows to report: for a guard or a loader, where no agent
    /// runs, or one that hangs. It only explains: without it the trial ends the same way.
    /// </summary>
    public static class TrialJournal
    {
        private const int MaxDetail = 100;

        /// <summary>Adds the reason to an update's record, unless one is there or no trial is under way.</summary>
        /// <param name="port">The journal.</param>
        /// <param name="reason">One of <see cref="NanoIoT.Shared.ReasonCodes"/>.</param>
        /// <param name="detail">More, for a person; cut at 100 characters.</param>
        public static void Explain(IJournalPort port, string reason, string detail)
        {
            var journal = new UpdateJournal(port);
            UpdateRecord record = journal.Load();
            if (record.Reason.Length == 0 && (record.Phase == UpdatePhase.Staged || record.Phase == UpdatePhase.Testing || record.Phase == UpdatePhase.Completing))
            {
                record.Reason = reason;
                record.Detail = detail.Length > MaxDetail ? detail.Substring(0, MaxDetail) : detail;
                journal.Save(record);
            }
        }
    }
}
