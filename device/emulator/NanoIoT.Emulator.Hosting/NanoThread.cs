namespace NanoIoT.Emulator.Hosting;

/// <summary>A .NET thread for the emulator's mscorlib, which has a Thread of its own and so cannot name .NET's.</summary>
public sealed class NanoThread
{
    private readonly Thread _thread;

    private NanoThread(Thread thread)
    {
        _thread = thread;
    }

    /// <summary>Whether it runs.</summary>
    public bool IsAlive => _thread.IsAlive;

    /// <summary>Starts a thread of the calling thread's board.</summary>
    /// <param name="body">What it runs.</param>
    /// <returns>The thread.</returns>
    public static NanoThread Start(Action body) => new(BoardHost.Current.StartThread(body));

    /// <summary>Sleeps.</summary>
    /// <param name="milliseconds">How long; -1 for ever.</param>
    public static void Sleep(int milliseconds) => Thread.Sleep(milliseconds);

    /// <summary>Spins.</summary>
    /// <param name="iterations">How often.</param>
    public static void SpinWait(int iterations) => Thread.SpinWait(iterations);

    /// <summary>Starts a timer whose callback runs as the calling thread's board.</summary>
    /// <param name="callback">The callback.</param>
    /// <param name="dueTime">Milliseconds to the first call; -1 for never.</param>
    /// <param name="period">Milliseconds between calls; -1 for once.</param>
    /// <returns>Changes due time and period; disposing it ends the timer.</returns>
    public static NanoTimer StartTimer(Action callback, int dueTime, int period) => new(BoardHost.Current, callback, dueTime, period);

    /// <summary>Waits for its end.</summary>
    /// <param name="milliseconds">How long; -1 for ever.</param>
    /// <returns>Whether it ended.</returns>
    public bool Join(int milliseconds) => _thread.Join(milliseconds);

    /// <summary>Interrupts it where it waits.</summary>
    public void Interrupt() => _thread.Interrupt();
}
