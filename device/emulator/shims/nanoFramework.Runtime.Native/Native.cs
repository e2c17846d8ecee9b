using NanoIoT.Emulator.Hosting;

namespace System
{
    /// <summary>The board's environment: its tick counter.</summary>
    public static class Environment
    {
        public static long TickCount64 => BoardHost.Current.TickCount;
    }
}

namespace nanoFramework.Runtime.Native
{
    /// <summary>Thrown where an execution constraint runs out.</summary>
    public class ConstraintException : System.Exception
    {
    }

    /// <summary>Execution constraints are not enforced by the emulator.</summary>
    public static class ExecutionConstraint
    {
        public static void Install(int timeoutMilliseconds, int priority) => BoardHost.Current.ThrowIfStopped();
    }

    /// <summary>The board's heap.</summary>
    public static class GC
    {
        public static uint Run(bool compactHeap) => BoardHost.Current.FreeMemory;

        public static void EnableGCMessages(bool enable) => BoardHost.Current.ThrowIfStopped();
    }

    /// <summary>Takes part in a reboot.</summary>
    public delegate void RebootEventHandler();

    /// <summary>How to reboot.</summary>
    public enum RebootOption
    {
        NormalReboot = 0,
        EnterNanoBooter = 1,
        ClrOnly = 2,
        EnterProprietaryBooter = 8,
    }

    /// <summary>Reboots the board.</summary>
    public class Power
    {
        public static event RebootEventHandler OnRebootEvent
        {
            add { }
            remove { }
        }

        public static void RebootDevice(int exeConstraintTimeout, RebootOption rebootOption = RebootOption.NormalReboot) => BoardHost.Current.Reboot();

        public static void RebootDevice(RebootOption rebootOption = RebootOption.NormalReboot) => BoardHost.Current.Reboot();
    }

    /// <summary>What the board is.</summary>
    public static class SystemInfo
    {
        public static System.Version Version => BoardHost.Current.ClrVersion;

        public static byte Model => 0;

        public static byte OEM => 0;

        public static FloatingPoint FloatingPointSupport => FloatingPoint.DoublePrecisionSoftware;

        public static string OEMString => "nanoIoT emulator";

        public static string Platform => BoardHost.Current.Platform;

        public static string TargetName => BoardHost.Current.TargetName;

        public static ushort SKU => 0;

        public enum FloatingPoint
        {
            None = 0,
            SinglePrecisionSoftware = 1,
            SinglePrecisionHardware = 2,
            DoublePrecisionSoftware = 3,
            DoublePrecisionHardware = 4,
        }
    }
}
