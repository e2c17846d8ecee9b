using System;
using NanoIoT.Emulator.Hosting;

namespace nanoFramework.Runtime.InFieldUpdate
{
    /// <summary>What came of an operation.</summary>
    public enum UpdateSessionResult
    {
        Success = 0,
        Busy = 1,
        BadToken = 2,
        BadOffset = 3,
        TooLarge = 4,
        FlashError = 5,
        BadMagic = 6,
        SwapInFlight = 7,
        NoImage = 8,
        HeaderMismatch = 9,
        Incomplete = 10,
        BadTlv = 11,
        HashMismatch = 12,
        BadArgument = 13,
        NoSlot = 14,
    }
}
