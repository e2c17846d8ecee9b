using System;
using NanoIoT.Device.Board;
using NanoIoT.Device.Connection;
using NanoIoT.Device.Ota;
using NanoIoT.Device.Provisioning;
using NanoIoT.Device.Shadow;
using NanoIoT.Device.Telemetry;
using NanoIoT.Shared;
using NanoIoT.Shared.Json;

namespace NanoIoT.Device
{
    /// <summary>
    /// The agent without a board: takes events, asks ports for the next step, and never waits. One thread calls it;
    /// only <see cref="AddReading"/> and <see cref="ReportState"/> may be called from others.
    /// </summary>
    public sealed class AgentCore : IMessageSender
    {
        private const int MaxShadowBytes = 16384;
        private const int FiltersPerSubscribe = 8;
        private const int SubscribeTimeoutMilliseconds = 20000;
        private const int RetryMilliseconds = 2000;
        private const long Never = long.MaxValue;

        private readonly AgentSettings _settings;
        private readonly BoardPorts _ports;
        private readonly UpdateMachine _update;
        private readonly BackOff _backOff;
        private readonly TelemetryQueue _telemetry = new TelemetryQueue();
        private readonly DesiredSettings _desired = new DesiredSettings();
        private readonly string _agentShadow;
        private readonly string _classicShadow;
        private readonly object _stateLock = new object();
        private string[] _groupFilters = new string[0];
        private string _reported = string.Empty;
        private string? _applicationState;
        private LinkState _link;
        private int _pendingSubscribes;
        private int _telemetryId;
        private int _reportedId;
        private int _applicationId;
        private string _reportedInFlight = string.Empty;
        private string? _applicationInFlight;
        private bool _mustReport;
        private bool _knowsDesired;
        private long _linkDeadline;
        private long _telemetryAt;
        private long _retryAt = Never;

        /// <summary>Creates the agent.</summary>
        /// <param name="settings">Who the board is.</param>
        /// <param name="ports">The board.</param>
        /// <exception cref="ArgumentException">A setting is missing or out of its range.</exception>
        public AgentCore(AgentSettings settings, BoardPorts ports)
        {
            if (!Contract.IsValidName(settings.ThingName))
            {
                throw new ArgumentException("ThingName: 1 to 128 of a-z A-Z 0-9 : _ -");
            }

            if (SemanticVersion.Parse(settings.FirmwareVersion) == null)
            {
                throw new ArgumentException("FirmwareVersion: not a semantic version");
            }

            if (settings.KeepAliveSeconds < 30 || settings.KeepAliveSeconds > 1200)
            {
                throw new ArgumentException("KeepAliveSeconds: 30 to 1200");
            }

            _settings = settings;
            _ports = ports;
            _update = new UpdateMachine(settings, ports, this);
            _backOff = new BackOff(ports.System, settings.MinBackOffMilliseconds, settings.MaxBackOffMilliseconds);
            _agentShadow = Topics.Shadow(settings.ThingName, Topics.AgentShadow);
            _classicShadow = Topics.Shadow(settings.ThingName, null);
        }

        private enum LinkState
        {
            Down,
            Connecting,
            Subscribing,
            Up,
        }

        /// <summary>Called with the JSON of the classic shadow's desired state, or of what of it differs, as it comes.</summary>
        public DesiredStateHandler? DesiredState { get; set; }

        /// <summary>Whether the board is connected and its subscriptions are granted.</summary>
        public bool IsReady => _link == LinkState.Up;

        /// <summary>Begins: decides what came of an update, then connects.</summary>
        public void Start()
        {
            _update.Start();
            _telemetryAt = _ports.Clock.Milliseconds + (_settings.TelemetrySeconds * 1000L);
            Connect();
        }

        /// <summary>Does what is due.</summary>
        /// <returns>Milliseconds until it must be called again, at most a minute.</returns>
        public int Tick()
        {
            const int longest = 60000;
            long now = _ports.Clock.Milliseconds;
            if (now >= _linkDeadline)
            {
                if (_link == LinkState.Down)
                {
                    Connect();
                }
                else if (_link == LinkState.Subscribing)
                {
                    Drop("subscriptions not granted in time");
                }
            }

            if (IsReady)
            {
                TickWhileUp(now);
            }

            long next = _update.Tick();
            now = _ports.Clock.Milliseconds;
            if (_link == LinkState.Down || _link == LinkState.Subscribing)
            {
                next = Lower(next, _linkDeadline - now);
            }
            else if (IsReady)
            {
                next = Lower(next, Lower(_telemetryAt, _retryAt) - now);
            }

            return next < 0 ? 0 : next > longest ? longest : (int)next;
        }

