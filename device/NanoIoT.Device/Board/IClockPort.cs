namespace NanoIoT.Device.Board
{
    /// <summary>Time, as the core sees it.</summary>
    public interface IClockPort
    {
        /// <summary>Milliseconds since some moment before the boot; never goes back.</summary>
        long Milliseconds { get; }

        /// <summary>Unix seconds, or 0 while the board does not know the time.</summary>
        long UnixSeconds { get; }

        /// <summary>Begins to ask a time server; <see cref="UnixSeconds"/> tells when it answered. Returns at once.</summary>
        void RequestTime();

        /// <summary>Sets the time, where no time server answered.</summary>
        /// <param name="unixSeconds">Unix seconds, as the broker's side tells them.</param>
        void SetTime(long unixSeconds);
    }
}
