using NanoIoT.Emulator.Hosting;

namespace nanoFramework.Runtime.Native
{
    /// <summary>The board's heap.</summary>
    public static class GC
    {
        public static uint Run(bool compactHeap) => BoardHost.Current.FreeMemory;

        public static void EnableGCMessages(bool enable) => BoardHost.Current.ThrowIfStopped();
    }
}
