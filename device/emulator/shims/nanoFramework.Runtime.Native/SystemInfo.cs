using NanoIoT.Emulator.Hosting;

namespace nanoFramework.Runtime.Native
{
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
