using NanoIoT.Emulator.Hosting;

namespace nanoFramework.Runtime.Native
{
    /// <summary>How to reboot.</summary>
    public enum RebootOption
    {
        NormalReboot = 0,
        EnterNanoBooter = 1,
        ClrOnly = 2,
        EnterProprietaryBooter = 8,
    }
}
