using NanoIoT.Emulator.Hosting;

namespace System.Threading
{
    /// <summary>A thread of a virtual board: known to the board, which ends it when power goes.</summary>
    public sealed class Thread
    {
        [ThreadStatic]
        private static Thread s_current;

        private readonly ThreadStart _start;
        private NanoThread _thread;

        public Thread(ThreadStart start)
        {
            _start = start ?? throw new ArgumentNullException(nameof(start));
        }

        private Thread()
        {
        }

        public static Thread CurrentThread => s_current ??= new Thread();

        public ThreadPriority Priority { get; set; } = ThreadPriority.Normal;

        public ThreadState ThreadState => _thread == null && _start != null ? ThreadState.Unstarted : IsAlive ? ThreadState.Running : ThreadState.Stopped;

        public bool IsAlive => _start == null || (_thread != null && _thread.IsAlive);

        public int ManagedThreadId => Environment.CurrentManagedThreadId;

        public static void Sleep(TimeSpan timeout) => Sleep((int)(timeout.Ticks / TimeSpan.TicksPerMillisecond));

        public static void Sleep(int millisecondsTimeout)
        {
            BoardHost.Current.ThrowIfStopped();
            NanoThread.Sleep(millisecondsTimeout);
            BoardHost.Current.ThrowIfStopped();
        }

        public static void SpinWait(int iterations) => NanoThread.SpinWait(iterations);

        public void Start()
        {
            BoardHost.Current.ThrowIfStopped();
            if (_start == null || _thread != null)
            {
                // The board throws ArgumentException where .NET throws ThreadStateException.
                throw new ArgumentException();
            }

            _thread = NanoThread.Start(() =>
            {
                s_current = this;
                _start();
            });
        }

        public void Join() => _thread?.Join(-1);

        public bool Join(int millisecondsTimeout) => _thread == null || _thread.Join(millisecondsTimeout);

        public bool Join(TimeSpan timeout) => Join((int)(timeout.Ticks / TimeSpan.TicksPerMillisecond));

        public void Abort() => _thread?.Interrupt();

        public void Resume()
        {
        }

        public void Suspend()
        {
        }
    }
}
