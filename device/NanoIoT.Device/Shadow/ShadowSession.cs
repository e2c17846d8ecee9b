using System;
using NanoIoT.Device.Board;
using NanoIoT.Device.Connection;
using NanoIoT.Device.Ota;
using NanoIoT.Device.Provisioning;
using NanoIoT.Shared;
using NanoIoT.Shared.Json;
using static NanoIoT.Device.Due;

namespace NanoIoT.Device.Shadow
{
    /// <summary>
    /// The board's side of its shadows: takes what the cloud desires of the agent and follows it, hands the application its
    /// own, and reports both, each once it differs from what the cloud has.
    /// </summary>
    internal sealed class ShadowSession
    {
        private const int RetryMilliseconds = 2000;
        private const int AnswerMilliseconds = 15000;

        private readonly AgentSettings _settings;
        private readonly BoardPorts _ports;
        private readonly CloudLink _link;
        private readonly UpdateMachine _update;
        private readonly string _agentShadow;
        private readonly string _classicShadow;
        private readonly object _stateLock = new object();
        private string _reported = string.Empty;
        private string _reportedInFlight = string.Empty;
        private string? _applicationState;
        private string? _applicationInFlight;
        private int _reportedId;
        private int _applicationId;
        private bool _knowsDesired;
        private long _retryAt = Due.Never;

        public ShadowSession(AgentSettings settings, BoardPorts ports, CloudLink link, UpdateMachine update)
        {
            _settings = settings;
            _ports = ports;
            _link = link;
            _update = update;
            _agentShadow = Topics.Shadow(settings.ThingName, Topics.AgentShadow);
            _classicShadow = Topics.Shadow(settings.ThingName, null);
        }

        /// <summary>What the cloud desires of the agent.</summary>
        public readonly DesiredSettings Desired = new DesiredSettings();

        public DesiredStateHandler? DesiredState;

        /// <summary>Asks for the shadows, until there is an answer; the answers say what is desired now.</summary>
        public void OnReady()
        {
            _knowsDesired = false;
            _retryAt = _ports.Clock.Milliseconds + AnswerMilliseconds;
            byte[] empty = { (byte)'{', (byte)'}' };
            _link.Publish(_agentShadow + "/get", empty);
            if (_settings.UseClassicShadow)
            {
                _link.Publish(_classicShadow + "/get", empty);
            }
            else if (DesiredState != null)
            {
                _ports.System.Log(LogLevel.Warning, "DesiredState is never called: UseClassicShadow is not set");
            }
        }

        public void OnDisconnected()
        {
            _reportedId = 0;
            OnStatePublished(false);
            _retryAt = Due.Never;
        }

        /// <summary>Takes a message of the shadows.</summary>
        /// <returns>Whether it was one.</returns>
        /// <exception cref="JsonFormatException">It is not of the contract.</exception>
        public bool OnMessage(string topic, byte[] payload)
        {
            bool isAgent = topic.StartsWith(_agentShadow);
            if (!isAgent && !topic.StartsWith(_classicShadow + "/"))
            {
                return false;
            }

            ShadowDocument document = new ShadowDocument();
            if (!topic.EndsWith("/rejected"))
            {
                document.Read(payload, topic.EndsWith("/delta"));
            }

            if (document.Timestamp != 0 && _ports.Clock.UnixSeconds == 0)
            {
                // Neither battery nor time server, but the broker's word, over a connection that is authenticated.
                _ports.Clock.SetTime(document.Timestamp);
            }

            if (!isAgent)
            {
                HandOn(document.Desired);
                return true;
            }

            if (document.Desired != null)
            {
                Desired.Merge(document.Desired);
                _link.Follow(Desired.Groups, Desired.Region);
                _ports.System.LogLevel = Desired.LogLevel;
            }

            // Where there is no shadow yet (rejected), what is reported makes it.
            _knowsDesired = true;
            ReportAgent();
            return true;
        }

        public void OnPublished(int id, bool acknowledged)
        {
            if (id == _reportedId)
            {
                _reportedId = 0;
                if (acknowledged)
                {
                    _reported = _reportedInFlight;
                }
                else
                {
                    _retryAt = _ports.Clock.Milliseconds + RetryMilliseconds;
                }
            }
            else if (id == _applicationId)
            {
                OnStatePublished(acknowledged);
            }
        }

