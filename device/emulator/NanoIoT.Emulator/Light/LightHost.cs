using System.Reflection;
using NanoIoT.Emulator.Flash;
using NanoIoT.Emulator.Hosting;

namespace NanoIoT.Emulator.Light;

/// <summary>One boot of a light board, as the adapters' nanoFramework assemblies see it.</summary>
internal sealed class LightHost : BoardHost
{
    private readonly LightBoard _board;
    private readonly BoardHardware _hardware;
    private readonly IBoardFirmware? _firmware;
    private readonly long _started = Environment.TickCount64;

    public LightHost(LightBoard board, BoardHardware hardware)
    {
        _board = board;
        _hardware = hardware;
        _firmware = hardware.CreateFirmware();
        ClrFirmware = hardware.CreateClrFirmware();
    }

    public bool IsStopped { get; private set; }

    public override long TickCount => Environment.TickCount64 - _started;

    public override uint FreeMemory => 65536;

    public override string TargetName => _board.Options.Settings.Profile;

    public override string Platform => "light";

    public override Version ClrVersion => _hardware.ClrVersion;

    public override IBoardFiles Files => _hardware.Files;

    public override IBoardFirmware Firmware => _firmware ?? throw new NotSupportedException("The board's firmware has no MCUboot.");

    public override IBoardFirmware? ClrFirmware { get; }

    public override IBoardNetwork Network => throw new NotSupportedException("A light board's network is its own.");

    public void Stop() => IsStopped = true;

    public override void ThrowIfStopped()
    {
        if (IsStopped)
        {
            throw new BoardStoppedException();
        }
    }

    public override Thread StartThread(Action body) => throw new NotSupportedException("A light board has no threads.");

    public override void Reboot() => _board.Reboot();

    public override void WriteLine(string text) => _board.Log(text);

    public override Assembly LoadAssembly(byte[] assembly) => throw new NotSupportedException("A light board's application is a text.");
}
