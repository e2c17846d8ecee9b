namespace NanoIoT.Device.Board
{
    /// <summary>Time, as the core sees it.</summary>
    public interface IClockPort
    {
        /// <summary>Milliseconds since some moment before the boot; never goes back.</summary>
        long Milliseconds { get; }

        /// <summary>Unix seconds, or 0 while the board does not know the time.</summary>
        long UnixSeconds { get; }
    }
}