        /// <summary>Takes the application's state. May be called from any thread; the newest counts.</summary>
        public void ReportState(string json)
        {
            lock (_stateLock)
            {
                _applicationState = json;
            }
        }

        /// <summary>Does what is due, on a link that is ready.</summary>
        /// <returns>When there is more to do.</returns>
        public long Tick(long now)
        {
            if (now >= _retryAt)
            {
                _retryAt = Due.Never;
                if (!_knowsDesired)
                {
                    // Without its groups the board would hear no announcement to them.
                    OnReady();
                }

                ReportAgent();
            }

            string? state;
            lock (_stateLock)
            {
                state = _applicationState;
                if (state == null || _applicationId != 0)
                {
                    return _retryAt;
                }

                _applicationState = null;
            }

            var json = new JsonWriter();
            json.StartObject();
            json.StartObject("state");
            json.RawMember(Fields.Reported, state);
            json.EndObject();
            json.EndObject();
            _applicationInFlight = state;
            _applicationId = _link.Publish(_classicShadow + "/update", json.ToBytes());
            if (_applicationId == 0)
            {
                OnStatePublished(false);
            }

            return _retryAt;
        }

        /// <summary>Reports the agent's own state, where it differs from what the cloud has.</summary>
        public void ReportAgent()
        {
            string lasting = LastingState();
            if (_reportedId != 0 || lasting == _reported || _update.IsOnTrial || !_knowsDesired || !_link.IsReady)
            {
                // Firmware on trial is not yet what the board runs: its report follows when it has confirmed itself. And one
                // report is enough: it waits for desired, which it repeats.
                return;
            }

            var json = new JsonWriter();
            json.StartObject();
            json.StartObject("state");
            json.StartObject(Fields.Reported);
            json.RawMember(Fields.FreeMemory, _ports.System.FreeMemory.ToString() + "," + lasting.Substring(1, lasting.Length - 2));
            json.Member(Fields.Uptime, _ports.Clock.Milliseconds / 1000);
            json.EndObject();
            json.EndObject();
            json.EndObject();
            _reportedInFlight = lasting;
            _reportedId = _link.Publish(_agentShadow + "/update", json.ToBytes());
            if (_reportedId == 0)
            {
                _retryAt = _ports.Clock.Milliseconds + RetryMilliseconds;
            }
        }

        private void HandOn(string? desired)
        {
            if (desired == null)
            {
                return;
            }

            try
            {
                DesiredState?.Invoke(desired);
            }
            catch (Exception exception)
            {
                _ports.System.Log(LogLevel.Error, ApplicationFault.Describe("DesiredState", exception));
            }
        }

        private void OnStatePublished(bool acknowledged)
        {
            _applicationId = 0;
            lock (_stateLock)
            {
                if (!acknowledged && _applicationState == null)
                {
                    _applicationState = _applicationInFlight;
                }
            }

            _applicationInFlight = null;
        }

        private string LastingState()
        {
            var json = new JsonWriter();
            json.StartObject();
            json.StartObject(Fields.Firmware);
            json.Member(_settings.Component, _settings.FirmwareVersion);
            if (_settings.ClrVersion != null)
            {
                json.Member(Fields.Clr, _settings.ClrVersion);
            }

            if (_settings.LoaderVersion != null)
            {
                json.Member(Fields.Loader, _settings.LoaderVersion);
            }

            json.EndObject();
            json.Member(Fields.Profile, _settings.Profile);
            json.Member(Fields.Slots, _ports.Firmware.Kind);
            json.Member(Fields.BootReason, _update.BootReason ?? _settings.BootReason);
            json.Member(Fields.LastUpdate, _update.LastUpdate);
            json.StartArray(Fields.Groups);
            for (int i = 0; i < Desired.Groups.Length; i++)
            {
                json.Value(Desired.Groups[i]);
            }

            json.EndArray();
            if (Desired.Region.Length > 0)
            {
                json.Member(Fields.Region, Desired.Region);
            }

            if (Desired.TelemetrySeconds > 0)
            {
                json.Member(Fields.TelemetryInterval, Desired.TelemetrySeconds);
            }

            if (Desired.LogLevelName.Length > 0)
            {
                json.Member(Fields.LogLevel, Desired.LogLevelName);
            }

            json.EndObject();
            return json.ToString();
        }
    }
}
