using System;
using NanoIoT.Device.Board;
using NanoIoT.Device.Connection;
using NanoIoT.Device.Provisioning;
using NanoIoT.Shared;
using NanoIoT.Shared.Json;
using static NanoIoT.Device.Due;

namespace NanoIoT.Device.Ota
{
    /// <summary>
    /// The update, from announcement to the new firmware's own word that it works.
    /// <code>
    /// Idle ──announcement passes gate, checks, signature──> Downloading ──every chunk verified and written──> Completing
    ///   ^      (accepted)                                     │    ^                                             │ slot's own check
    ///   │                          policy says later; error:  │    │  refused: begin afresh, three times         │
    ///   │                          back-off, resume ──────────┘    └─────────────────────────────────────────────┤
    ///   ├──canceled, superseded, declined, attempts used up────┘                                                 v
    ///   │                                                    (staged) Staged ──policy says now──> reboot ──> boot loader swaps
    ///   │                                                                                                        │
    ///   ├──healthy: confirmed (succeeded)──────────────────── Testing &lt;──new firmware starts (testing)───────────┤
    ///   │                                                        │ unhealthy or out of time: revert, reboot      │
    ///   └──old firmware starts (rolledBack)──────────────────────┴──new image, other version: revert, reboot─────┘
    /// </code>
    /// The phase is in the journal before the step it names is taken, so a power cut at any moment leaves a phase that
    /// <see cref="Start"/> can go on from, together with what the boot loader says runs. One update at a time, of one
    /// component: the application, or the nanoCLR, which confirms itself at its start and so is only undone while the
    /// application still runs on it.
    /// </summary>
    internal sealed class UpdateMachine
    {
        private const int StagedGraceMilliseconds = 10000;
        private const int HealthIntervalMilliseconds = 3000;
        private const int RecheckMilliseconds = 5000;
        private const int DeferMilliseconds = 30000;
        private const int QuietMilliseconds = 15000;
        private const int ListenMilliseconds = 3000;
        private const int LongestSilenceMilliseconds = 120000;
        private const int LongSpreadSeconds = 5;
        private const int MaxRetryAfterSeconds = 3600;
        private const int MaxFreshStarts = 3;
        private const int MaxDetail = 100;

        private readonly AgentSettings _settings;
        private readonly BoardPorts _ports;
        private readonly CloudLink _link;
        private readonly UpdateJournal _journal;
        private readonly UpdateVerifier _verifier;
        private readonly ReportOutbox _reports;
        private readonly AnnouncementTable _announcements = new AnnouncementTable();
        private readonly BackOff _backOff;
        private UpdateRecord _record = new UpdateRecord();
        private Candidate? _current;
        private ImageDownload? _download;
        private string _lastRejected = string.Empty;
        private string _freshUrl = string.Empty;
        private bool _healthAsked;
        private bool _isDeferred;
        private bool _isListening;
        private bool _wantsUrl;
        private int _attempts;
        private long _failingSince = Never;
        private long _startAt = Never;
        private long _rebootAt = Never;
        private long _recheckAt = Never;
        private long _trialEnds = Never;
        private long _healthAt = Never;
        private long _quietUntil = Never;
        private long _sliceEnds = Never;

        public UpdateMachine(AgentSettings settings, BoardPorts ports, CloudLink link)
        {
            _settings = settings;
            _ports = ports;
            _link = link;
            _journal = new UpdateJournal(ports.Journal);
            _verifier = new UpdateVerifier(settings, ports);
            _reports = new ReportOutbox(settings, ports, link);
            _backOff = new BackOff(ports.System, settings.MinBackOffMilliseconds, settings.MaxBackOffMilliseconds);
        }

        /// <summary>Whether the running firmware is on trial.</summary>
        public bool IsOnTrial => _trialEnds != Never;

        /// <summary>Why the board booted, as far as an update has to do with it: <c>update</c>, <c>rollback</c>, or null.</summary>
        public string? BootReason;

