using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Rules;

/// <summary>Bounds the live queries that run at a time: each is evaluated on every message.</summary>
internal sealed class LiveQueryLimits
{
    /// <summary>Live queries of one caller.</summary>
    public const int MaxPerCaller = 10;

    /// <summary>Live queries of all callers.</summary>
    public const int Max = 100;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _running = new(StringComparer.Ordinal);
    private int _total;

    /// <summary>Counts a query until what is returned is disposed.</summary>
    /// <returns>The place of the query.</returns>
    /// <exception cref="CloudException">The caller, or all together, run as many as they may.</exception>
    public IDisposable Acquire()
    {
        string caller = Actor.Current;
        lock (_lock)
        {
            int own = _running.GetValueOrDefault(caller);
            if (own >= MaxPerCaller && caller != Actor.Service)
            {
                throw new CloudException(ErrorCodes.Throttling, $"{caller} runs {own} live queries; at most {MaxPerCaller} are allowed. End one first.");
            }

            if (_total >= Max)
            {
                throw new CloudException(ErrorCodes.Throttling, $"{_total} live queries are running; at most {Max} are allowed. Try again later.");
            }

            _running[caller] = own + 1;
            _total++;
        }

        return new Place(this, caller);
    }

    private void Release(string caller)
    {
        lock (_lock)
        {
            _total--;
            if (--_running[caller] == 0)
            {
                _running.Remove(caller);
            }
        }
    }

    private sealed class Place(LiveQueryLimits limits, string caller) : IDisposable
    {
        private int _isReleased;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isReleased, 1) == 0)
            {
                limits.Release(caller);
            }
        }
    }
}
