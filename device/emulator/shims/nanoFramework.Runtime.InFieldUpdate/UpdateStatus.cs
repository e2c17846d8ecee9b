using System;
using NanoIoT.Emulator.Hosting;

namespace nanoFramework.Runtime.InFieldUpdate
{
    /// <summary>Where an update is.</summary>
    public enum UpdateStatus
    {
        Confirmed,
        Testing,
        TestPending,
        PermanentPending,
        RollbackPending,
        Unknown,
    }
}
