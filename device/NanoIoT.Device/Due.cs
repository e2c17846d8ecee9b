namespace NanoIoT.Device
{
    /// <summary>When something is to be done, in the clock port's milliseconds.</summary>
    internal static class Due
    {
        /// <summary>It is not to be done. Not a constant: flash holds those with each use.</summary>
        public static readonly long Never = long.MaxValue;

        /// <summary>The earlier of two times.</summary>
        public static long Lower(long a, long b) => a < b ? a : b;
    }
}
