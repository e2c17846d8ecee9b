using nanoFramework.Runtime.InFieldUpdate;
using NanoIoT.Device.Board;

namespace NanoIoT.Device.McuBoot
{
    /// <summary>What MCUboot's status of an image means to the agent. The update provider compiles this file too.</summary>
    internal static class ImageStatus
    {
        public static FirmwareStatus Of(ImageType image)
        {
            switch (UpdateManager.GetStatus(image))
            {
                case UpdateStatus.Confirmed:
                    return FirmwareStatus.Confirmed;
                case UpdateStatus.Testing:
                case UpdateStatus.RollbackPending:
                    return FirmwareStatus.Testing;
                case UpdateStatus.TestPending:
                case UpdateStatus.PermanentPending:
                    return FirmwareStatus.SwapPending;
                default:
                    return FirmwareStatus.Unknown;
            }
        }
    }
}
