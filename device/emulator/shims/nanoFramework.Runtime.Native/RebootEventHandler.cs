using NanoIoT.Emulator.Hosting;

namespace nanoFramework.Runtime.Native
{
    /// <summary>Takes part in a reboot.</summary>
    public delegate void RebootEventHandler();
}
