namespace NanoIoT.Device.Board
{
    /// <summary>What the boot loader says of the running image.</summary>
    public enum FirmwareStatus
    {
        /// <summary>The running image is confirmed and no swap is pending.</summary>
        Confirmed,

        /// <summary>The running image is on trial; a reboot brings the old one back.</summary>
        Testing,

        /// <summary>A swap happens at the next reboot.</summary>
        SwapPending,

        /// <summary>The boot loader cannot say.</summary>
        Unknown,
    }
}
