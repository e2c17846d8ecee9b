using System;
using NanoIoT.Device.Board;
using NanoIoT.Device.Connection;
using NanoIoT.Device.Provisioning;
using NanoIoT.Shared;

namespace NanoIoT.Device.Ota
{
    /// <summary>
    /// The update, from announcement to the new firmware's own word that it works.
    /// <code>
    /// Idle ──announcement passes gate and checks──> Downloading ──every chunk verified and written──> Completing
    ///   ^      (accepted)                             │   ^                                              │ slot's own check
    ///   │                                    error: back-off, resume                                     v
    ///   ├──canceled, superseded, attempts used up─────┘                    (staged) Staged ──reboot──> boot loader swaps
    ///   │                                                                                                │
    ///   ├──confirmed (succeeded)───────────── Testing &lt;──new firmware starts (testing)────────────────────┤
    ///   │                                        │ unhealthy or out of time: revert, reboot              │
    ///   └──old firmware starts (rolledBack)──────┴────────────────────────────────────────────────────────┘
    /// </code>
    /// The phase is in the journal before the step it names is taken, so a power cut at any moment leaves a phase that
    /// <see cref="Start"/> can go on from, together with what the boot loader says runs. Reports are in the journal
    /// before they are sent and until they are acknowledged; one repeated carries the same number and counts once.
    /// </summary>
    internal sealed class UpdateMachine
    {
        private const int ReportTimeoutMilliseconds = 15000;
        private const int StagedGraceMilliseconds = 10000;
        private const int HealthIntervalMilliseconds = 3000;
        private const int RecheckMilliseconds = 5000;
        private const int LongSpreadSeconds = 5;
        private const int MaxRetryAfterSeconds = 3600;
        private const int MaxPendingRejections = 3;
        private const long Never = long.MaxValue;

        private readonly AgentSettings _settings;
        private readonly BoardPorts _ports;
        private readonly IMessageSender _sender;
        private readonly UpdateJournal _journal;
        private readonly UpdateVerifier _verifier;
        private readonly AnnouncementTable _announcements = new AnnouncementTable();
        private readonly BackOff _backOff;
        private UpdateRecord _record = new UpdateRecord();
        private Candidate? _current;
        private ImageDownload? _download;
        private string _lastRejected = string.Empty;
        private string _freshUrl = string.Empty;
        private bool _healthAsked;
        private int _attempts;
        private int _reportId;
        private long _reportDeadline;
        private long _startAt = Never;
        private long _rebootAt = Never;
        private long _recheckAt = Never;
        private long _trialEnds = Never;
        private long _healthAt = Never;

        public UpdateMachine(AgentSettings settings, BoardPorts ports, IMessageSender sender)
        {
            _settings = settings;
            _ports = ports;
            _sender = sender;
            _journal = new UpdateJournal(ports.Journal);
            _verifier = new UpdateVerifier(settings, ports.Firmware);
            _backOff = new BackOff(ports.System, settings.MinBackOffMilliseconds, settings.MaxBackOffMilliseconds);
        }

        /// <summary>Whether the running firmware is on trial.</summary>
        public bool IsOnTrial => _trialEnds != Never;

        /// <summary>Why the board booted, as far as an update has to do with it: <c>update</c>, <c>rollback</c>, or null.</summary>
        public string? BootReason { get; private set; }

        /// <summary>The last campaign and what came of it, for the shadow; empty before the first.</summary>
        public string LastUpdate =>
            _record.Campaign.Length == 0 ? string.Empty : _record.Campaign + ":" + (_record.Outcome.Length == 0 ? "running" : _record.Outcome);

