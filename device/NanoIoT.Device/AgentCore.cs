using System;
using NanoIoT.Device.Board;
using NanoIoT.Device.Connection;
using NanoIoT.Device.Ota;
using NanoIoT.Device.Provisioning;
using NanoIoT.Device.Shadow;
using NanoIoT.Device.Telemetry;
using NanoIoT.Shared;
using NanoIoT.Shared.Json;
using static NanoIoT.Device.Due;

namespace NanoIoT.Device
{
    /// <summary>
    /// The agent without a board: takes events, asks ports for the next step, and never waits. One thread calls it;
    /// only <see cref="AddReading"/> and <see cref="ReportState"/> may be called from others. What it does is in its four
    /// parts: <see cref="CloudLink"/>, <see cref="ShadowSession"/>, <see cref="UpdateMachine"/>, <see cref="TelemetryQueue"/>.
    /// </summary>
    public sealed class AgentCore
    {
        private const int MaxShadowBytes = 16384;
        private const int RetryMilliseconds = 2000;
        private const int LongestTick = 60000;

        private readonly AgentSettings _settings;
        private readonly BoardPorts _ports;
        private readonly CloudLink _link;
        private readonly UpdateMachine _update;
        private readonly ShadowSession _shadow;
        private readonly TelemetryQueue _telemetry = new TelemetryQueue();
        private int _telemetryId;
        private long _telemetryAt;
        private long _telemetryRetryAt;

        /// <summary>Creates the agent.</summary>
        /// <param name="settings">Who the board is.</param>
        /// <param name="ports">The board.</param>
        /// <exception cref="ArgumentException">The setting that is missing or out of its range.</exception>
        public AgentCore(AgentSettings settings, BoardPorts ports)
        {
            Require(Contract.IsValidName(settings.ThingName), "ThingName");
            Require(SemanticVersion.Parse(settings.FirmwareVersion) != null, "FirmwareVersion");
            Require(settings.KeepAliveSeconds >= 30 && settings.KeepAliveSeconds <= 1200, "KeepAliveSeconds");
            _settings = settings;
            _ports = ports;
            _link = new CloudLink(settings, ports);
            _update = new UpdateMachine(settings, ports, _link);
            _shadow = new ShadowSession(settings, ports, _link, _update);
        }

        /// <summary>Called with the JSON of the classic shadow's desired state, or of what of it differs, as it comes.</summary>
        public DesiredStateHandler? DesiredState
        {
            get => _shadow.DesiredState;
            set => _shadow.DesiredState = value;
        }

        /// <summary>Whether the board is connected and its subscriptions are granted.</summary>
        public bool IsReady => _link.IsReady;

        /// <summary>Begins: decides what came of an update, then connects.</summary>
        public void Start()
        {
            _update.Start();
            _telemetryAt = _ports.Clock.Milliseconds + (_settings.TelemetrySeconds * 1000L);
            _link.Start();
        }

        /// <summary>Does what is due.</summary>
        /// <returns>Milliseconds until it must be called again, at most a minute.</returns>
        public int Tick()
        {
            long now = _ports.Clock.Milliseconds;
            long next = now + LongestTick;
            if (_link.IsReady)
            {
                next = Lower(Lower(next, SendTelemetry(now)), _shadow.Tick(now));
            }

            next = Lower(next, _update.Tick());
            next = Lower(next, _link.Tick());
            now = _ports.Clock.Milliseconds;
            return next <= now ? 0 : next - now > LongestTick ? LongestTick : (int)(next - now);
        }

        /// <summary>The connection stands.</summary>
        public void OnConnected()
        {
            _update.OnConnected();
            _link.OnConnected();
        }

        /// <summary>The connection could not be made, or is lost.</summary>
        /// <param name="reason">Why, for the log.</param>
        public void OnDisconnected(string reason)
        {
            if (_link.OnDisconnected(reason))
            {
                _telemetryId = 0;
                _shadow.OnDisconnected();
                _update.OnDisconnected();
            }
        }

