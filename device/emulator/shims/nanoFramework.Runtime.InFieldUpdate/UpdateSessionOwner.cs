using System;
using NanoIoT.Emulator.Hosting;

namespace nanoFramework.Runtime.InFieldUpdate
{
    /// <summary>Who holds the update session.</summary>
    public enum UpdateSessionOwner
    {
        None,
        Managed,
        WireProtocol,
        Native,
    }
}