        /// <summary>Decides at boot, from journal and boot loader, what came of an update.</summary>
        public void Start()
        {
            _record = _journal.Load();
            FirmwareStatus status = _ports.Firmware.GetStatus();
            bool isNew = IsRunning(_record.To);
            bool isOld = IsRunning(_record.From);
            switch (_record.Phase)
            {
                case UpdatePhase.Idle:
                    if (status == FirmwareStatus.Testing)
                    {
                        // The journal was lost, or something else staged this image: prove it all the same.
                        BeginTrial();
                    }

                    break;
                case UpdatePhase.Downloading:
                    break;
                case UpdatePhase.Completing:
                case UpdatePhase.Staged:
                case UpdatePhase.Testing:
                    if (isNew)
                    {
                        StartNewFirmware(status);
                    }
                    else if (isOld)
                    {
                        StartOldFirmware(status);
                    }
                    else
                    {
                        Finish(UpdateStates.Failed, ReasonCodes.Superseded, "found version " + _settings.FirmwareVersion);
                    }

                    break;
            }
        }

        /// <summary>Takes an announcement, or its removal (an empty payload).</summary>
        public void OnAnnouncement(string topic, byte[] payload)
        {
            if (Topics.OtaComponent(topic) != _settings.Component)
            {
                return;
            }

            if (payload.Length == 0)
            {
                _announcements.Remove(topic);
                return;
            }

            Candidate candidate;
            try
            {
                candidate = ReadCandidate(topic, payload);
            }
            catch (MessageException exception)
            {
                RejectUnread(topic, payload.Length, exception);
                return;
            }

            if (candidate.Announcement.State == CampaignStates.Canceled)
            {
                _announcements.Remove(topic);
                if (_record.Phase == UpdatePhase.Downloading && _record.Campaign == candidate.Announcement.Campaign)
                {
                    Finish(UpdateStates.Rejected, ReasonCodes.Canceled, string.Empty);
                }
            }
            else if (_announcements.Put(candidate))
            {
                Evaluate();
            }
        }

        /// <summary>Takes a fresh URL for the campaign under way.</summary>
        public void OnFreshUrl(string campaign, string url)
        {
            if (_record.Phase == UpdatePhase.Downloading && _record.Campaign == campaign && _download != null)
            {
                _freshUrl = url;
                _download.UseUrl(url);
                if (!_download.IsRunning)
                {
                    _startAt = _ports.Clock.Milliseconds;
                }
            }
        }

        /// <summary>The board is connected and its subscriptions are granted.</summary>
        public void OnReady() => SendReport();

        /// <summary>The connection is lost: what was not acknowledged is sent again on the next.</summary>
        public void OnDisconnected() => _reportId = 0;

        public void OnPublished(int id, bool acknowledged)
        {
            if (id != _reportId || _reportId == 0)
            {
                return;
            }

            _reportId = 0;
            if (acknowledged && _record.Reports.Count > 0)
            {
                _record.Reports.RemoveAt(0);
                if (_record.Reports.Count == 0 && (_record.Phase == UpdatePhase.Idle || _record.Phase == UpdatePhase.Staged))
                {
                    // In between, the next state's record forgets it; before a reboot and at the end nothing else would.
                    Save();
                }

                if (_record.Reports.Count == 0 && _record.Phase == UpdatePhase.Staged && _rebootAt != Never)
                {
                    _rebootAt = _ports.Clock.Milliseconds;
                }
            }

            SendReport();
        }

        public void OnHealth(HealthStatus status, string detail)
        {
            _healthAsked = false;
            if (!IsOnTrial)
            {
                return;
            }

            if (status == HealthStatus.Unhealthy)
            {
                GoBack(ReasonCodes.HealthCheckFailed, detail);
            }
            else if (status == HealthStatus.Healthy && _sender.IsReady)
            {
                ConfirmFirmware();
            }
            else
            {
                _healthAt = _ports.Clock.Milliseconds + HealthIntervalMilliseconds;
            }
        }

        public void OnFirmwareBegun(FirmwareResult result, int nextOffset)
        {
            _download?.OnFirmwareBegun(result, nextOffset);
            AfterDownloadEvent();
        }

        public void OnFirmwareWritten(FirmwareResult result)
        {
            _download?.OnFirmwareWritten(result);
            AfterDownloadEvent();
        }

        public void OnDownloadOpened(DownloadResponse response)
        {
            _download?.OnDownloadOpened(response);
            AfterDownloadEvent();
        }

