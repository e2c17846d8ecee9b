namespace NanoIoT.Emulator.Simulation;

/// <summary>Time that passes when nothing else happens: events in order, on one thread.</summary>
public sealed class VirtualTime
{
    private readonly PriorityQueue<Action, (long Time, long Sequence)> _events = new();
    private long _sequence;

    /// <summary>Milliseconds since the simulation began.</summary>
    public long Now { get; private set; }

    /// <summary>Does something later.</summary>
    /// <param name="delay">Milliseconds from now.</param>
    /// <param name="action">What.</param>
    public void Schedule(long delay, Action action) => _events.Enqueue(action, (Now + delay, _sequence++));

    /// <summary>Time passes while somebody waits and does nothing else; what was scheduled meanwhile happens late.</summary>
    /// <param name="milliseconds">How long.</param>
    public void Pass(long milliseconds) => Now += milliseconds;

    /// <summary>Lets time pass.</summary>
    /// <param name="until">Ends it when true.</param>
    /// <param name="limit">Milliseconds at most.</param>
    /// <returns>False where the limit came first.</returns>
    public bool Run(Func<bool> until, long limit)
    {
        ArgumentNullException.ThrowIfNull(until);
        long end = Now + limit;
        while (!until())
        {
            if (!_events.TryPeek(out _, out (long Time, long Sequence) next) || next.Time > end)
            {
                Now = end;
                return false;
            }

            Action action = _events.Dequeue();
            Now = Math.Max(Now, next.Time);
            action();
        }

        return true;
    }
}
