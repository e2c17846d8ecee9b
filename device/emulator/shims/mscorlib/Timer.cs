using NanoIoT.Emulator.Hosting;

namespace System.Threading
{
    /// <summary>A timer of a virtual board.</summary>
    public sealed class Timer : MarshalByRefObject, IDisposable
    {
        private readonly NanoTimer _timer;

        public Timer(TimerCallback callback, object state, int dueTime, int period)
        {
            BoardHost.Current.ThrowIfStopped();
            _timer = NanoThread.StartTimer(() => callback(state), dueTime, period);
        }

        public Timer(TimerCallback callback, object state, TimeSpan dueTime, TimeSpan period)
            : this(callback, state, Milliseconds(dueTime), Milliseconds(period))
        {
        }

        public bool Change(int dueTime, int period) => _timer.Change(dueTime, period);

        public bool Change(TimeSpan dueTime, TimeSpan period) => Change(Milliseconds(dueTime), Milliseconds(period));

        public void Dispose() => _timer.Dispose();

        private static int Milliseconds(TimeSpan time) => (int)(time.Ticks / TimeSpan.TicksPerMillisecond);
    }
}