        public void OnDownloadRead(int count)
        {
            _download?.OnDownloadRead(count);
            AfterDownloadEvent();
        }

        public void OnFirmwareCompleted(FirmwareResult result)
        {
            if (_record.Phase != UpdatePhase.Completing)
            {
                return;
            }

            if (result == FirmwareResult.Success)
            {
                _download = null;
                _record.Phase = UpdatePhase.Staged;
                Report(UpdateStates.Staged, null, null);
                _rebootAt = _ports.Clock.Milliseconds + StagedGraceMilliseconds;
                SendReport();
                return;
            }

            _record.Phase = UpdatePhase.Downloading;
            _record.Header = new byte[0];
            _download = null;
            Retry(result == FirmwareResult.FlashError ? ReasonCodes.FlashError : ReasonCodes.ImageRefused, "slot refused the image", false, 0);
        }

        /// <summary>Does what is due.</summary>
        /// <returns>Milliseconds until it must be called again.</returns>
        public long Tick()
        {
            long now = _ports.Clock.Milliseconds;
            if (_reportId != 0 && now >= _reportDeadline)
            {
                _reportId = 0;
            }

            if (_reportId == 0 && _record.Reports.Count > 0)
            {
                SendReport();
            }

            if (now >= _recheckAt)
            {
                _recheckAt = Never;
                Evaluate();
            }

            if (now >= _startAt)
            {
                _startAt = Never;
                StartDownload();
            }

            if (now >= _rebootAt)
            {
                _rebootAt = Never;
                _ports.System.Reboot();
            }

            if (now >= _trialEnds)
            {
                GoBack(ReasonCodes.TrialTimeout, _sender.IsReady ? "not healthy in time" : "not connected in time");
            }

            if (now >= _healthAt && _sender.IsReady && !_healthAsked)
            {
                _healthAsked = true;
                _healthAt = Never;
                _ports.System.CheckHealth();
            }

            long next = Lower(Lower(_recheckAt, _startAt), Lower(_rebootAt, _trialEnds));
            next = Lower(next, Lower(_sender.IsReady ? _healthAt : Never, _reportId != 0 ? _reportDeadline : Never));
            return next == Never ? Never : next <= now ? 0 : next - now;
        }

        private static long Lower(long a, long b) => a < b ? a : b;

        /// <summary>Whether a version is the running one; build metadata does not count.</summary>
        private bool IsRunning(string version)
        {
            SemanticVersion? other = SemanticVersion.Parse(version);
            return other != null && other.CompareTo(SemanticVersion.Parse(_settings.FirmwareVersion)!) == 0;
        }

        private void StartNewFirmware(FirmwareStatus status)
        {
            BootReason = "update";
            if (status != FirmwareStatus.Testing)
            {
                // Confirmed, and the power went before the journal knew.
                Succeed();
                return;
            }

            if (_record.Phase != UpdatePhase.Testing)
            {
                _record.Phase = UpdatePhase.Testing;
                Report(UpdateStates.Testing, null, null);
            }

            BeginTrial();
        }

        private void StartOldFirmware(FirmwareStatus status)
        {
            if (status == FirmwareStatus.SwapPending)
            {
                _rebootAt = _ports.Clock.Milliseconds;
                return;
            }

            if (_record.Phase == UpdatePhase.Completing)
            {
                // The slot was not marked: everything is written, so this goes quickly.
                _record.Phase = UpdatePhase.Downloading;
                Save();
                return;
            }

            BootReason = "rollback";
            Finish(
                UpdateStates.RolledBack,
                _record.Reason.Length > 0 ? _record.Reason : ReasonCodes.BootReverted,
                _record.Detail);
        }

        private void BeginTrial()
        {
            _trialEnds = _ports.Clock.Milliseconds + (_settings.TrialSeconds * 1000L);
            _healthAt = _ports.Clock.Milliseconds;
        }

