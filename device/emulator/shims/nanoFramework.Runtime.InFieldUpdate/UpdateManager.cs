using System;
using NanoIoT.Emulator.Hosting;

namespace nanoFramework.Runtime.InFieldUpdate
{
    /// <summary>In-field update over the virtual board's slots.</summary>
    public static class UpdateManager
    {
        public static UpdateStatus GetStatus(ImageType image)
        {
            IBoardFirmware slots = Slots(image);
            return slots == null ? UpdateStatus.Confirmed : (UpdateStatus)slots.Status;
        }

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
            IBoardFirmware slots = Slots(image);
            if (slots == null)
            {
                return UpdateSessionResult.NoSlot;
            }

            var result = (UpdateSessionResult)slots.Start(totalLength);
            session = result == UpdateSessionResult.Success ? new UpdateSession(image, false, slots) : null;
            return result;
        }

        public static UpdateSessionResult ResumeUpdateSession(ImageType image, int totalLength, byte[] expectedHeader, out UpdateSession session)
        {
            session = null;
            IBoardFirmware slots = Slots(image);
            if (slots == null)
            {
                return UpdateSessionResult.NoSlot;
            }

            if (expectedHeader == null || expectedHeader.Length < 32)
            {
                return UpdateSessionResult.BadArgument;
            }

            var result = (UpdateSessionResult)slots.Resume(totalLength, expectedHeader);
            session = result == UpdateSessionResult.Success ? new UpdateSession(image, true, slots) : null;
            return result;
        }

        public static UpdateSessionResult StoreImageChunk(UpdateSession session, byte[] buffer, int offset, int count)
        {
            if (session == null || buffer == null || offset < 0 || count < 0 || count > buffer.Length - offset)
            {
                return UpdateSessionResult.BadArgument;
            }

            return (UpdateSessionResult)Slots(session.Image).Store(session.Token, buffer.AsSpan(offset, count));
        }

        public static UpdateSessionResult CompleteUpdateSession(UpdateSession session) =>
            session == null ? UpdateSessionResult.BadArgument : (UpdateSessionResult)Slots(session.Image).Complete(session.Token);

        public static UpdateSessionResult AbortUpdateSession(UpdateSession session, bool eraseSlot) =>
            session == null ? UpdateSessionResult.BadArgument : (UpdateSessionResult)Slots(session.Image).Abort(session.Token, eraseSlot);

        public static UpdateSessionResult EraseSecondaryImage(ImageType image)
        {
            IBoardFirmware slots = Slots(image);
            return slots == null ? UpdateSessionResult.NoSlot : (UpdateSessionResult)slots.Erase();
        }

        public static UpdateSessionOwner GetUpdateSessionOwner(ImageType image)
        {
            IBoardFirmware slots = Slots(image);
            return slots != null && slots.SessionToken != 0 ? UpdateSessionOwner.Managed : UpdateSessionOwner.None;
        }

        public static bool ConfirmDeploymentImage() => Slots(ImageType.Deployment).Confirm();

        public static bool RequestDeploymentRevert() => Slots(ImageType.Deployment).RequestRevert();

        public static bool RequestClrRevert()
        {
            IBoardFirmware slots = Slots(ImageType.NanoClr);
            return slots != null && slots.RequestRevert();
        }

        public static void RequestReboot() => BoardHost.Current.Reboot();

        private static IBoardFirmware Slots(ImageType image)
        {
            BoardHost.Current.ThrowIfStopped();
            return image == ImageType.Deployment ? BoardHost.Current.Firmware : BoardHost.Current.ClrFirmware;
        }
    }
}
