namespace NanoIoT.Emulator.Hosting;

/// <summary>A timer of a virtual board.</summary>
public sealed class NanoTimer : IDisposable
{
    private readonly Timer _timer;

    internal NanoTimer(BoardHost host, Action callback, int dueTime, int period)
    {
        _timer = new Timer(
            _ =>
            {
                try
                {
                    host.ThrowIfStopped();
                    host.Run(callback);
                }
                catch (BoardStoppedException)
                {
                    _timer?.Dispose();
                }
            },
            null,
            dueTime,
            period);
    }

    /// <summary>Changes due time and period.</summary>
    /// <param name="dueTime">Milliseconds to the next call; -1 for never.</param>
    /// <param name="period">Milliseconds between calls; -1 for once.</param>
    /// <returns>Whether it was changed.</returns>
    public bool Change(int dueTime, int period) => _timer.Change(dueTime, period);

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();
}
