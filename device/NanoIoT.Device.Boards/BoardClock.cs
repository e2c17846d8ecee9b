using System;
using NanoIoT.Device.Board;

namespace NanoIoT.Device.Boards
{
    /// <summary>The board's tick counter and real-time clock.</summary>
    internal sealed class BoardClock : IClockPort
    {
        // A board that was never told the time is in 1970, or in the year its firmware was built.
        private const long EarliestCredible = 1735689600; // 2025-01-01

        public long Milliseconds => Environment.TickCount64;

        public long UnixSeconds
        {
            get
            {
                long seconds = (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond;
                return seconds < EarliestCredible ? 0 : seconds;
            }
        }
    }
}