        /// <summary>The connection stands.</summary>
        public void OnConnected()
        {
            string thing = _settings.ThingName;
            _link = LinkState.Subscribing;
            _linkDeadline = _ports.Clock.Milliseconds + SubscribeTimeoutMilliseconds;
            _groupFilters = new string[0];
            _knowsDesired = false;
            string[] filters =
            {
                _agentShadow + "/get/+",
                _agentShadow + "/update/delta",
                Topics.OtaAll("+"),
                Topics.OtaThing(thing, "+"),
                Topics.UrlGet(thing) + "/+",
            };
            _pendingSubscribes = _settings.UseClassicShadow ? 2 : 1;
            _ports.Network.Subscribe(filters);
            if (_settings.UseClassicShadow)
            {
                _ports.Network.Subscribe(new[] { _classicShadow + "/get/accepted", _classicShadow + "/update/delta" });
            }
        }

        /// <summary>The connection could not be made, or is lost.</summary>
        /// <param name="reason">Why, for the log.</param>
        public void OnDisconnected(string reason)
        {
            if (_link == LinkState.Down)
            {
                return;
            }

            _link = LinkState.Down;
            _telemetryId = 0;
            _reportedId = 0;
            _applicationId = 0;
            _retryAt = Never;
            _update.OnDisconnected();
            int wait = _backOff.Next();
            _linkDeadline = _ports.Clock.Milliseconds + wait;
            _ports.System.Log("disconnected: " + reason + ", again in " + wait.ToString() + " ms");
        }

        /// <summary>A SUBSCRIBE was answered.</summary>
        /// <param name="granted">Whether every filter was granted.</param>
        public void OnSubscribed(bool granted)
        {
            if (!granted)
            {
                if (_link == LinkState.Subscribing)
                {
                    Drop("a subscription was refused");
                }
                else
                {
                    _ports.System.Log("a group subscription was refused");
                }

                return;
            }

            if (_link != LinkState.Subscribing || --_pendingSubscribes > 0)
            {
                return;
            }

            _link = LinkState.Up;
            _backOff.Reset();
            _mustReport = false;
            _retryAt = Never;
            byte[] empty = new byte[] { (byte)'{', (byte)'}' };
            Publish(_agentShadow + "/get", empty);
            if (_settings.UseClassicShadow)
            {
                Publish(_classicShadow + "/get", empty);
            }

            _update.OnReady();
        }

        /// <summary>A message came.</summary>
        /// <param name="topic">Its topic.</param>
        /// <param name="payload">Its payload.</param>
        public void OnMessage(string topic, byte[] payload)
        {
            if (topic.StartsWith(Topics.OtaPrefix))
            {
                _update.OnAnnouncement(topic, payload);
                return;
            }

            try
            {
                if (payload.Length > MaxShadowBytes)
                {
                    throw new JsonFormatException("message too large", MaxShadowBytes);
                }

                OnShadowMessage(topic, payload);
            }
            catch (JsonFormatException exception)
            {
                _ports.System.Log("ignored " + topic + ": " + exception.Message);
            }
        }

        /// <summary>A publish was acknowledged, or given up.</summary>
        /// <param name="id">Its id.</param>
        /// <param name="acknowledged">Whether a PUBACK came.</param>
        public void OnPublished(int id, bool acknowledged)
        {
            if (id != 0 && id == _telemetryId)
            {
                _telemetryId = 0;
                if (acknowledged)
                {
                    _telemetry.RemoveBatch();
                }
            }
            else if (id != 0 && id == _reportedId)
            {
                _reportedId = 0;
                if (acknowledged)
                {
                    _reported = _reportedInFlight;
                }
                else
                {
                    _mustReport = true;
                    _retryAt = _ports.Clock.Milliseconds + RetryMilliseconds;
                }
            }
            else if (id != 0 && id == _applicationId)
            {
                OnStatePublished(acknowledged);
            }

            _update.OnPublished(id, acknowledged);
        }

        /// <summary>The application's health check answered.</summary>
        /// <param name="status">What it said.</param>
        /// <param name="detail">More, for a person.</param>
        public void OnHealth(HealthStatus status, string detail)
        {
            bool wasOnTrial = _update.IsOnTrial;
            _update.OnHealth(status, detail);
            if (wasOnTrial && !_update.IsOnTrial && IsReady)
            {
                ReportAgent();
            }
        }

