using System;
using System.Text;
using NanoIoT.Device;
using NanoIoT.Device.Board;
using NanoIoT.Device.Ota;
using NanoIoT.Device.Provisioning;
using NanoIoT.Device.Security;
using NanoIoT.Shared;
using NanoIoT.Shared.Json;

namespace SelfTest
{
    /// <summary>A board in RAM: ports, slot, journal, broker and server, in virtual time, on one thread.</summary>
    internal sealed class MemoryBoard : IClockPort, INetworkPort, IDownloadPort, IFirmwarePort, IJournalPort, ISystemPort
    {
        private const string PublicPoint = "04803b4b7adca5c0bc0b20575aff52f3452ce365226b7c2f3a5595c40b7486a1694b1d35d933ba35e22fe8c30d5da6292b4a0c916fe2aa67d7666799d496e9117f";
        private const int ImageBytes = 6000;
        private const int ChunkBytes = 1024;

        public int StopAfterWrites = int.MaxValue;
        public int CorruptReads;
        public bool IsHealthy = true;
        public bool AnswersHealth = true;
        public string RunningVersion = "1.0.0";
        public string LastState = string.Empty;
        public string LastReason = string.Empty;
        public int Reports;
        public int Boots;
        public int Written;
        public int FirstRange = -1;

        private readonly byte[] _announcement;
        private readonly byte[] _artifact;
        private readonly byte[][] _journal = new byte[2][];
        private AgentCore? _core;
        private int _event;
        private int _pendingPublish;
        private int _nextId = 1;
        private int _subscribes;
        private bool _deliver = true;
        private bool _healthAsked;
        private bool _rebooting;
        private bool _isPending;
        private bool _isTesting;
        private int _writes;
        private int _position;
        private int _from;
        private int _to;
        private byte[] _buffer = new byte[0];
        private int _count;
        private byte[]? _header;
        private byte[] _slotHeader = new byte[0];

        public MemoryBoard(byte[] announcement)
        {
            _announcement = announcement;
            _artifact = new byte[ImageBytes + ((ImageBytes + ChunkBytes - 1) / ChunkBytes * 32)];
            for (int i = 0; i < ImageBytes; i++)
            {
                _artifact[i] = (byte)((i * 7) + (i >> 8) + 3);
            }

            for (int i = 0; i * ChunkBytes < ImageBytes; i++)
            {
                int length = ImageBytes - (i * ChunkBytes) < ChunkBytes ? ImageBytes - (i * ChunkBytes) : ChunkBytes;
                var chunk = new byte[length];
                Array.Copy(_artifact, i * ChunkBytes, chunk, 0, length);
                Array.Copy(HmacSha256(Contract.GetDigestKey(), chunk), 0, _artifact, ImageBytes + (i * 32), 32);
            }
        }

        public long Milliseconds { get; private set; }

        public long UnixSeconds => 1795000000 + (Milliseconds / 1000);

        public long FreeMemory => 50000;

        public LogLevel LogLevel { get; set; }

        public string Kind => ImageKinds.McuBoot;

        public string ImageVersion => string.Empty;

        public void PowerOn()
        {
            Boots++;
            _rebooting = false;
            _event = 0;
            _pendingPublish = 0;
            _subscribes = 0;
            _healthAsked = false;
            var settings = new AgentSettings
            {
                ThingName = "selftest",
                Profile = "SELFTEST",
                FirmwareVersion = RunningVersion,
                TrustedKeys = new[] { new TrustedKey("selftest", Hex.Decode(PublicPoint)!) },
                TrialSeconds = 60,
            };
            _core = new AgentCore(settings, new BoardPorts(this, this, this, this, this, this, null));
            _core.Start();
        }

        /// <summary>Power goes and comes back: what is in RAM is gone, what is in slot and journal stays.</summary>
        public void PowerCut()
        {
            FirstRange = -1;
            Swap();
            PowerOn();
        }

        public void Deliver() => _deliver = true;

        public void TearJournal(int slot)
        {
            if (_journal[slot] != null)
            {
                _journal[slot][_journal[slot].Length / 2] ^= 0x55;
            }
        }

        /// <summary>Lets time pass, a second at a time where nothing is to be done, until a campaign is over.</summary>
        public void Run(int seconds)
        {
            long end = Milliseconds + (seconds * 1000L);
            while (Milliseconds < end && _writes < StopAfterWrites)
            {
                if (_rebooting)
                {
                    Swap();
                    PowerOn();
                    _deliver = true;
                }

                if (!Step())
                {
                    int wait = _core!.Tick();
                    Milliseconds += wait > 1000 ? 1000 : wait;
                }
            }
        }

        public void RequestTime()
        {
        }

        public void SetTime(long unixSeconds)
        {
        }

        public void Connect(string willTopic, string willMessage, int keepAliveSeconds) => _event = 1;

        public void Subscribe(string[] filters) => _subscribes++;

        public void Unsubscribe(string[] filters)
        {
        }

        public int Publish(string topic, byte[] payload)
        {
            if (topic == Topics.Progress("selftest"))
            {
                ReadReport(payload);
            }

            _pendingPublish = _nextId++;
            return _pendingPublish;
        }

        public void Disconnect()
        {
        }

        public void Open(string url, int from, int to)
        {
            _from = from;
            _to = to;
            _position = from;
            _event = 2;
            if (FirstRange < 0 && from < ImageBytes)
            {
                FirstRange = from;
            }
        }