        private void ConfirmFirmware()
        {
            if (!_ports.Firmware.Confirm())
            {
                _healthAt = _ports.Clock.Milliseconds + HealthIntervalMilliseconds;
                return;
            }

            _trialEnds = Never;
            _healthAt = Never;

            // An announcement that came during the trial has waited.
            _recheckAt = _ports.Clock.Milliseconds;
            if (_record.Phase == UpdatePhase.Testing)
            {
                Succeed();
                SendReport();
            }
        }

        private void Succeed()
        {
            if (_record.PendingRollbackIndex > _record.RollbackIndex)
            {
                _record.RollbackIndex = _record.PendingRollbackIndex;
            }

            Finish(UpdateStates.Succeeded, null, null);
        }

        private void GoBack(string reason, string detail)
        {
            _trialEnds = Never;
            _healthAt = Never;
            _record.Reason = reason;
            _record.Detail = detail.Length > 100 ? detail.Substring(0, 100) : detail;
            Save();
            _ports.System.Log("going back: " + reason + " " + detail);

            // An image that is not confirmed goes at the next reboot even where the request fails.
            _ports.Firmware.Revert();
            _ports.System.Reboot();
        }

        private Candidate ReadCandidate(string topic, byte[] payload)
        {
            Announcement announcement = Announcement.Parse(payload);
            Manifest manifest = Manifest.Parse(announcement.Manifest);
            if (manifest.Component != _settings.Component)
            {
                throw new MessageException(ReasonCodes.WrongComponent, "for " + manifest.Component);
            }

            byte[] key = Contract.GetDigestKey();
            byte[] signed = new byte[announcement.Manifest.Length + announcement.Signature.Length];
            Array.Copy(announcement.Manifest, 0, signed, 0, announcement.Manifest.Length);
            Array.Copy(announcement.Signature, 0, signed, announcement.Manifest.Length, announcement.Signature.Length);
            string imageId = Hex.Encode(_ports.System.HmacSha256(key, announcement.Manifest)).Substring(0, 32);
            string signedId = Hex.Encode(_ports.System.HmacSha256(key, signed)) + announcement.KeyId;
            return new Candidate(topic, announcement, manifest, imageId, signedId);
        }

        private void Evaluate()
        {
            Candidate? best = _announcements.Best();
            if (best == null || (_record.Phase != UpdatePhase.Idle && _record.Phase != UpdatePhase.Downloading))
            {
                return;
            }

            Announcement announcement = best.Announcement;
            bool same = _record.Campaign == announcement.Campaign && _record.ImageId == best.ImageId;
            if (same && _record.Phase == UpdatePhase.Downloading)
            {
                GoOn(best);
                return;
            }

            if ((same && _record.Outcome.Length > 0)
                || announcement.State == CampaignStates.Paused
                || IsRunning(best.Manifest.Version)
                || best.SignedId == _lastRejected
                || GateHash.Permyriad(announcement.Salt, _settings.ThingName) >= announcement.Permyriad
                || !IsInWindow(announcement)
                || IsOnTrial)
            {
                return;
            }

            try
            {
                _verifier.Verify(best, _record);
            }
            catch (MessageException exception)
            {
                Reject(best, exception);
                return;
            }

            if (_record.Phase == UpdatePhase.Downloading)
            {
                Finish(UpdateStates.Failed, ReasonCodes.Superseded, "by " + announcement.Campaign);
            }

            Accept(best);
        }

        private bool IsInWindow(Announcement announcement)
        {
            if (announcement.NotBefore == 0 && announcement.NotAfter == 0)
            {
                return true;
            }

            long now = _ports.Clock.UnixSeconds;
            if (now == 0 || now < announcement.NotBefore)
            {
                long wait = now == 0 || announcement.NotBefore - now > 3600 ? RecheckMilliseconds : (announcement.NotBefore - now) * 1000;
                _recheckAt = _ports.Clock.Milliseconds + wait;
                return false;
            }

            return announcement.NotAfter == 0 || now <= announcement.NotAfter;
        }

