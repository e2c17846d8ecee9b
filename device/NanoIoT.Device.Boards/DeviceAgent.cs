using System;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using nanoFramework.Runtime.Native;
using NanoIoT.Device.Board;
using NanoIoT.Device.Ota;

namespace NanoIoT.Device.Boards
{
    /// <summary>
    /// The agent on a board. Make one with options, set <see cref="HealthCheck"/> and <see cref="DesiredState"/>, call
    /// <see cref="Start"/>. It connects by itself, for ever, and updates the firmware as announcements say.
    /// </summary>
    public sealed class DeviceAgent
    {
        private const int PollMilliseconds = 50;

        private readonly EventQueue _queue = new EventQueue();
        private readonly MqttNetwork _network;
        private readonly SlotFirmware _firmware;
        private readonly IPendingPort?[] _ports;
        private readonly BoardSystem _system;
        private readonly AgentCore _core;
        private Thread? _pump;

        /// <summary>Creates the agent; nothing happens before <see cref="Start"/>.</summary>
        /// <param name="options">The options.</param>
        /// <param name="firmware">The application's update slot: MCUboot's, or the loader's.</param>
        /// <param name="clrFirmware">The nanoCLR's update slot, or null where campaigns shall not update it.</param>
        /// <exception cref="ArgumentException">An option is missing or out of its range.</exception>
        public DeviceAgent(AgentOptions options, SlotFirmware firmware, SlotFirmware? clrFirmware = null)
        {
            if (options.Host.Length == 0)
            {
                throw new ArgumentException("Host: missing");
            }

            if (options.Settings.ClrVersion == null)
            {
                options.Settings.ClrVersion = SlotFirmware.Text(SystemInfo.Version);
            }

            X509Certificate? ca = options.CaCertificate.Length == 0 ? null : new X509Certificate(options.CaCertificate);
            _network = new MqttNetwork(options, _queue, ca);
            var download = new HttpDownload(ca, options.HttpTimeoutMilliseconds);
            _firmware = firmware;
            _ports = new IPendingPort?[] { _network, download, firmware, clrFirmware };
            _system = new BoardSystem(this, _queue);
            _core = new AgentCore(
                options.Settings,
                new BoardPorts(new BoardClock(options.TimeServer), _network, download, firmware, new FileJournal(options.StateFolder), _system, clrFirmware));
            _network.Attach(_core);
            download.Attach(_core);
            firmware.Attach(_core);
            clrFirmware?.Attach(_core);
        }

        /// <summary>Says whether new firmware works; without one, being connected is enough.</summary>
        public HealthCheckHandler? HealthCheck;

        /// <summary>
        /// Takes the classic shadow's desired state as JSON, on the agent's thread: be quick. Needs
        /// <see cref="Provisioning.AgentSettings.UseClassicShadow"/>.
        /// </summary>
        public DesiredStateHandler? DesiredState
        {
            get => _core.DesiredState;
            set => _core.DesiredState = value;
        }

        /// <summary>Whether the board is connected.</summary>
        public bool IsConnected => _core.IsReady;

        /// <summary>Starts the agent's thread. A second call does nothing.</summary>
        public void Start()
        {
            if (_pump == null)
            {
                _pump = new Thread(Pump);
                _pump.Start();
            }
        }

        /// <summary>Adds a reading to the next telemetry batch.</summary>
        /// <param name="name">What was read: 1 to 128 of a-z A-Z 0-9 : _ -, and not <c>ts</c>.</param>
        /// <param name="value">The value; kept to three decimals.</param>
        /// <returns>
        /// False if the name or the value is not valid: this reading is discarded and not counted. Also false if the queue was
        /// full (64 readings): this reading is queued, and the oldest unsent one is discarded and counted in <c>dropped</c>.
        /// </returns>
        public bool AddReading(string name, double value)
        {
            bool all = _core.AddReading(name, value);
            _queue.Wake();
            return all;
        }

        /// <summary>Asks the update policy again, if it put something off: the user agreed, the battery is full.</summary>
        public void ReconsiderUpdate() => _queue.Post(new BoardEvent(BoardEventKind.Reconsider));

        /// <summary>Reports the application's state to the classic shadow.</summary>
        /// <param name="json">A JSON object, e.g. written by nanoFramework.Json.</param>
        public void ReportState(string json)
        {
            _core.ReportState(json);
            _queue.Wake();
        }

        private void Pump()
        {
            _core.Start();
            while (true)
            {
                try
                {
                    bool busy = Dispatch(_queue.Take());
                    int wait = AgentPump.Round(_core, _ports);
                    wait = _firmware.IsWaiting && wait > PollMilliseconds ? PollMilliseconds : wait;
                    if (!busy && wait > 0)
                    {
                        _queue.Wait(wait);
                    }
                }
                catch (Exception exception)
                {
                    // The agent must outlive its own faults: the next event or tick goes on, and a trial still ends in time.
                    _system.Log(LogLevel.Error, "agent: " + exception.Message);
                    Thread.Sleep(1000);
                }
            }
        }

        private bool Dispatch(BoardEvent? item)
        {
            if (item == null)
            {
                return false;
            }

            if (item.Kind == BoardEventKind.Health)
            {
                _core.OnHealth((HealthStatus)item.Number, item.Text);
                return true;
            }

            if (item.Kind == BoardEventKind.Reconsider)
            {
                _core.ReconsiderUpdate();
                return true;
            }

            if (item.Connection != _network.Connection)
            {
                return true;
            }

            switch (item.Kind)
            {
                case BoardEventKind.Message:
                    _core.OnMessage(item.Text, item.Payload);
                    break;
                case BoardEventKind.Published:
                    _core.OnPublished(item.Number, item.Flag);
                    break;
                case BoardEventKind.Subscribed:
                    _core.OnSubscribed(item.Flag);
                    break;
                case BoardEventKind.Closed:
                    _core.OnDisconnected("connection closed");
                    break;
            }

            return true;
        }
    }
}