        public void Read(byte[] buffer, int count)
        {
            _buffer = buffer;
            _count = count;
            _event = 3;
        }

        public void Close()
        {
        }

        public FirmwareStatus GetStatus() => _isPending ? FirmwareStatus.SwapPending : _isTesting ? FirmwareStatus.Testing : FirmwareStatus.Confirmed;

        public void Begin(int totalLength, byte[]? header)
        {
            _header = header;
            _event = 4;
        }

        public void Write(byte[] buffer, int offset, int count)
        {
            if (Written == 0)
            {
                _slotHeader = new byte[32];
                Array.Copy(buffer, offset, _slotHeader, 0, 32);
            }

            _count = count;
            _event = 5;
        }

        public void Complete() => _event = 6;

        public void Erase() => Written = 0;

        public bool Confirm()
        {
            _isTesting = false;
            return true;
        }

        public bool Revert() => _isTesting;

        byte[]? IJournalPort.Read(int slot) => _journal[slot];

        bool IJournalPort.Write(int slot, byte[] record)
        {
            _journal[slot] = record;
            return true;
        }

        public byte[] HmacSha256(byte[] key, byte[] data)
        {
            // RFC 2104 over the core's own SHA-256: the native one is not among what this program may use.
            var inner = new byte[64 + data.Length];
            var outer = new byte[96];
            for (int i = 0; i < 64; i++)
            {
                byte k = i < key.Length ? key[i] : (byte)0;
                inner[i] = (byte)(k ^ 0x36);
                outer[i] = (byte)(k ^ 0x5c);
            }

            Array.Copy(data, 0, inner, 64, data.Length);
            Array.Copy(Sha256.Hash(inner), 0, outer, 64, 32);
            return Sha256.Hash(outer);
        }

        public int NextRandom(int exclusiveUpperBound) => exclusiveUpperBound / 2;

        public void CheckHealth() => _healthAsked = AnswersHealth;

        public void Reboot() => _rebooting = true;

        public void Log(LogLevel level, string text)
        {
        }

        /// <summary>Answers one thing that was asked for.</summary>
        private bool Step()
        {
            AgentCore core = _core!;
            int happened = _event;
            _event = 0;
            if (happened != 0)
            {
                Answer(core, happened);
            }
            else if (_subscribes > 0)
            {
                _subscribes--;
                core.OnSubscribed(true);
            }
            else if (_pendingPublish != 0)
            {
                int id = _pendingPublish;
                _pendingPublish = 0;
                core.OnPublished(id, true);
            }
            else if (_deliver && core.IsReady)
            {
                _deliver = false;
                core.OnMessage(Topics.OtaAll("app"), _announcement);
            }
            else if (_healthAsked)
            {
                _healthAsked = false;
                core.OnHealth(IsHealthy ? HealthStatus.Healthy : HealthStatus.Unhealthy, string.Empty);
            }
            else
            {
                return false;
            }

            return true;
        }

        private void Answer(AgentCore core, int happened)
        {
            switch (happened)
            {
                case 1:
                    core.OnConnected();
                    break;
                case 2:
                    core.OnDownloadOpened(new DownloadResponse { Status = 206, RangeStart = _from, ContentLength = _to - _from + 1, RangeTotal = _artifact.Length, ETag = "a" });
                    break;
                case 3:
                    Array.Copy(_artifact, _position, _buffer, 0, _count);
                    if (_position < ImageBytes && CorruptReads > 0)
                    {
                        CorruptReads--;
                        _buffer[_count / 2] ^= 1;
                    }

                    _position += _count;
                    core.OnDownloadRead(_count);
                    break;
                case 4:
                    bool resumes = _header != null && Written > 0 && Equal(_header, _slotHeader);
                    Written = _header == null ? 0 : Written;
                    core.OnFirmwareBegun(_header == null || resumes ? FirmwareResult.Success : FirmwareResult.StartOver, Written);
                    break;
                case 5:
                    Written += _count;
                    _writes++;
                    core.OnFirmwareWritten(FirmwareResult.Success);
                    break;
                default:
                    _isPending = true;
                    core.OnFirmwareCompleted(FirmwareResult.Success);
                    break;
            }
        }

        private static bool Equal(byte[] a, byte[] b)
        {
            for (int i = 0; i < a.Length; i++)
            {
                if (a[i] != b[i])
                {
                    return false;
                }
            }

            return true;
        }

        /// <summary>What a boot loader does: a marked image comes on trial, one on trial goes.</summary>
        private void Swap()
        {
            if (_isPending)
            {
                _isPending = false;
                _isTesting = true;
                RunningVersion = "2.0.0";
            }
            else if (_isTesting)
            {
                _isTesting = false;
                RunningVersion = "1.0.0";
            }
        }

        private void ReadReport(byte[] payload)
        {
            var json = new JsonReader(payload, 0, payload.Length, 4);
            LastReason = string.Empty;
            Reports++;
            json.ReadStartObject();
            while (json.ReadName())
            {
                if (json.ValueEquals(Fields.State))
                {
                    LastState = json.ReadString();
                }
                else if (json.ValueEquals(Fields.Reason))
                {
                    LastReason = json.ReadString();
                }
                else
                {
                    json.Skip();
                }
            }
        }
    }
}
