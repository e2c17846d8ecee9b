namespace NanoIoT.Emulator.Hosting;

/// <summary>
/// One boot of a virtual board, as the emulator's nanoFramework assemblies see it. Those assemblies are shared by all
/// boards; which board calls is known by the thread, because every thread of a board is started through here.
/// </summary>
public abstract class BoardHost
{
    [ThreadStatic]
    private static BoardHost? s_current;

    /// <summary>The boot the calling thread belongs to.</summary>
    /// <exception cref="InvalidOperationException">The thread belongs to no board.</exception>
    public static BoardHost Current => s_current ?? throw new InvalidOperationException("This thread belongs to no virtual board.");

    /// <summary>Milliseconds since the boot.</summary>
    public abstract long TickCount { get; }

    /// <summary>Free bytes of the managed heap, as the profile and what is loaded make it.</summary>
    public abstract uint FreeMemory { get; }

    /// <summary>The board's target name, e.g. <c>ESP32_S3</c>.</summary>
    public abstract string TargetName { get; }

    /// <summary>The board's platform, e.g. <c>ESP32</c>.</summary>
    public abstract string Platform { get; }

    /// <summary>The nanoCLR's version.</summary>
    public abstract Version ClrVersion { get; }

    /// <summary>The file system.</summary>
    public abstract IBoardFiles Files { get; }

    /// <summary>The deployment image's update slots.</summary>
    /// <exception cref="NotSupportedException">The board's firmware has no MCUboot.</exception>
    public abstract IBoardFirmware Firmware { get; }

    /// <summary>The nanoCLR image's update slots, or null where it has none.</summary>
    public abstract IBoardFirmware? ClrFirmware { get; }

    /// <summary>The time server the board asks.</summary>
    public string TimeServer { get; set; } = string.Empty;

    /// <summary>Whether the board asks a time server.</summary>
    public bool IsTimeRequested { get; private set; }

    /// <summary>Begins to ask the time server; a virtual board's clock is the host's.</summary>
    public virtual void RequestTime() => IsTimeRequested = true;

    /// <summary>Loads an assembly into the running application, for good.</summary>
    /// <param name="assembly">Its bytes.</param>
    /// <returns>The assembly.</returns>
    /// <exception cref="ArgumentException">The bytes are none.</exception>
    public abstract System.Reflection.Assembly LoadAssembly(byte[] assembly);

    /// <summary>The network.</summary>
    public abstract IBoardNetwork Network { get; }

    /// <summary>Runs code as this board's.</summary>
    /// <param name="action">The code.</param>
    public void Run(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        BoardHost? before = s_current;
        s_current = this;
        try
        {
            action();
        }
        finally
        {
            s_current = before;
        }
    }

    /// <summary>Every shim calls this first: a board without power does nothing more.</summary>
    /// <exception cref="BoardStoppedException">This boot is over.</exception>
    public abstract void ThrowIfStopped();

    /// <summary>Starts a thread of the board.</summary>
    /// <param name="body">What it runs.</param>
    /// <returns>The .NET thread.</returns>
    public abstract Thread StartThread(Action body);

    /// <summary>Reboots the board; the call does not return.</summary>
    public abstract void Reboot();

    /// <summary>Takes a line of the board's console.</summary>
    /// <param name="text">The line.</param>
    public abstract void WriteLine(string text);
}