        /// <summary>The last campaign and what came of it, for the shadow; empty before the first.</summary>
        public string LastUpdate =>
            _record.Campaign.Length == 0 ? string.Empty : _record.Campaign + ":" + (_record.Outcome.Length == 0 ? "running" : _record.Outcome);

        private IFirmwarePort Firmware => _record.Component == Fields.Clr && _ports.ClrFirmware != null ? _ports.ClrFirmware : _ports.Firmware;

        private long Now => _ports.Clock.Milliseconds;

        // ---- Boot ----

        /// <summary>Decides at boot, from journal and boot loader, what came of an update.</summary>
        public void Start()
        {
            _record = _journal.Load();
            _reports.Attach(_record);
            FirmwareStatus status = Firmware.GetStatus();
            if (_record.Phase == UpdatePhase.Idle)
            {
                if (_ports.Firmware.GetStatus() == FirmwareStatus.Testing)
                {
                    // The journal was lost, or something else staged this image: prove it all the same.
                    _record.Component = _settings.Component;
                    BeginTrial();
                }
            }
            else if (_record.Phase != UpdatePhase.Downloading)
            {
                if (IsRunning(_record.To))
                {
                    StartNewFirmware(status);
                }
                else if ((status == FirmwareStatus.Testing && Firmware == _ports.Firmware) || IsNewImage(Firmware.ImageVersion))
                {
                    StartMislabeledFirmware();
                }
                else if (IsRunning(_record.From))
                {
                    StartOldFirmware(status);
                }
                else
                {
                    Finish(UpdateStates.Failed, ReasonCodes.Superseded, "found version " + RunningVersion(_record.Component));
                }
            }
        }