        private void Accept(Candidate candidate)
        {
            NewRecord(candidate);
            _record.Phase = UpdatePhase.Downloading;
            _current = candidate;
            _attempts = 0;
            _freshUrl = string.Empty;
            _backOff.Reset();
            Report(UpdateStates.Accepted, null, null);
            Announcement announcement = candidate.Announcement;
            int spread = GateHash.SpreadSeconds(announcement.Salt, _settings.ThingName, announcement.SpreadSeconds);
            _startAt = _ports.Clock.Milliseconds + (spread * 1000L);
            SendReport();
        }

        /// <summary>The announcement of the update under way came again: after a boot, or with another revision.</summary>
        private void GoOn(Candidate candidate)
        {
            bool known = _current != null;
            _current = candidate;
            _record.Revision = candidate.Announcement.Revision;
            if (_freshUrl.Length == 0)
            {
                _download?.UseUrl(candidate.Announcement.Url);
            }

            if (candidate.Announcement.State == CampaignStates.Paused)
            {
                _startAt = Never;
                _download?.Stop();
            }
            else if (!known || (_download != null && !_download.IsRunning && !_download.IsDone && _startAt == Never))
            {
                _startAt = _ports.Clock.Milliseconds;
            }
        }

        private void NewRecord(Candidate candidate)
        {
            if (_record.ImageId != candidate.ImageId)
            {
                _record.FailedAttempts = 0;
            }

            _record.Campaign = candidate.Announcement.Campaign;
            _record.Revision = candidate.Announcement.Revision;
            _record.ImageId = candidate.ImageId;
            _record.From = _settings.FirmwareVersion;
            _record.To = candidate.Manifest.Version;
            _record.PendingRollbackIndex = candidate.Manifest.RollbackIndex;
            _record.Sequence = 0;
            _record.BytesDownloaded = 0;
            _record.Reason = string.Empty;
            _record.Detail = string.Empty;
            _record.Outcome = string.Empty;
            _record.Header = new byte[0];
        }

        private void Reject(Candidate candidate, MessageException exception)
        {
            _ports.System.Log("rejected: " + exception.Reason + " " + exception.Message);
            bool forged = exception.Reason == ReasonCodes.BadSignature || exception.Reason == ReasonCodes.UnknownKey;
            if (forged || _record.Phase != UpdatePhase.Idle)
            {
                // Not the campaign's end: a right announcement of the same campaign must still be taken.
                _lastRejected = candidate.SignedId;
                ReportLoosely(candidate.Announcement.Campaign, candidate.Announcement.Revision, candidate.Manifest.Version, exception);
                return;
            }

            NewRecord(candidate);
            Finish(UpdateStates.Rejected, exception.Reason, exception.Message);
        }

        private void RejectUnread(string topic, int length, MessageException exception)
        {
            string key = topic + exception.Reason + length.ToString();
            if (_lastRejected == key)
            {
                return;
            }

            _lastRejected = key;
            _ports.System.Log("rejected: " + exception.Reason + " " + exception.Message);
            ReportLoosely(string.Empty, 0, string.Empty, exception);
        }

        /// <summary>A report outside the campaign under way: number 0, so that it never stands in another's place.</summary>
        private void ReportLoosely(string campaign, long revision, string to, MessageException exception)
        {
            if (_record.Reports.Count >= MaxPendingRejections)
            {
                // A flood of bad announcements must not push out what a campaign waits for.
                return;
            }

            var report = new ProgressReport
            {
                Campaign = campaign,
                Revision = revision,
                Component = _settings.Component,
                State = UpdateStates.Rejected,
                From = _settings.FirmwareVersion,
                To = to,
                Reason = exception.Reason,
                Detail = exception.Message,
                Timestamp = _ports.Clock.UnixSeconds,
            };
            _record.AddReport(report.ToBytes());
            SendReport();
        }

        private void StartDownload()
        {
            if (_record.Phase != UpdatePhase.Downloading || _current == null || _current.Announcement.State == CampaignStates.Paused)
            {
                return;
            }

            if (_download == null)
            {
                if (_record.Sequence == 1 && GateHash.SpreadSeconds(_current.Announcement.Salt, _settings.ThingName, _current.Announcement.SpreadSeconds) > LongSpreadSeconds)
                {
                    Report(UpdateStates.Downloading, null, null);
                    SendReport();
                }

                string url = _freshUrl.Length > 0 ? _freshUrl : _current.Announcement.Url;
                _download = new ImageDownload(_ports, _current.Manifest, url, _record.Header);
            }

            if (!_download.IsRunning)
            {
                _download.Start();
            }
        }

