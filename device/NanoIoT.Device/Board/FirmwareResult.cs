namespace NanoIoT.Device.Board
{
    /// <summary>What came of a firmware operation.</summary>
    public enum FirmwareResult
    {
        /// <summary>It was done.</summary>
        Success,

        /// <summary>It was not done, and may be tried again.</summary>
        Retry,

        /// <summary>What is in the slot is not the image, or damaged: start afresh.</summary>
        StartOver,

        /// <summary>The image does not fit.</summary>
        TooLarge,

        /// <summary>The flash failed.</summary>
        FlashError,

        /// <summary>Not done yet; only between an adapter and its slot.</summary>
        Pending,
    }
}
