using NanoIoT.Device;
using NanoIoT.Device.Board;
using NanoIoT.Device.Boards;

namespace NanoIoT.Emulator.Simulation;

/// <summary>The ports that are the world's.</summary>
internal sealed class WorldPorts(ISimulatedWorld world) : IClockPort, INetworkPort, IDownloadPort, ISystemPort, IPendingPort
{
    public long Milliseconds => world.Milliseconds;

    public long UnixSeconds => world.UnixSeconds;

    public long FreeMemory => 65536;

    public LogLevel LogLevel { get; set; } = LogLevel.Info;

    public void RequestTime() => world.RequestTime();

    public void SetTime(long unixSeconds) => world.SetTime(unixSeconds);

    public void Connect(string willTopic, string willMessage, int keepAliveSeconds) => world.Connect();

    public void Subscribe(string[] filters) => world.Subscribe(filters);

    public void Unsubscribe(string[] filters) => world.Unsubscribe(filters);

    public int Publish(string topic, byte[] payload) => world.Publish(topic, payload);

    public void Disconnect() => world.Disconnect();

    public void Open(string url, int from, int to) => world.OpenDownload(url, from, to);

    public void Read(byte[] buffer, int count) => world.ReadDownload(buffer, count);

    public void Close() => world.CloseDownload();

    public bool RunPending() => world.RunPendingDownload();

    public byte[] HmacSha256(byte[] key, byte[] data) => world.HmacSha256(key, data);

    public int NextRandom(int exclusiveUpperBound) => world.NextRandom(exclusiveUpperBound);

    public void CheckHealth() => world.CheckHealth();

    public void Reboot() => world.Reboot();

    public void Log(LogLevel level, string text)
    {
        if (level >= LogLevel)
        {
            world.Log(text);
        }
    }
}
