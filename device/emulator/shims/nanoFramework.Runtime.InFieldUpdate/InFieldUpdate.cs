using System;
using NanoIoT.Emulator.Hosting;

namespace nanoFramework.Runtime.InFieldUpdate
{
    /// <summary>Which image.</summary>
    public enum ImageType
    {
        NanoClr,
        Deployment,
    }

    /// <summary>Which slot.</summary>
    public enum SlotId
    {
        Primary,
        Secondary,
    }

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

    /// <summary>Who holds the update session.</summary>
    public enum UpdateSessionOwner
    {
        None,
        Managed,
        WireProtocol,
        Native,
    }

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

    /// <summary>What a slot holds.</summary>
    public class ImageInfo
    {
        internal ImageInfo(ImageType image, SlotId slot)
        {
            Image = image;
            Slot = slot;
            SlotDescription description = image == ImageType.Deployment
                ? BoardHost.Current.Firmware.Describe(slot == SlotId.Secondary)
                : new SlotDescription(slot == SlotId.Primary, BoardHost.Current.ClrVersion, Array.Empty<byte>(), slot == SlotId.Primary, false);
            Version = description.Version;
            HasValidHeader = description.HasValidHeader;
            ImageHash = description.Hash;
            IsConfirmed = description.IsConfirmed;
            IsPending = description.IsPending;
        }

        public Version Version { get; }

        public bool HasValidHeader { get; }

        public bool IsActive => Slot == SlotId.Primary;

        public bool IsBootable => HasValidHeader;

        public bool IsConfirmed { get; }

        public bool IsPending { get; }

        public bool IsRollbackPending => Image == ImageType.Deployment && UpdateManager.GetStatus(Image) == UpdateStatus.RollbackPending;

        public byte[] ImageHash { get; }

        public ImageType Image { get; }

        public SlotId Slot { get; }
    }

    /// <summary>An update under way.</summary>
    public class UpdateSession
    {
        private readonly int _headerSize;

        internal UpdateSession(ImageType image, bool isResumed)
        {
            IBoardFirmware firmware = BoardHost.Current.Firmware;
            Image = image;
            IsResumed = isResumed;
            Token = firmware.SessionToken;
            TotalLength = firmware.SessionLength;
            SlotDescription description = firmware.Describe(true);
            Version = description.Version;
            _headerSize = description.HasValidHeader ? 512 : 0;
        }

        public Version Version { get; }

        public bool IsComplete => NextOffset == TotalLength;

        public bool IsResumed { get; }

        public int HeaderSize => _headerSize;

        public int ImageSize => TotalLength;

        public int NextOffset => BoardHost.Current.Firmware.SessionToken == Token ? BoardHost.Current.Firmware.NextOffset : 0;

        public int TotalLength { get; }

        public ImageType Image { get; }

        public uint Token { get; }

        public UpdateSessionResult Write(byte[] data) => UpdateManager.StoreImageChunk(this, data, 0, data.Length);
    }

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
