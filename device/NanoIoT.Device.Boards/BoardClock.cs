using System;
using nanoFramework.Networking;
using NanoIoT.Device.Board;

namespace NanoIoT.Device.Boards
{
    /// <summary>The board's tick counter and real-time clock, set by SNTP.</summary>
    internal sealed class BoardClock : IClockPort
    {
        // A board that was never told the time is in 1970, or in the year its firmware was built.
        private const long EarliestCredible = 1735689600; // 2025-01-01

        private readonly string _timeServer;
        private long _offset;

        public BoardClock(string timeServer)
        {
            _timeServer = timeServer;
        }

        public long Milliseconds => Environment.TickCount64;

        public long UnixSeconds
        {
            get
            {
                long seconds = (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond;
                return seconds >= EarliestCredible ? seconds : _offset == 0 ? 0 : _offset + (Milliseconds / 1000);
            }
        }

        public void RequestTime()
        {
            if (_timeServer.Length > 0 && !Sntp.IsStarted)
            {
                Sntp.Server1 = _timeServer;
                Sntp.Start();
            }
        }

        public void SetTime(long unixSeconds)
        {
            // There is no managed way to set the clock: the agent keeps the time itself until SNTP has set it.
            if (unixSeconds >= EarliestCredible)
            {
                _offset = unixSeconds - (Milliseconds / 1000);
            }
        }
    }
}