        /// <summary>A SUBSCRIBE was answered.</summary>
        /// <param name="granted">Whether every filter was granted.</param>
        public void OnSubscribed(bool granted)
        {
            if (_link.OnSubscribed(granted))
            {
                _telemetryId = 0;
                _update.OnDisconnected();
                _shadow.OnReady();
                _update.OnReady();
            }
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

                if (!_shadow.OnMessage(topic, payload) && topic == Topics.UrlGet(_settings.ThingName) + "/accepted")
                {
                    OnFreshUrl(payload);
                }
            }
            catch (JsonFormatException exception)
            {
                _ports.System.Log(LogLevel.Warning, "ignored " + topic + ": " + exception.Message);
            }
        }

        /// <summary>A publish was acknowledged, or given up.</summary>
        /// <param name="id">Its id.</param>
        /// <param name="acknowledged">Whether a PUBACK came.</param>
        public void OnPublished(int id, bool acknowledged)
        {
            if (id == 0)
            {
                return;
            }

            if (id == _telemetryId)
            {
                _telemetryId = 0;
                if (acknowledged)
                {
                    _telemetry.RemoveBatch();
                }
                else
                {
                    RetryTelemetry();
                }
            }

            _shadow.OnPublished(id, acknowledged);
            _update.OnPublished(id, acknowledged);
        }

        /// <summary>The application's health check answered.</summary>
        /// <param name="status">What it said.</param>
        /// <param name="detail">More, for a person.</param>
        public void OnHealth(HealthStatus status, string detail)
        {
            bool wasOnTrial = _update.IsOnTrial;
            _update.OnHealth(status, detail);
            if (wasOnTrial && !_update.IsOnTrial)
            {
                _shadow.ReportAgent();
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

        /// <summary>Asks the update policy again, if it put something off: the user agreed, the battery is full.</summary>
        public void ReconsiderUpdate() => _update.Reconsider();

        /// <summary>Adds a reading to the next batch. May be called from any thread.</summary>
        /// <param name="name">What was read: 1 to 128 of a-z A-Z 0-9 : _ -, and not <c>ts</c>.</param>
        /// <param name="value">The value; kept to three decimals.</param>
        /// <returns>
        /// False if the name or the value is not valid: this reading is discarded and not counted. Also false if the queue was
        /// full (64 readings): this reading is queued, and the oldest unsent one is discarded and counted in <c>dropped</c>.
        /// </returns>
        public bool AddReading(string name, double value)
        {
            string? text = FixedPoint.Format(value);
            if (text == null || name == Fields.Timestamp || !Contract.IsValidName(name))
            {
                return false;
            }

            int dropped = _telemetry.Add("\"" + name + "\":" + text, _ports.Clock.UnixSeconds);
            if (dropped == 1)
            {
                _ports.System.Log(LogLevel.Warning, "telemetry: queue full, the oldest readings are dropped");
            }

            return dropped == 0;
        }

        /// <summary>Reports the application's state to the classic shadow. May be called from any thread; the newest counts.</summary>
        /// <param name="json">A JSON object.</param>
        public void ReportState(string json) => _shadow.ReportState(json);

        private static void Require(bool holds, string message)
        {
            if (!holds)
            {
                throw new ArgumentException(message);
            }
        }

        /// <summary>
        /// Sends a batch as soon as it is full, and one that is not when its time comes; one at a time, so that the
        /// connection is asked for no more than it can take.
        /// </summary>
        /// <returns>When there is more to do.</returns>
        private long SendTelemetry(long now)
        {
            if (_telemetryId != 0)
            {
                return now + LongestTick;
            }

            bool isFull = _telemetry.HasFullBatch;
            long due = isFull ? _telemetryRetryAt : _telemetryAt;
            if (now < due)
            {
                return due;
            }

            byte[]? batch = _telemetry.TakeBatch();
            if (batch != null)
            {
                _telemetryId = _link.Publish(Topics.Telemetry(_settings.ThingName), batch);
                if (_telemetryId == 0)
                {
                    return RetryTelemetry();
                }
            }

            if (!isFull)
            {
                // Nothing is left; where a full batch went, what is left is due as before.
                int seconds = _shadow.Desired.TelemetrySeconds > 0 ? _shadow.Desired.TelemetrySeconds : _settings.TelemetrySeconds;
                _telemetryAt = now + (seconds * 1000L);
            }

            return _telemetryAt;
        }

        private long RetryTelemetry() => _telemetryAt = _telemetryRetryAt = _ports.Clock.Milliseconds + RetryMilliseconds;

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
    }
}