        private void StartNewFirmware(FirmwareStatus status)
        {
            BootReason = "update";
            if (Firmware == _ports.Firmware && status == FirmwareStatus.Confirmed)
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

        /// <summary>
        /// Whether the slot that runs holds the update's image by its header, which says more than the program does where
        /// there is no trial. A header has no pre-release: one that fits the old version too proves nothing.
        /// </summary>
        private bool IsNewImage(string version) =>
            version.Length > 0 && SemanticVersion.AreEqual(version, _record.To) && !_record.From.StartsWith(version);

        /// <summary>The new image runs, but its program says another version: it must not be confirmed as what it is not.</summary>
        private void StartMislabeledFirmware()
        {
            string detail = "image " + _record.To + ", program " + RunningVersion(_record.Component);
            if (++_record.FreshStarts <= MaxFreshStarts)
            {
                GoBack(ReasonCodes.VersionMismatch, detail);
                return;
            }

            // It was undone and came back each time: it stays, as what its program says it is.
            Finish(UpdateStates.Failed, ReasonCodes.VersionMismatch, detail);
            BeginTrial();
        }

        private void StartOldFirmware(FirmwareStatus status)
        {
            if (status == FirmwareStatus.SwapPending)
            {
                // Marked, and the power went before the journal knew; or the boot loader has not swapped yet.
                if (_record.Phase == UpdatePhase.Completing)
                {
                    _record.Phase = UpdatePhase.Staged;
                    Report(UpdateStates.Staged, null, null);
                }

                _rebootAt = Now + StagedGraceMilliseconds;
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
            Finish(UpdateStates.RolledBack, _record.Reason.Length > 0 ? _record.Reason : ReasonCodes.BootReverted, _record.Detail);
        }

        // ---- Announcements ----

        /// <summary>Takes an announcement, or its removal (an empty payload).</summary>
        public void OnAnnouncement(string topic, byte[] payload)
        {
            string component = Topics.OtaComponent(topic);
            if (component != _settings.Component && (component != Fields.Clr || _ports.ClrFirmware == null))
            {
                return;
            }

            Candidate? candidate = null;
            if (payload.Length > 0)
            {
                try
                {
                    candidate = ReadCandidate(topic, component, payload);
                }
                catch (MessageException exception)
                {
                    string key = topic + exception.Reason + payload.Length.ToString();
                    if (_lastRejected != key)
                    {
                        _lastRejected = key;
                        RejectLoosely(string.Empty, 0, string.Empty, exception);
                    }

                    return;
                }
            }

            _announcements.Put(topic, candidate);
            Evaluate();
        }

        private Candidate ReadCandidate(string topic, string component, byte[] payload)
        {
            Announcement announcement = Announcement.Parse(payload);
            Manifest manifest = Manifest.Parse(announcement.Manifest);
            if (manifest.Component != component)
            {
                throw new MessageException(ReasonCodes.WrongComponent, "for " + manifest.Component);
            }

            string digest = Hex.Encode(_ports.System.HmacSha256(Contract.GetDigestKey(), announcement.Manifest));
            return new Candidate(
                topic,
                announcement,
                manifest,
                digest.Substring(0, 32),
                digest + Hex.Encode(announcement.Signature) + announcement.KeyId);
        }

        /// <summary>
        /// Looks at what is announced: for the component under way, else for the application and then for the nanoCLR. "Which
        /// announcement counts" in the README of <c>shared/</c> has the rule.
        /// </summary>
        private void Evaluate()
        {
            if (_record.Phase == UpdatePhase.Downloading)
            {
                Candidate? own = _announcements.Newest(_record.Campaign);
                if (own != null && IsUnderWay(own))
                {
                    GoOn(own);
                }

                Evaluate(_record.Component);
                return;
            }

            Evaluate(_settings.Component);
            if (_record.Phase == UpdatePhase.Idle)
            {
                Evaluate(Fields.Clr);
            }
        }

        private void Evaluate(string component)
        {
            Candidate? best = Best(component);
            if (best == null
                || IsUnderWay(best)
                || IsOnTrial
                || _record.Phase > UpdatePhase.Downloading
                || _announcements.Newest(best.Announcement.Campaign)!.Announcement.State == CampaignStates.Paused)
            {
                return;
            }

            Announcement announcement = best.Announcement;
            long now = _ports.Clock.UnixSeconds;
            if ((announcement.NotBefore | announcement.NotAfter) != 0 && (now == 0 || now < announcement.NotBefore))
            {
                _recheckAt = Now + RecheckMilliseconds;
                return;
            }

            try
            {
                _verifier.Verify(best, _record, RunningVersion(component));
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

        /// <summary>Of the announcements that have something for the board, the one that counts first.</summary>
        private Candidate? Best(string component)
        {
            Candidate? best = null;
            for (int i = 0; i < _announcements.Entries.Count; i++)
            {
                var entry = (Candidate)_announcements.Entries[i]!;
                if (entry.Manifest.Component == component
                    && (IsUnderWay(entry) || IsFor(entry))
                    && (best == null || entry.IsBetterThan(best)))
                {
                    best = entry;
                }
            }

            return best;
        }

        private bool IsFor(Candidate candidate)
        {
            Announcement announcement = candidate.Announcement;
            return GateHash.Admits(announcement.Permyriad, GateHash.Permyriad(announcement.Salt, _settings.ThingName))
                && !_record.IsDone(announcement.Campaign, candidate.ImageId)
                && candidate.SignedId != _lastRejected
                && !SemanticVersion.AreEqual(candidate.Manifest.Version, RunningVersion(candidate.Manifest.Component))
                && (announcement.NotAfter == 0 || _ports.Clock.UnixSeconds <= announcement.NotAfter)
                && _announcements.Newest(announcement.Campaign)!.Announcement.State != CampaignStates.Canceled;
        }

        private bool IsUnderWay(Candidate candidate) =>
            _record.Phase == UpdatePhase.Downloading && _record.Campaign == candidate.Announcement.Campaign && _record.ImageId == candidate.ImageId;

        private void Accept(Candidate candidate)
        {
            NewRecord(candidate);
            _record.Phase = UpdatePhase.Downloading;
            _current = candidate;
            _attempts = 0;
            _failingSince = Never;
            _isDeferred = false;
            _freshUrl = string.Empty;
            _backOff.Reset();
            Report(UpdateStates.Accepted, null, null);
            Announcement announcement = candidate.Announcement;
            int spread = GateHash.SpreadSeconds(announcement.Salt, _settings.ThingName, announcement.SpreadSeconds);
            _startAt = Now + (spread * 1000L);
        }

        /// <summary>The announcement of the update under way came again: after a boot, on another topic, or with another revision.</summary>
        private void GoOn(Candidate candidate)
        {
            Announcement announcement = candidate.Announcement;
            if (announcement.State == CampaignStates.Canceled)
            {
                Finish(UpdateStates.Rejected, ReasonCodes.Canceled, null);
                return;
            }

            _current = candidate;
            _record.Revision = announcement.Revision > _record.Revision ? announcement.Revision : _record.Revision;
            if (_freshUrl.Length == 0)
            {
                _download?.UseUrl(announcement.Url);
            }

            if (announcement.State == CampaignStates.Paused)
            {
                StopDownload();
            }
            else if (_startAt == Never && _quietUntil == Never && (_download == null || !_download.IsRunning))
            {
                _startAt = Now;
            }
        }

        private void NewRecord(Candidate candidate)
        {
            Manifest manifest = candidate.Manifest;
            _record.Component = manifest.Component;
            _record.Campaign = candidate.Announcement.Campaign;
            _record.Revision = candidate.Announcement.Revision;
            _record.ImageId = candidate.ImageId;
            _record.From = RunningVersion(manifest.Component);
            _record.To = manifest.Version;
            _record.PendingRollbackIndex = manifest.Component == Fields.Clr ? 0 : manifest.RollbackIndex;
            _record.Sequence = 0;
            _record.FreshStarts = 0;
            _record.BytesDownloaded = 0;
            _record.BytesCopied = 0;
            _record.Reason = string.Empty;
            _record.Detail = string.Empty;
            _record.Outcome = string.Empty;
        }

        private void Reject(Candidate candidate, MessageException exception)
        {
            bool forged = exception.Reason == ReasonCodes.BadSignature || exception.Reason == ReasonCodes.UnknownKey;
            if (forged || _record.Phase != UpdatePhase.Idle)
            {
                // Not the campaign's end: a right announcement of the same campaign must still be taken.
                _lastRejected = candidate.SignedId;
                RejectLoosely(candidate.Announcement.Campaign, candidate.Announcement.Revision, candidate.Manifest.Version, exception);
                return;
            }

            NewRecord(candidate);
            Finish(UpdateStates.Rejected, exception.Reason, exception.Message);
        }

        private void RejectLoosely(string campaign, long revision, string to, MessageException exception)
        {
            Log("rejected: " + exception.Reason + " " + exception.Message);
            if (_reports.AddRejection(campaign, revision, to, exception))
            {
                Save();
            }
        }

        // ---- Download ----

        /// <summary>Takes a fresh URL for the campaign under way.</summary>
        public void OnFreshUrl(string campaign, string url)
        {
            if (_record.Phase == UpdatePhase.Downloading && _record.Campaign == campaign && _download != null)
            {
                _freshUrl = url;
                _download.UseUrl(url);
                if (!_download.IsRunning)
                {
                    _startAt = Now;
                }
            }
        }

        /// <summary>The application's policy may answer otherwise now.</summary>
        public void Reconsider()
        {
            if (_isDeferred)
            {
                _startAt = _startAt == Never ? Never : Now;
                _rebootAt = _rebootAt == Never ? Never : Now;
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

        private void StartDownload()
        {
            Candidate? current = _current;
            if (current == null || _record.Phase != UpdatePhase.Downloading || current.Announcement.State == CampaignStates.Paused)
            {
                return;
            }

            if (_ports.Clock.UnixSeconds == 0 && current.Announcement.Url.StartsWith("https:"))
            {
                // TLS cannot judge the server's certificate yet; the time is asked for, or comes with the shadow.
                _startAt = Now + RecheckMilliseconds;
                return;
            }

            FirmwareStatus status = Firmware.GetStatus();
            if (status == FirmwareStatus.Testing || status == FirmwareStatus.SwapPending)
            {
                _startAt = Now + RecheckMilliseconds;
                return;
            }

            UpdateAnswer answer = AskPolicy(current, false);
            if (answer == UpdateAnswer.Never)
            {
                Finish(UpdateStates.Rejected, ReasonCodes.Declined, null);
                return;
            }

            if (answer == UpdateAnswer.Later)
            {
                _startAt = Now + DeferMilliseconds;
                Defer(UpdateStates.Accepted);
                return;
            }

            _isDeferred = false;
            if (_download == null)
            {
                Announcement announcement = current.Announcement;
                _download = new ImageDownload(_ports, Firmware, current.Manifest, _freshUrl.Length > 0 ? _freshUrl : announcement.Url, _record.Header);
                if (_record.BytesDownloaded == 0 && announcement.SpreadSeconds > LongSpreadSeconds)
                {
                    // Where the start is not spread, accepted says as much.
                    Report(UpdateStates.Downloading, null, null);
                }
            }

            _isListening = false;
            if (_settings.LowMemory && !_link.IsSuspended)
            {
                // Two TLS sessions do not fit: first what is to be reported, then the download alone, in slices between
                // which the cloud can pause or cancel it.
                _quietUntil = _link.IsReady ? Now + QuietMilliseconds : Now;
                return;
            }

            _sliceEnds = _settings.LowMemory ? Now + (_settings.DownloadSliceSeconds * 1000L) : Never;
            _download.Start();
        }

        private void AfterDownloadEvent()
        {
            ImageDownload? download = _download;
            if (download == null || _record.Phase != UpdatePhase.Downloading)
            {
                return;
            }

            _record.BytesDownloaded += download.BytesFetched;
            _record.BytesCopied += download.BytesCopied;
            download.BytesFetched = 0;
            download.BytesCopied = 0;
            if (download.Header.Length != _record.Header.Length)
            {
                // With the header in the journal a reboot resumes instead of starting over.
                _record.FreshStarts += download.Header.Length == 0 ? 1 : 0;
                _record.Header = download.Header;
                Save();
            }

            if (download.HasProgressed)
            {
                _attempts = 0;
                _failingSince = Never;
                _backOff.Reset();
            }

            if (download.IsDone)
            {
                _sliceEnds = Never;
                _record.Phase = UpdatePhase.Completing;
                Save();
                Firmware.Complete();
            }
            else if (!download.IsRunning && download.Error != null && _startAt == Never)
            {
                Retry(download.Error, download.Detail, download.IsFatal || _record.FreshStarts > MaxFreshStarts, download.RetryAfterSeconds);
            }
            else if (Now >= _sliceEnds)
            {
                StopDownload();
                _isListening = true;
                _startAt = Now + LongestSilenceMilliseconds;
            }
        }

        public void OnFirmwareCompleted(FirmwareResult result)
        {
            if (_record.Phase != UpdatePhase.Completing)
            {
                return;
            }

            _download = null;
            if (result == FirmwareResult.Success)
            {
                _link.Resume();
                _record.Phase = UpdatePhase.Staged;
                _record.FreshStarts = 0;
                Report(UpdateStates.Staged, null, null);
                _rebootAt = Now + StagedGraceMilliseconds;
                return;
            }

            _record.Phase = UpdatePhase.Downloading;
            _record.Header = new byte[0];
            _record.FreshStarts++;
            Save();
            string reason = result == FirmwareResult.FlashError ? ReasonCodes.FlashError : ReasonCodes.ImageRefused;
            Retry(reason, "slot refused the image", _record.FreshStarts > MaxFreshStarts, 0);
        }

        private void Retry(string reason, string detail, bool isFatal, int retryAfterSeconds)
        {
            _sliceEnds = Never;
            Log("download: " + reason + " " + detail);
            if (isFatal || IsLastAttempt())
            {
                Finish(UpdateStates.Failed, reason, detail);
                return;
            }

            long wait = _backOff.Next();
            _link.Resume();
            _wantsUrl = reason == ReasonCodes.DownloadForbidden;
            if (_wantsUrl && !_link.IsReady)
            {
                // The link comes back first; a fresh URL starts the download before that.
                wait += ListenMilliseconds * 2;
            }

            AskForUrl();
            long retryAfter = 1000L * (retryAfterSeconds > MaxRetryAfterSeconds ? MaxRetryAfterSeconds : retryAfterSeconds);
            _startAt = Now + (wait > retryAfter ? wait : retryAfter);
        }

        /// <summary>A server that is down is given time; other failures are counted.</summary>
        private bool IsLastAttempt()
        {
            if (_failingSince == Never)
            {
                _failingSince = Now;
            }

            if (_download != null && _download.IsServerDown)
            {
                return Now - _failingSince >= _settings.DownloadTimeoutSeconds * 1000L;
            }

            _attempts++;
            return _attempts >= _settings.MaxDownloadAttempts;
        }

        private void AskForUrl()
        {
            if (_wantsUrl && _link.IsReady)
            {
                _wantsUrl = false;
                var json = new JsonWriter();
                json.StartObject();
                json.Member(Fields.Campaign, _record.Campaign);
                json.EndObject();
                _link.Publish(Topics.UrlGet(_settings.ThingName), json.ToBytes());
            }
        }

        private void StopDownload()
        {
            _startAt = Never;
            _quietUntil = Never;
            _sliceEnds = Never;
            _download?.Stop();
            _link.Resume();
        }

        // ---- Trial ----

        private void BeginTrial()
        {
            _trialEnds = Now + (_settings.TrialSeconds * 1000L);
            _healthAt = Now;
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
            else if (status == HealthStatus.Healthy && _link.IsReady && Firmware.Confirm())
            {
                EndTrial();

                // An announcement that came during the trial has waited.
                _recheckAt = Now;
                if (_record.Phase == UpdatePhase.Testing)
                {
                    Succeed();
                }
            }
            else
            {
                _healthAt = Now + HealthIntervalMilliseconds;
            }
        }

        private void EndTrial()
        {
            _trialEnds = Never;
            _healthAt = Never;
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
            EndTrial();
            Log("going back: " + reason + " " + detail);
            _record.Reason = reason;
            _record.Detail = detail.Length > MaxDetail ? detail.Substring(0, MaxDetail) : detail;
            Save();
            if (!Firmware.Revert() && (Firmware != _ports.Firmware || Firmware.GetStatus() == FirmwareStatus.Confirmed))
            {
                // A nanoCLR that cannot be undone, or an image without a trial: the application goes on as it can.
                Finish(UpdateStates.Failed, reason, detail);
                return;
            }

            // An application that is not confirmed goes at the next reboot even where the request fails.
            _ports.System.Reboot();
        }

        // ---- Reports and time ----

        /// <summary>The board is connected and its subscriptions are granted: retained announcements follow.</summary>
        public void OnReady()
        {
            AskForUrl();
            if (_isListening)
            {
                _isListening = false;
                _startAt = Now + ListenMilliseconds;
            }
        }

        /// <summary>The board connects: the broker sends the announcements that still stand.</summary>
        public void OnConnected() => _announcements.Entries.Clear();

        /// <summary>The connection is lost: what was not acknowledged is sent again on the next.</summary>
        public void OnDisconnected() => _reports.OnDisconnected();

        public void OnPublished(int id, bool acknowledged)
        {
            if (!_reports.OnPublished(id, acknowledged) || !_reports.IsEmpty)
            {
                return;
            }

            if (_record.Phase == UpdatePhase.Idle || _record.Phase == UpdatePhase.Staged)
            {
                // In between, the next state's record forgets it; before a reboot and at the end nothing else would.
                Save();
            }

            if (_record.Phase == UpdatePhase.Staged && _rebootAt != Never && !_isDeferred)
            {
                _rebootAt = Now;
            }
        }

        /// <summary>Does what is due.</summary>
        /// <returns>When there is more to do.</returns>
        public long Tick()
        {
            long now = Now;
            if (now >= _recheckAt)
            {
                _recheckAt = Never;
                Evaluate();
            }

            if (now >= _quietUntil || (_quietUntil != Never && _reports.IsEmpty))
            {
                _quietUntil = Never;
                _link.Suspend();
                _startAt = now;
            }

            if (now >= _startAt)
            {
                _startAt = Never;
                StartDownload();
            }

            if (now >= _rebootAt)
            {
                RebootIfAllowed();
            }

            if (now >= _trialEnds)
            {
                GoBack(ReasonCodes.TrialTimeout, _link.IsReady ? "not healthy in time" : "not connected in time");
            }

            if (now >= _healthAt && _link.IsReady && !_healthAsked)
            {
                _healthAsked = true;
                _healthAt = Never;
                _ports.System.CheckHealth();
            }

            long next = _reports.Send();
            next = Lower(next, Lower(_recheckAt, _startAt));
            next = Lower(next, Lower(_rebootAt, _trialEnds));
            next = Lower(next, Lower(_quietUntil, _link.IsReady ? _healthAt : Never));
            return next;
        }

        private void RebootIfAllowed()
        {
            _rebootAt = Never;
            if (AskPolicy(_current, true) != UpdateAnswer.Now)
            {
                _rebootAt = Now + DeferMilliseconds;
                Defer(UpdateStates.Staged);
                return;
            }

            _ports.System.Reboot();
        }

        private UpdateAnswer AskPolicy(Candidate? candidate, bool reboot)
        {
            UpdatePolicy? policy = _settings.Policy;
            if (policy == null)
            {
                return UpdateAnswer.Now;
            }

            try
            {
                var offer = new UpdateOffer
                {
                    Campaign = _record.Campaign,
                    Component = _record.Component,
                    Version = _record.To,
                    Size = candidate == null ? 0 : candidate.Manifest.Size,
                    UnixSeconds = _ports.Clock.UnixSeconds,
                };
                return reboot ? policy.MayReboot(offer) : policy.MayDownload(offer);
            }
            catch (Exception exception)
            {
                _ports.System.Log(LogLevel.Error, ApplicationFault.Describe("update policy", exception));
                return UpdateAnswer.Later;
            }
        }

        /// <summary>Says once that the application put the update off: the campaign must not take the board for lost.</summary>
        private void Defer(string state)
        {
            if (!_isDeferred)
            {
                _isDeferred = true;
                Report(state, ReasonCodes.Deferred, null);
            }
        }

        private string RunningVersion(string component) => component == Fields.Clr ? _settings.ClrVersion ?? string.Empty : _settings.FirmwareVersion;

        /// <summary>Whether a version of the update's component is the running one; build metadata does not count.</summary>
        private bool IsRunning(string version) => SemanticVersion.AreEqual(version, RunningVersion(_record.Component));

        private void Finish(string state, string? reason, string? detail)
        {
            bool erase = _record.Phase == UpdatePhase.Downloading && (_download != null || _record.BytesDownloaded + _record.BytesCopied > 0);
            StopDownload();
            _download = null;
            _current = null;
            _rebootAt = Never;
            _record.Phase = UpdatePhase.Idle;
            _record.Outcome = state;
            _record.Header = new byte[0];
            _record.AddDone();
            if (state == UpdateStates.Failed || state == UpdateStates.RolledBack)
            {
                _record.AddFailure(_record.ImageId);
            }

            // Another announcement may have waited for this one's end.
            _recheckAt = Now;

            Report(state, reason, detail);
            if (erase)
            {
                Firmware.Erase();
            }
        }

        /// <summary>Puts a report into the journal, with the phase it belongs to.</summary>
        private void Report(string state, string? reason, string? detail)
        {
            Log(_record.Campaign + ": " + state + " " + reason);
            _reports.Add(state, reason, detail);
            Save();
        }

        private void Save()
        {
            if (!_journal.Save(_record))
            {
                _ports.System.Log(LogLevel.Error, "journal: not written");
            }
        }

        private void Log(string text) => _ports.System.Log(LogLevel.Info, text);
    }
}