        /// <summary>A download was answered.</summary>
        /// <param name="response">The answer's head.</param>
        public void OnDownloadOpened(DownloadResponse response) => _update.OnDownloadOpened(response);

        /// <summary>A download's bytes came.</summary>
        /// <param name="count">How many; fewer than asked for where the download ended.</param>
        public void OnDownloadRead(int count) => _update.OnDownloadRead(count);

        /// <summary>The slot is prepared, or not.</summary>
        /// <param name="result">What came of it.</param>
        /// <param name="nextOffset">The first byte that is still to be written.</param>
        public void OnFirmwareBegun(FirmwareResult result, int nextOffset) => _update.OnFirmwareBegun(result, nextOffset);

        /// <summary>Bytes are in the slot, or not.</summary>
        /// <param name="result">What came of it.</param>
        public void OnFirmwareWritten(FirmwareResult result) => _update.OnFirmwareWritten(result);

        /// <summary>The image is marked for a trial, or not.</summary>
        /// <param name="result">What came of it.</param>
        public void OnFirmwareCompleted(FirmwareResult result) => _update.OnFirmwareCompleted(result);

        /// <summary>Adds a reading to the next batch. May be called from any thread.</summary>
        /// <param name="name">What was read.</param>
        /// <param name="value">The value; kept to three decimals.</param>
        /// <returns>False where the name is not allowed or the value is no number that fits.</returns>
        public bool AddReading(string name, double value)
        {
            string? text = FixedPoint.Format(value);
            if (text == null || !Contract.IsValidName(name))
            {
                return false;
            }

            _telemetry.Add("\"" + name + "\":" + text, _ports.Clock.UnixSeconds);
            return true;
        }

        /// <summary>Reports the application's state to the classic shadow. May be called from any thread; the newest counts.</summary>
        /// <param name="json">A JSON object.</param>
        public void ReportState(string json)
        {
            lock (_stateLock)
            {
                _applicationState = json;
            }
        }

        /// <inheritdoc/>
        public int Publish(string topic, byte[] payload) => _ports.Network.Publish(topic, payload);

        private static long Lower(long a, long b) => a < b ? a : b;

        private void Connect()
        {
            _link = LinkState.Connecting;
            _linkDeadline = Never;
            _ports.Network.Connect(Topics.Events(_settings.ThingName), "{\"event\":\"connectionLost\"}", _settings.KeepAliveSeconds);
        }

        private void Drop(string reason)
        {
            _ports.Network.Disconnect();
            OnDisconnected(reason);
        }

        private void TickWhileUp(long now)
        {
            if (now >= _telemetryAt && _telemetryId == 0)
            {
                int seconds = _desired.TelemetrySeconds > 0 ? _desired.TelemetrySeconds : _settings.TelemetrySeconds;
                _telemetryAt = now + (seconds * 1000L);
                byte[]? batch = _telemetry.TakeBatch();
                if (batch != null)
                {
                    _telemetryId = Publish(Topics.Telemetry(_settings.ThingName), batch);
                }
            }
            else if (now >= _telemetryAt)
            {
                _telemetryAt = now + RetryMilliseconds;
            }

            if (now >= _retryAt)
            {
                _retryAt = Never;
                if (_mustReport)
                {
                    ReportAgent();
                }
            }

            PublishState();
        }

