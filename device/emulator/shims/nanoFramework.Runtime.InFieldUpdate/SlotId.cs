using System;
using NanoIoT.Emulator.Hosting;

namespace nanoFramework.Runtime.InFieldUpdate
{
    /// <summary>Which slot.</summary>
    public enum SlotId
    {
        Primary,
        Secondary,
    }
}
