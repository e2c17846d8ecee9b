using System.Security.Cryptography;
using NanoIoT.Emulator.Files;
using NanoIoT.Emulator.Flash;
using NanoIoT.HardwareProfiles;

namespace NanoIoT.Emulator.Runtime;

/// <summary>
/// A board: flash with two slots, a boot loader, a file system, a network, and whatever program its primary slot holds.
/// What it runs is the compiled device binary. Power can go at any operation; what was written by then is what remains.
/// </summary>
public sealed class VirtualBoard : IAsyncDisposable
{
    private readonly BoardHardware _hardware;
    private readonly Action? _rebooting;
    private readonly Lock _lock = new();
    private BoardBoot? _boot;
    private Task _transition = Task.CompletedTask;
    private bool _disposed;

    /// <summary>Makes a board; it is off until <see cref="PowerOnAsync"/>.</summary>
    /// <param name="options">What it is made of.</param>
    public VirtualBoard(VirtualBoardOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Name = options.Name;
        Profile = options.Profile;
        _rebooting = options.Rebooting;
        _hardware = new BoardHardware(options);
        Power.TurnOff();
        Power.Lost += OnPowerLost;
    }

    /// <summary>Raised when the program writes a line to its console.</summary>
    public event Action<VirtualBoard, string>? Log;

    /// <summary>Raised when the boot loader has started a program, with the image's version.</summary>
    public event Action<VirtualBoard, Version>? Booted;

    /// <summary>The board's name.</summary>
    public string Name { get; }

    /// <summary>Its hardware profile.</summary>
    public HardwareProfile Profile { get; }

    /// <summary>Its power, which counts operations and can be cut at one.</summary>
    public PowerSupply Power => _hardware.Power;

    /// <summary>Its file system.</summary>
    public VirtualFileSystem Files => _hardware.Files;

    /// <summary>What it sent and received.</summary>
    public BoardTraffic Traffic { get; } = new();

    /// <summary>How often it booted.</summary>
    public int BootCount { get; private set; }

    /// <summary>Whether the boot loader found nothing to run: what must never happen.</summary>
    public bool IsBricked { get; private set; }

    /// <summary>Whether a program runs.</summary>
    public bool IsRunning
    {
        get
        {
            lock (_lock)
            {
                return _boot is { IsStopped: false };
            }
        }
    }

    /// <summary>Its flash, its drives and its boot loader.</summary>
    public BoardHardware Hardware => _hardware;

    /// <summary>The version in the header of the image in the slot that runs, or null.</summary>
    public Version? ImageVersion => _hardware.ImageVersion;

    /// <summary>The nanoCLR's version.</summary>
    public Version ClrVersion => _hardware.ClrVersion;

    /// <summary>Turns the board on: boot loader, then the program.</summary>
    /// <returns>A task that ends when the program runs, or the power went before.</returns>
    public Task PowerOnAsync() => Enqueue(() =>
    {
        Power.TurnOn();
        return StartAsync();
    });

    /// <summary>Takes the power away.</summary>
    /// <returns>A task that ends when nothing of the board runs.</returns>
    public Task PowerOffAsync()
    {
        Power.TurnOff();
        return Enqueue(StopAsync);
    }

    /// <summary>Waits for boots and stops under way.</summary>
    /// <returns>A task that ends when none is.</returns>
    public Task WhenSettledAsync()
    {
        lock (_lock)
        {
            return _transition;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        await PowerOffAsync().ConfigureAwait(false);
    }

    internal void RequestReboot(BoardBoot boot)
    {
        _rebooting?.Invoke();
        lock (_lock)
        {
            if (_boot != boot || _disposed)
            {
                return;
            }
        }

        Enqueue(async () =>
        {
            if (_boot != boot)
            {
                return;
            }

            await StopAsync().ConfigureAwait(false);
            if (Power.IsOn)
            {
                await StartAsync().ConfigureAwait(false);
            }
        });
    }

    internal void WriteLine(string text) => Log?.Invoke(this, text);

    private void OnPowerLost() => Enqueue(StopAsync);

    private Task Enqueue(Func<Task> step)
    {
        lock (_lock)
        {
            Task before = _transition;
            _transition = Task.Run(async () =>
            {
                await before.ConfigureAwait(false);
                await step().ConfigureAwait(false);
            });
            return _transition;
        }
    }

    private async Task StopAsync()
    {
        BoardBoot? boot = _boot;
        if (boot is not null)
        {
            await boot.DisposeAsync().ConfigureAwait(false);
            lock (_lock)
            {
                _boot = null;
            }
        }
    }

    private Task StartAsync()
    {
        if (_boot is not null)
        {
            return Task.CompletedTask;
        }

        try
        {
            byte[]? payload = _hardware.Boot();
            IsBricked = payload is null;
            if (payload is null)
            {
                WriteLine("boot: no bootable image");
                return Task.CompletedTask;
            }

            BootCount++;
            var boot = new BoardBoot(this, AssemblyPayload.Unpack(payload), _hardware.CreateFirmware(), _hardware.CreateClrFirmware());
            lock (_lock)
            {
                _boot = boot;
            }

            boot.Start();
            Booted?.Invoke(this, _hardware.ImageVersion ?? new Version(0, 0));
        }
        catch (PowerLostException)
        {
            WriteLine("power lost in the boot loader");
        }
        catch (Exception exception) when (exception is InvalidDataException or BadImageFormatException or IOException or CryptographicException)
        {
            // A bootable image whose program does not load: the CLR stands still, as on hardware.
            WriteLine("boot: " + exception.Message);
        }

        return Task.CompletedTask;
    }
}
