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
        private readonly HttpDownload _download;
        private readonly SlotFirmware _firmware;
        private readonly SlotFirmware? _clrFirmware;
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
                Version clr = SystemInfo.Version;
                options.Settings.ClrVersion = clr.Major.ToString() + "." + clr.Minor.ToString() + "." + clr.Build.ToString();
            }

            X509Certificate? ca = options.CaCertificate.Length == 0 ? null : new X509Certificate(options.CaCertificate);
            _network = new MqttNetwork(options, _queue, ca);
            _download = new HttpDownload(ca, options.HttpTimeoutMilliseconds);
            _firmware = firmware;
            _clrFirmware = clrFirmware;
            _system = new BoardSystem(_queue);
            _core = new AgentCore(
                options.Settings,
                new BoardPorts(new BoardClock(options.TimeServer), _network, _download, _firmware, new FileJournal(options.StateFolder), _system, _clrFirmware));
            _network.Attach(_core);
            _download.Attach(_core);
            _firmware.Attach(_core);
            if (_clrFirmware != null)
            {
                _clrFirmware.Attach(_core);
            }
        }

        /// <summary>Says whether new firmware works; without one, being connected is enough.</summary>
        public HealthCheckHandler? HealthCheck
        {
            get => _system.HealthCheck;
            set => _system.HealthCheck = value;
        }

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
        /// <param name="name">What was read: 1 to 128 of a-z A-Z 0-9 : _ -.</param>
        /// <param name="value">The value; kept to three decimals.</param>
        /// <returns>False where the name is not allowed or the value is no number that fits.</returns>
        public bool AddReading(string name, double value) => _core.AddReading(name, value);

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
                    while (Dispatch(_queue.Take()) | RunPending())
                    {
                    }

                    int wait = _core.Tick();
                    wait = _firmware.IsWaiting && wait > PollMilliseconds ? PollMilliseconds : wait;
                    if (!RunPending() && wait > 0)
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

        private bool RunPending() =>
            _network.RunPending() | _download.RunPending() | _firmware.RunPending() | (_clrFirmware != null && _clrFirmware.RunPending());

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
