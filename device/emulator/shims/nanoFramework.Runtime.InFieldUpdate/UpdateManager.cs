using System;
using NanoIoT.Emulator.Hosting;

namespace nanoFramework.Runtime.InFieldUpdate
{
    /// <summary>In-field update over the virtual board's slots; the deployment image only, as the nanoCLR is the emulator itself.</summary>
    public static class UpdateManager
    {
        private static IBoardFirmware Firmware
        {
            get
            {
                BoardHost.Current.ThrowIfStopped();
                return BoardHost.Current.Firmware;
            }
        }

        public static UpdateStatus GetStatus(ImageType image) =>
            image == ImageType.Deployment ? (UpdateStatus)Firmware.Status : UpdateStatus.Confirmed;

        public static ImageInfo GetPrimaryImageInfo(ImageType image) => new ImageInfo(image, SlotId.Primary);

        public static ImageInfo GetSecondaryImageInfo(ImageType image) => new ImageInfo(image, SlotId.Secondary);

        public static ImageInfo[] GetImageList() => new[]
        {
            GetPrimaryImageInfo(ImageType.NanoClr),
            GetPrimaryImageInfo(ImageType.Deployment),
            GetSecondaryImageInfo(ImageType.Deployment),
        };

        public static UpdateSessionResult StartUpdateSession(ImageType image, int totalLength, out UpdateSession session)
        {
            session = null;
            if (image != ImageType.Deployment)
            {
                return UpdateSessionResult.NoSlot;
            }

            var result = (UpdateSessionResult)Firmware.Start(totalLength);
            session = result == UpdateSessionResult.Success ? new UpdateSession(image, false) : null;
            return result;
        }

        public static UpdateSessionResult ResumeUpdateSession(ImageType image, int totalLength, byte[] expectedHeader, out UpdateSession session)
        {
            session = null;
            if (image != ImageType.Deployment)
            {
                return UpdateSessionResult.NoSlot;
            }

            if (expectedHeader == null || expectedHeader.Length < 32)
            {
                return UpdateSessionResult.BadArgument;
            }

            var result = (UpdateSessionResult)Firmware.Resume(totalLength, expectedHeader);
            session = result == UpdateSessionResult.Success ? new UpdateSession(image, true) : null;
            return result;
        }

        public static UpdateSessionResult StoreImageChunk(UpdateSession session, byte[] buffer, int offset, int count)
        {
            if (buffer == null || offset < 0 || count < 0 || count > buffer.Length - offset)
            {
                return UpdateSessionResult.BadArgument;
            }

            return (UpdateSessionResult)Firmware.Store(session.Token, buffer.AsSpan(offset, count));
        }

        public static UpdateSessionResult CompleteUpdateSession(UpdateSession session) => (UpdateSessionResult)Firmware.Complete(session.Token);

        public static UpdateSessionResult AbortUpdateSession(UpdateSession session, bool eraseSlot) => (UpdateSessionResult)Firmware.Abort(session.Token, eraseSlot);

        public static UpdateSessionResult EraseSecondaryImage(ImageType image) =>
            image == ImageType.Deployment ? (UpdateSessionResult)Firmware.Erase() : UpdateSessionResult.NoSlot;

        public static UpdateSessionOwner GetUpdateSessionOwner(ImageType image) =>
            image == ImageType.Deployment && Firmware.SessionToken != 0 ? UpdateSessionOwner.Managed : UpdateSessionOwner.None;

        public static bool ConfirmDeploymentImage() => Firmware.Confirm();

        public static bool RequestDeploymentRevert() => Firmware.RequestRevert();

        public static bool RequestClrRevert() => false;

        public static void RequestReboot() => BoardHost.Current.Reboot();
    }
}
