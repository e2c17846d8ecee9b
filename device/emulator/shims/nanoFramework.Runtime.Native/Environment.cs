using NanoIoT.Emulator.Hosting;

namespace System
{
    /// <summary>The board's environment: its tick counter.</summary>
    public static class Environment
    {
        public static long TickCount64 => BoardHost.Current.TickCount;
    }
}