        private void AfterDownloadEvent()
        {
            ImageDownload? download = _download;
            if (download == null || _record.Phase != UpdatePhase.Downloading)
            {
                return;
            }

            _record.BytesDownloaded += download.TakeBytesFetched();
            if (download.Header.Length != _record.Header.Length)
            {
                // With the header in the journal a reboot resumes instead of starting over.
                _record.Header = download.Header;
                Save();
            }

            if (download.HasProgressed)
            {
                _attempts = 0;
                _backOff.Reset();
            }

            if (download.IsDone)
            {
                _record.Phase = UpdatePhase.Completing;
                Save();
                _ports.Firmware.Complete();
            }
            else if (!download.IsRunning && download.Error != null && _startAt == Never)
            {
                Retry(download.Error, download.Detail, download.IsFatal, download.RetryAfterSeconds);
            }
        }

        private void Retry(string reason, string detail, bool isFatal, int retryAfterSeconds)
        {
            _attempts++;
            _ports.System.Log("download: " + reason + " " + detail + ", attempt " + _attempts.ToString());
            if (isFatal || _attempts >= _settings.MaxDownloadAttempts)
            {
                Finish(UpdateStates.Failed, reason, detail);
                return;
            }

            if (reason == ReasonCodes.DownloadForbidden && _sender.IsReady)
            {
                var json = new NanoIoT.Shared.Json.JsonWriter();
                json.StartObject();
                json.Member(Fields.Campaign, _record.Campaign);
                json.EndObject();
                _sender.Publish(Topics.UrlGet(_settings.ThingName), json.ToBytes());
            }

            long wait = _backOff.Next();
            int retryAfter = retryAfterSeconds > MaxRetryAfterSeconds ? MaxRetryAfterSeconds : retryAfterSeconds;
            _startAt = _ports.Clock.Milliseconds + (wait > retryAfter * 1000L ? wait : retryAfter * 1000L);
        }

        private void Finish(string state, string? reason, string? detail)
        {
            bool erase = _record.Phase == UpdatePhase.Downloading && _download != null;
            _download?.Stop();
            _download = null;
            _current = null;
            _startAt = Never;
            _record.Phase = UpdatePhase.Idle;
            _record.Outcome = state;
            _record.Header = new byte[0];
            if (state == UpdateStates.Failed || state == UpdateStates.RolledBack)
            {
                _record.FailedAttempts++;
            }

            Report(state, reason, detail);
            if (erase)
            {
                _ports.Firmware.Erase();
            }

            SendReport();
        }

        /// <summary>Puts a report into the journal, with the phase it belongs to.</summary>
        private void Report(string state, string? reason, string? detail)
        {
            _record.Sequence++;
            var report = new ProgressReport
            {
                Campaign = _record.Campaign,
                Revision = _record.Revision,
                Component = _settings.Component,
                State = state,
                Sequence = _record.Sequence,
                From = _record.From,
                To = _record.To,
                Reason = reason,
                Detail = detail == null || detail.Length == 0 ? null : detail,
                Bytes = _record.BytesDownloaded,
                Timestamp = _ports.Clock.UnixSeconds,
            };
            _record.AddReport(report.ToBytes());
            Save();
        }

        private void SendReport()
        {
            if (_reportId != 0 || _record.Reports.Count == 0 || !_sender.IsReady)
            {
                return;
            }

            _reportId = _sender.Publish(Topics.Progress(_settings.ThingName), (byte[])_record.Reports[0]!);
            _reportDeadline = _ports.Clock.Milliseconds + ReportTimeoutMilliseconds;
        }

        private void Save()
        {
            if (!_journal.Save(_record))
            {
                _ports.System.Log("journal: not written");
            }
        }
    }
}