        private void PublishState()
        {
            string? state;
            lock (_stateLock)
            {
                state = _applicationState;
                if (state == null || _applicationId != 0)
                {
                    return;
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
            _applicationId = Publish(_classicShadow + "/update", json.ToBytes());
            if (_applicationId == 0)
            {
                OnStatePublished(false);
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

        private void OnShadowMessage(string topic, byte[] payload)
        {
            if (topic == _agentShadow + "/get/accepted" || topic == _agentShadow + "/update/delta")
            {
                string? desired = ShadowDocument.FindDesired(payload, topic.EndsWith("/delta"));
                if (desired != null)
                {
                    _desired.Merge(desired);
                    SubscribeGroups();
                }

                _knowsDesired = true;
                ReportAgent();
            }
            else if (topic == _agentShadow + "/get/rejected")
            {
                // No shadow yet: what is reported makes it.
                _knowsDesired = true;
                ReportAgent();
            }
            else if (topic == _classicShadow + "/get/accepted" || topic == _classicShadow + "/update/delta")
            {
                string? desired = ShadowDocument.FindDesired(payload, topic.EndsWith("/delta"));
                if (desired != null)
                {
                    DesiredState?.Invoke(desired);
                }
            }
            else if (topic == Topics.UrlGet(_settings.ThingName) + "/accepted")
            {
                OnFreshUrl(payload);
            }
        }

        private void OnFreshUrl(byte[] payload)
        {
            var json = new JsonReader(payload, 0, payload.Length, Contract.MaxJsonDepth);
            string campaign = string.Empty;
            string url = string.Empty;
            json.ReadStartObject();
            while (json.ReadName())
            {
                if (json.ValueEquals(Fields.Campaign))
                {
                    campaign = json.ReadString();
                }
                else if (json.ValueEquals(Fields.Url))
                {
                    url = json.ReadString();
                }
                else
                {
                    json.Skip();
                }
            }

            if (url.Length > 0)
            {
                _update.OnFreshUrl(campaign, url);
            }
        }

        private void SubscribeGroups()
        {
            string[] groups = _desired.Groups;
            string region = _desired.Region;
            int perGroup = region.Length > 0 ? 2 : 1;
            var filters = new string[(groups.Length * perGroup) + (region.Length > 0 ? 1 : 0)];
            int count = 0;
            if (region.Length > 0)
            {
                filters[count++] = Topics.OtaRegion(region, "+");
            }

            for (int i = 0; i < groups.Length; i++)
            {
                filters[count++] = Topics.OtaGroup(groups[i], "+");
                if (region.Length > 0)
                {
                    filters[count++] = Topics.OtaGroupRegion(groups[i], region, "+");
                }
            }

            string[] gone = Without(_groupFilters, filters);
            string[] added = Without(filters, _groupFilters);
            _groupFilters = filters;
            if (gone.Length > 0)
            {
                _ports.Network.Unsubscribe(gone);
            }

            for (int from = 0; from < added.Length; from += FiltersPerSubscribe)
            {
                int length = added.Length - from < FiltersPerSubscribe ? added.Length - from : FiltersPerSubscribe;
                var part = new string[length];
                Array.Copy(added, from, part, 0, length);
                _ports.Network.Subscribe(part);
            }
        }

        private static string[] Without(string[] these, string[] those)
        {
            var result = new string[these.Length];
            int count = 0;
            for (int i = 0; i < these.Length; i++)
            {
                if (Array.IndexOf(those, these[i]) < 0)
                {
                    result[count++] = these[i];
                }
            }

            var trimmed = new string[count];
            Array.Copy(result, trimmed, count);
            return trimmed;
        }

        /// <summary>Reports the agent's own state, where it differs from what the cloud has.</summary>
        private void ReportAgent()
        {
            string lasting = LastingState();
            if (_reportedId != 0 || lasting == _reported || _update.IsOnTrial || !_knowsDesired)
            {
                // Firmware on trial is not yet what the board runs: its report follows when it has confirmed itself. And one
                // report is enough: it waits for desired, which it repeats.
                return;
            }

            var json = new JsonWriter();
            json.StartObject();
            json.StartObject("state");
            json.StartObject(Fields.Reported);
            string inner = lasting.Substring(1, lasting.Length - 2);
            json.RawMember(Fields.FreeMemory, _ports.System.FreeMemory.ToString() + "," + inner);
            json.Member(Fields.Uptime, _ports.Clock.Milliseconds / 1000);
            json.EndObject();
            json.EndObject();
            json.EndObject();
            _reportedInFlight = lasting;
            _mustReport = false;
            _reportedId = Publish(_agentShadow + "/update", json.ToBytes());
            if (_reportedId == 0)
            {
                _mustReport = true;
                _retryAt = _ports.Clock.Milliseconds + RetryMilliseconds;
            }
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

            json.EndObject();
            json.Member(Fields.Profile, _settings.Profile);
            json.Member(Fields.Slots, _ports.Firmware.Kind);
            json.Member(Fields.BootReason, _update.BootReason ?? _settings.BootReason);
            json.Member(Fields.LastUpdate, _update.LastUpdate);
            json.StartArray(Fields.Groups);
            for (int i = 0; i < _desired.Groups.Length; i++)
            {
                json.Value(_desired.Groups[i]);
            }

            json.EndArray();
            if (_desired.Region.Length > 0)
            {
                json.Member(Fields.Region, _desired.Region);
            }

            if (_desired.TelemetrySeconds > 0)
            {
                json.Member(Fields.TelemetryInterval, _desired.TelemetrySeconds);
            }

            if (_desired.LogLevel.Length > 0)
            {
                json.Member(Fields.LogLevel, _desired.LogLevel);
            }

            json.EndObject();
            return json.ToString();
        }
    }
}
