using NanoIoT.Emulator.Hosting;

namespace nanoFramework.Runtime.Native
{
    /// <summary>Reboots the board.</summary>
    public class Power
    {
        public static event RebootEventHandler OnRebootEvent
        {
            add { }
            remove { }
        }

        public static void RebootDevice(int exeConstraintTimeout, RebootOption rebootOption = RebootOption.NormalReboot) => BoardHost.Current.Reboot();

        public static void RebootDevice(RebootOption rebootOption = RebootOption.NormalReboot) => BoardHost.Current.Reboot();
    }
}
