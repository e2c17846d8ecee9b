using System.Text;
using NanoIoT.Device;
using NanoIoT.Device.Board;
using NanoIoT.Device.Ota;
using NanoIoT.Device.Provisioning;
using NanoIoT.Device.Security;
using NanoIoT.Shared;

namespace NanoIoT.Emulator.Simulation;

/// <summary>
/// What an update takes of the managed heap: the device binary on ports that keep nothing, with the live heap measured, after
/// a full collection, at every call the core makes. .NET's objects are larger than the board's (references of 8 bytes,
/// UTF-16), so the board takes less.
/// </summary>
public sealed class AgentMemory : IClockPort, INetworkPort, IDownloadPort, IFirmwarePort, IJournalPort, ISystemPort
{
    private readonly byte[] _announcement;
    private readonly byte[] _artifact;
    private readonly AgentCore _core;
    private readonly byte[]?[] _journal = new byte[2][];
    private Action? _next;
    private long _baseline;
    private long _peak;
    private long _own;
    private int _position;
    private int _subscribes;
    private bool _staged;

    private AgentMemory(byte[] announcement, byte[] artifact, SimulatedSettings settings)
    {
        _announcement = announcement;
        _artifact = artifact;
        var agent = new AgentSettings
        {
            ThingName = settings.Thing,
            Profile = settings.Profile,
            FirmwareVersion = "1.0.0",
            TrustedKeys = [new TrustedKey(settings.KeyId, settings.PublicPoint)],
        };
        _core = new AgentCore(agent, new BoardPorts(this, this, this, this, this, this, null));
    }

    /// <inheritdoc/>
    public long Milliseconds { get; private set; }

    /// <inheritdoc/>
    public long UnixSeconds => 1795000000;

    /// <inheritdoc/>
    public long FreeMemory => 65536;

    /// <inheritdoc/>
    public LogLevel LogLevel { get; set; } = LogLevel.None;

    /// <inheritdoc/>
    public string Kind => ImageKinds.McuBoot;

    /// <summary>Measures one update, from the connected, idle agent until the image is staged.</summary>
    /// <param name="announcement">The announcement.</param>
    /// <param name="artifact">Image and digests.</param>
    /// <param name="settings">The agent's settings.</param>
    /// <returns>The highest live heap above the idle agent, and all bytes the agent allocated, in bytes.</returns>
    public static (long Peak, long Allocated) Measure(byte[] announcement, byte[] artifact, SimulatedSettings settings)
    {
        var probe = new AgentMemory(announcement, artifact, settings);
        probe.Run(warmUp: true);
        probe = new AgentMemory(announcement, artifact, settings);
        return probe.Run(warmUp: false);
    }

    /// <inheritdoc/>
    public void RequestTime()
    {
    }

    /// <inheritdoc/>
    public void SetTime(long unixSeconds)
    {
    }

    /// <inheritdoc/>
    public void Connect(string willTopic, string willMessage, int keepAliveSeconds) => _next = _core.OnConnected;

    /// <inheritdoc/>
    public void Subscribe(string[] filters) => _subscribes++;

    /// <inheritdoc/>
    public void Unsubscribe(string[] filters)
    {
    }

    /// <inheritdoc/>
    public int Publish(string topic, byte[] payload)
    {
        Sample();
        return 0;
    }

    /// <inheritdoc/>
    public void Disconnect()
    {
    }

    /// <inheritdoc/>
    public void Open(string url, int from, int to)
    {
        Sample();
        _position = from;
        _next = () => _core.OnDownloadOpened(new DownloadResponse { Status = 206, RangeStart = from, ContentLength = to - from + 1, RangeTotal = _artifact.Length });
    }

    /// <inheritdoc/>
    public void Read(byte[] buffer, int count)
    {
        Sample();
        _artifact.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        _next = () => _core.OnDownloadRead(count);
    }

    /// <inheritdoc/>
    public void Close() => Sample();

    /// <inheritdoc/>
    public FirmwareStatus GetStatus() => FirmwareStatus.Confirmed;

    /// <inheritdoc/>
    public void Begin(int totalLength, byte[]? header) => _next = () => _core.OnFirmwareBegun(FirmwareResult.Success, 0);

    /// <inheritdoc/>
    public void Write(byte[] buffer, int offset, int count)
    {
        Sample();
        _next = () => _core.OnFirmwareWritten(FirmwareResult.Success);
    }

    /// <inheritdoc/>
    public void Complete() => _next = () =>
    {
        _staged = true;
        _core.OnFirmwareCompleted(FirmwareResult.Success);
    };

    /// <inheritdoc/>
    public void Erase()
    {
    }

    /// <inheritdoc/>
    public bool Confirm() => true;

    /// <inheritdoc/>
    public bool Revert() => false;

    byte[]? IJournalPort.Read(int slot) => _journal[slot];

    bool IJournalPort.Write(int slot, byte[] record)
    {
        Sample();
        return true;
    }

    /// <inheritdoc/>
    public byte[] HmacSha256(byte[] key, byte[] data)
    {
        Sample();
        return System.Security.Cryptography.HMACSHA256.HashData(key, data);
    }

    /// <inheritdoc/>
    public int NextRandom(int exclusiveUpperBound) => 0;

    /// <inheritdoc/>
    public void CheckHealth()
    {
    }

    /// <inheritdoc/>
    public void Reboot()
    {
    }

    /// <inheritdoc/>
    public void Log(LogLevel level, string text)
    {
    }

    private (long Peak, long Allocated) Run(bool warmUp)
    {
        _baseline = long.MaxValue;
        _core.Start();
        Step();
        while (_subscribes-- > 0)
        {
            _core.OnSubscribed(true);
        }

        _core.OnMessage(Topics.Shadow("board", Topics.AgentShadow) + "/get/accepted", Encoding.UTF8.GetBytes("{\"state\":{\"desired\":{\"groups\":[]}}}"));
        Step();
        _baseline = warmUp ? long.MaxValue : GC.GetTotalMemory(true);
        _own = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        _core.OnMessage(Topics.OtaAll("app"), _announcement);
        for (int i = 0; i < 100000 && !_staged; i++)
        {
            if (!Step())
            {
                Milliseconds += Math.Max(1, _core.Tick());
            }
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before - _own;
        return _staged ? (_peak, allocated) : throw new InvalidOperationException("the update did not come to its end");
    }

    private bool Step()
    {
        Action? next = _next;
        _next = null;
        next?.Invoke();
        return next is not null;
    }

    private void Sample()
    {
        if (_baseline != long.MaxValue)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            _peak = Math.Max(_peak, GC.GetTotalMemory(true) - _baseline);
            _own += GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}
