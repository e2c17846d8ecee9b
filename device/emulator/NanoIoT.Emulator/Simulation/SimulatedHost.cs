using System.Reflection;
using NanoIoT.Emulator.Flash;
using NanoIoT.Emulator.Hosting;

namespace NanoIoT.Emulator.Simulation;

/// <summary>One boot of a simulated board, as the adapters' nanoFramework assemblies see it.</summary>
internal sealed class SimulatedHost : BoardHost
{
    private readonly SimulatedBoard _board;
    private readonly VirtualTime _time;
    private readonly BoardHardware _hardware;
    private readonly IBoardFirmware? _firmware;
    private readonly long _started;

    public SimulatedHost(SimulatedBoard board, VirtualTime time, BoardHardware hardware)
    {
        _board = board;
        _time = time;
        _hardware = hardware;
        _started = time.Now;
        _firmware = hardware.CreateFirmware();
        ClrFirmware = hardware.CreateClrFirmware();
    }

    public bool IsStopped { get; private set; }

    public override long TickCount => _time.Now - _started;

    public override uint FreeMemory => 65536;

    public override string TargetName => _board.Settings.Profile;

    public override string Platform => "simulated";

    public override Version ClrVersion => _board.ClrVersion ?? _hardware.ClrVersion;

    public override IBoardFiles Files => _hardware.Files;

    public override IBoardFirmware Firmware => _firmware ?? throw new NotSupportedException("The board's firmware has no MCUboot.");

    public override IBoardFirmware? ClrFirmware { get; }

    public override IBoardNetwork Network => throw new NotSupportedException("A simulated board has no sockets.");

    public void Stop() => IsStopped = true;

    public override void ThrowIfStopped()
    {
        if (IsStopped)
        {
            throw new BoardStoppedException();
        }
    }

    public override Thread StartThread(Action body) => throw new NotSupportedException("A simulated board has no threads.");

    public override void Reboot() => _board.Reboot();

    public override void WriteLine(string text) => _board.Log(text);

    public override Assembly LoadAssembly(byte[] assembly) => throw new NotSupportedException("A simulated board's application is a text.");
}
