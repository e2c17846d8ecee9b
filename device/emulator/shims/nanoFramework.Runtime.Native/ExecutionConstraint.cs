using NanoIoT.Emulator.Hosting;

namespace nanoFramework.Runtime.Native
{
    /// <summary>Execution constraints are not enforced by the emulator.</summary>
    public static class ExecutionConstraint
    {
        public static void Install(int timeoutMilliseconds, int priority) => BoardHost.Current.ThrowIfStopped();
    }
}
