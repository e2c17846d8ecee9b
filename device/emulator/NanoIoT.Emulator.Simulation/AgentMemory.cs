using System.Text;
using NanoIoT.Device;
using NanoIoT.Device.Board;
using NanoIoT.Device.Ota;
using NanoIoT.Device.Provisioning;
using NanoIoT.Device.Security;
using NanoIoT.Shared;

namespace NanoIoT.Emulator.Simulation;

/// <summary>
/// What an update takes of the managed heap: the device binary on ports that keep nothing. At every call the core makes, all
/// that is reachable from it, and the call's arguments, are measured as a board would hold them (<see cref="BoardHeap"/>).
/// </summary>
public sealed class AgentMemory : IClockPort, INetworkPort, IDownloadPort, IFirmwarePort, IJournalPort, ISystemPort
{
    private readonly byte[] _announcement;
    private readonly byte[] _artifact;
    private readonly AgentCore _core;
    private readonly byte[]?[] _journal = new byte[2][];
    private readonly DownloadResponse _response = new() { Status = 206 };
    private Answer _next;
    private int _count;
    private long _baseline;
    private long _peak;
    private long _own;
    private int _position;
    private int _subscribes;
    private byte[]? _message;
    private bool _staged;

    private enum Answer
    {
        None,
        Connected,
        Opened,
        Read,
        Begun,
        Written,
        Completed,
    }

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

    /// <inheritdoc/>
    public string ImageVersion => string.Empty;

    /// <summary>Measures one update, from the connected, idle agent until the image is staged.</summary>
    /// <param name="announcement">The announcement.</param>
    /// <param name="artifact">Image and digests.</param>
    /// <param name="settings">The agent's settings.</param>
    /// <returns>The highest live heap above the idle agent, as on a board, and all bytes the agent allocated on .NET.</returns>
    public static (long Peak, long Allocated) Measure(byte[] announcement, byte[] artifact, SimulatedSettings settings)
    {
        // The first run is for .NET, which allocates while it compiles.
        _ = new AgentMemory(announcement, artifact, settings).Run();
        return new AgentMemory(announcement, artifact, settings).Run();
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
    public void Connect(string willTopic, string willMessage, int keepAliveSeconds) => _next = Answer.Connected;

    /// <inheritdoc/>
    public void Subscribe(string[] filters) => _subscribes++;

    /// <inheritdoc/>
    public void Unsubscribe(string[] filters)
    {
    }

    /// <inheritdoc/>
    public int Publish(string topic, byte[] payload)
    {
        Sample(topic, payload);
        return 0;
    }

    /// <inheritdoc/>
    public void Disconnect()
    {
    }

    /// <inheritdoc/>
    public void Open(string url, int from, int to)
    {
        Sample(url);
        _position = from;
        _response.RangeStart = from;
        _response.ContentLength = to - from + 1;
        _response.RangeTotal = _artifact.Length;
        _next = Answer.Opened;
    }

    /// <inheritdoc/>
    public void Read(byte[] buffer, int count)
    {
        Sample(buffer);
        _artifact.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        _count = count;
        _next = Answer.Read;
    }

    /// <inheritdoc/>
    public void Close() => Sample();

    /// <inheritdoc/>
    public FirmwareStatus GetStatus() => FirmwareStatus.Confirmed;

    /// <inheritdoc/>
    public void Begin(int totalLength, byte[]? header) => _next = Answer.Begun;

    /// <inheritdoc/>
    public void Write(byte[] buffer, int offset, int count)
    {
        Sample(buffer);
        _next = Answer.Written;
    }

    /// <inheritdoc/>
    public void Complete() => _next = Answer.Completed;

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
        Sample(record);
        return true;
    }

    /// <inheritdoc/>
    public byte[] HmacSha256(byte[] key, byte[] data)
    {
        Sample(key, data);
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

    private (long Peak, long Allocated) Run()
    {
        _baseline = -1;
        _core.Start();
        Step();
        while (_subscribes-- > 0)
        {
            _core.OnSubscribed(true);
        }

        _core.OnMessage(Topics.Shadow("board", Topics.AgentShadow) + "/get/accepted", Encoding.UTF8.GetBytes("{\"state\":{\"desired\":{\"groups\":[]}}}"));
        Step();
        _baseline = BoardHeap.Measure([_core], this);
        _own = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        _message = _announcement;
        _core.OnMessage(Topics.OtaAll("app"), _announcement);
        _message = null;
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

    /// <summary>Answers what was asked for; nothing here is allocated, so that what is, is the agent's.</summary>
    private bool Step()
    {
        Answer next = _next;
        _next = Answer.None;
        switch (next)
        {
            case Answer.Connected:
                _core.OnConnected();
                break;
            case Answer.Opened:
                _core.OnDownloadOpened(_response);
                break;
            case Answer.Read:
                _core.OnDownloadRead(_count);
                break;
            case Answer.Begun:
                _core.OnFirmwareBegun(FirmwareResult.Success, 0);
                break;
            case Answer.Written:
                _core.OnFirmwareWritten(FirmwareResult.Success);
                break;
            case Answer.Completed:
                _staged = true;
                _core.OnFirmwareCompleted(FirmwareResult.Success);
                break;
        }

        return next != Answer.None;
    }

    private void Sample(object? first = null, object? second = null)
    {
        if (_baseline >= 0)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            object?[] roots = [_core, _message, first, second];
            _peak = Math.Max(_peak, BoardHeap.Measure(roots, this) - _baseline);
            _own += GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}
