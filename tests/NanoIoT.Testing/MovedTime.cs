using System.Collections.Concurrent;

namespace NanoIoT.Testing;

/// <summary>The machine's clock, moved: what a test would otherwise wait for.</summary>
/// <param name="movesTimers">Whether a move also brings timers nearer; else they run by the machine's clock.</param>
public sealed class MovedTime(bool movesTimers = false) : TimeProvider
{
    private readonly ConcurrentDictionary<MovedTimer, bool> _timers = new();
    private long _ticks;
    private long _jump;

    /// <summary>Moves it on, as if that time had passed.</summary>
    /// <param name="by">By how much.</param>
    public void Move(TimeSpan by)
    {
        Interlocked.Add(ref _ticks, by.Ticks);
        foreach (MovedTimer timer in _timers.Keys)
        {
            timer.Move();
        }
    }

    /// <summary>Sets the wall clock, while no time passes.</summary>
    /// <param name="by">By how much, forward or back.</param>
    public void Jump(TimeSpan by) => Interlocked.Add(ref _jump, by.Ticks);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ticks) + Interlocked.Read(ref _jump));

    /// <inheritdoc/>
    public override long GetTimestamp() => base.GetTimestamp() + (long)(TimeSpan.FromTicks(Interlocked.Read(ref _ticks)).TotalSeconds * TimestampFrequency);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        return movesTimers ? new MovedTimer(this, timer, dueTime, period) : timer;
    }

    /// <summary>A timer of the machine's that is set again when the clock is moved.</summary>
    private sealed class MovedTimer : ITimer
    {
        private readonly MovedTime _time;
        private readonly ITimer _timer;
        private readonly Lock _lock = new();
        private long _start;
        private TimeSpan _dueTime;
        private TimeSpan _period;

        public MovedTimer(MovedTime time, ITimer timer, TimeSpan dueTime, TimeSpan period)
        {
            _time = time;
            _timer = timer;
            (_start, _dueTime, _period) = (time.GetTimestamp(), dueTime, period);
            time._timers[this] = true;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_lock)
            {
                (_start, _dueTime, _period) = (_time.GetTimestamp(), dueTime, period);
                return _timer.Change(dueTime, period);
            }
        }

        /// <summary>Fires at once when it is due by the moved clock.</summary>
        public void Move()
        {
            lock (_lock)
            {
                if (_dueTime == Timeout.InfiniteTimeSpan)
                {
                    return;
                }

                TimeSpan left = _dueTime - _time.GetElapsedTime(_start);
                _timer.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, _period);
                if (left <= TimeSpan.Zero && _period == Timeout.InfiniteTimeSpan)
                {
                    _dueTime = Timeout.InfiniteTimeSpan;
                }
            }
        }

        public void Dispose()
        {
            _time._timers.TryRemove(this, out _);
            _timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            _time._timers.TryRemove(this, out _);
            return _timer.DisposeAsync();
        }
    }
}
