using System;
using NanoIoT.Device.Board;
using NanoIoT.Device.Provisioning;
using NanoIoT.Shared;
using static NanoIoT.Device.Due;

namespace NanoIoT.Device.Connection
{
    /// <summary>
    /// The connection to the broker: waits for the time of day, connects, subscribes, connects again with back-off, follows
    /// the board's groups, and lets the connection go while a download needs its memory.
    /// </summary>
    internal sealed class CloudLink
    {
        private const int FiltersPerSubscribe = 8;
        private const int SubscribeTimeoutMilliseconds = 20000;
        private const int TimeWaitMilliseconds = 15000;
        private const int TimePollMilliseconds = 250;

        private readonly AgentSettings _settings;
        private readonly BoardPorts _ports;
        private readonly BackOff _backOff;
        private string[] _groupFilters = new string[0];
        private LinkState _state;
        private int _pendingSubscribes;
        private long _deadline = Never;
        private long _timeDeadline;

        public CloudLink(AgentSettings settings, BoardPorts ports)
        {
            _settings = settings;
            _ports = ports;
            _backOff = new BackOff(ports.System, settings.MinBackOffMilliseconds, settings.MaxBackOffMilliseconds);
        }

        private enum LinkState
        {
            Down,
            WaitingForTime,
            Connecting,
            Subscribing,
            Up,
            Suspended,
        }

        /// <summary>Whether the board is connected and its subscriptions are granted.</summary>
        public bool IsReady => _state == LinkState.Up;

        /// <summary>Whether the connection is let go on purpose.</summary>
        public bool IsSuspended => _state == LinkState.Suspended;

        public void Start()
        {
            if (_ports.Clock.UnixSeconds != 0)
            {
                Connect();
                return;
            }

            // TLS judges the broker's certificate by the time: ask for it first, but do not wait for ever, because a
            // network may let no time server through. The shadow's answer then brings the time.
            _ports.Clock.RequestTime();
            _state = LinkState.WaitingForTime;
            _deadline = _ports.Clock.Milliseconds;
            _timeDeadline = _deadline + TimeWaitMilliseconds;
        }

        /// <summary>Does what is due.</summary>
        /// <returns>When there is more to do.</returns>
        public long Tick()
        {
            long now = _ports.Clock.Milliseconds;
            if (now >= _deadline)
            {
                if (_state == LinkState.Subscribing)
                {
                    Drop("subscriptions not granted in time");
                }
                else if (_state == LinkState.WaitingForTime && _ports.Clock.UnixSeconds == 0 && now < _timeDeadline)
                {
                    _deadline = now + TimePollMilliseconds;
                }
                else if (_state == LinkState.Down || _state == LinkState.WaitingForTime)
                {
                    Connect();
                }
            }

            return _deadline;
        }

        /// <summary>Publishes at QoS 1.</summary>
        /// <returns>The message's id, or 0.</returns>
        public int Publish(string topic, byte[] payload) => _ports.Network.Publish(topic, payload);

        public void OnConnected()
        {
            string thing = _settings.ThingName;
            string shadow = Topics.Shadow(thing, Topics.AgentShadow);
            _state = LinkState.Subscribing;
            _deadline = _ports.Clock.Milliseconds + SubscribeTimeoutMilliseconds;
            _groupFilters = new string[0];
            _pendingSubscribes = 1;
            _ports.Network.Subscribe(new[]
            {
                shadow + "/get/+",
                shadow + "/update/delta",
                Topics.OtaAll("+"),
                Topics.OtaThing(thing, "+"),
                Topics.UrlGet(thing) + "/+",
            });
            if (_settings.UseClassicShadow)
            {
                _pendingSubscribes = 2;
                shadow = Topics.Shadow(thing, null);
                _ports.Network.Subscribe(new[] { shadow + "/get/accepted", shadow + "/update/delta" });
            }
        }

        /// <summary>The connection could not be made, or is lost.</summary>
        /// <returns>Whether that is news.</returns>
        public bool OnDisconnected(string reason)
        {
            if (_state == LinkState.Down || _state == LinkState.Suspended)
            {
                return false;
            }

            _state = LinkState.Down;
            int wait = _backOff.Next();
            _deadline = _ports.Clock.Milliseconds + wait;
            _ports.System.Log(LogLevel.Warning, "disconnected: " + reason + ", again in " + wait.ToString() + " ms");
            return true;
        }

        /// <summary>A SUBSCRIBE was answered.</summary>
        /// <returns>Whether the link is ready now and was not before.</returns>
        public bool OnSubscribed(bool granted)
        {
            if (_state != LinkState.Subscribing)
            {
                if (!granted)
                {
                    _ports.System.Log(LogLevel.Warning, "a group subscription was refused");
                }

                return false;
            }

            if (!granted)
            {
                Drop("a subscription was refused");
                return false;
            }

            if (--_pendingSubscribes > 0)
            {
                return false;
            }

            _state = LinkState.Up;
            _deadline = Never;
            _backOff.Reset();
            return true;
        }

        /// <summary>Lets the connection go until <see cref="Resume"/>.</summary>
        public void Suspend()
        {
            if (_state != LinkState.Suspended)
            {
                _ports.Network.Disconnect();
                _state = LinkState.Suspended;
                _deadline = Never;
            }
        }

        public void Resume()
        {
            if (_state == LinkState.Suspended)
            {
                Connect();
            }
        }

        /// <summary>Subscribes to what groups and region bring, and no longer to what they brought.</summary>
        public void Follow(string[] groups, string region)
        {
            bool hasRegion = region.Length > 0;
            var filters = new string[(groups.Length * (hasRegion ? 2 : 1)) + (hasRegion ? 1 : 0)];
            int count = 0;
            if (hasRegion)
            {
                filters[count++] = Topics.OtaRegion(region, "+");
            }

            for (int i = 0; i < groups.Length; i++)
            {
                filters[count++] = Topics.OtaGroup(groups[i], "+");
                if (hasRegion)
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

        private void Connect()
        {
            _state = LinkState.Connecting;
            _deadline = Never;
            _ports.Network.Connect(Topics.Events(_settings.ThingName), "{\"event\":\"connectionLost\"}", _settings.KeepAliveSeconds);
        }

        private void Drop(string reason)
        {
            _ports.Network.Disconnect();
            OnDisconnected(reason);
        }
    }
}
