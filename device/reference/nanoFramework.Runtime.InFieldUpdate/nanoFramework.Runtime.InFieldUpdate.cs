// Signatures of nanoFramework.Runtime.InFieldUpdate 1.0.0.0 (.NET nanoFramework v1). Bodies are never run: the board has the real assembly.
[assembly: System.Reflection.AssemblyVersion("1.0.0.0")]

namespace nanoFramework.Runtime.InFieldUpdate
{
    public enum ImageType : int
    {
        NanoClr,
        Deployment,
    }

    public enum SlotId : int
    {
        Primary,
        Secondary,
    }

    public enum UpdateStatus : int
    {
        Confirmed,
        Testing,
        TestPending,
        PermanentPending,
        RollbackPending,
        Unknown,
    }

    public enum UpdateSessionOwner : int
    {
        None,
        Managed,
        WireProtocol,
        Native,
    }

    public enum UpdateSessionResult : int
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

    public class ImageInfo
    {
        public System.Version Version { get => throw null; }
        public bool HasValidHeader { get => throw null; }
        public bool IsActive { get => throw null; }
        public bool IsBootable { get => throw null; }
        public bool IsConfirmed { get => throw null; }
        public bool IsPending { get => throw null; }
        public bool IsRollbackPending { get => throw null; }
        public byte[] ImageHash { get => throw null; }
        public nanoFramework.Runtime.InFieldUpdate.ImageType Image { get => throw null; }
        public nanoFramework.Runtime.InFieldUpdate.SlotId Slot { get => throw null; }
        internal ImageInfo() => throw null;
    }

    public class UpdateSession
    {
        public System.Version Version { get => throw null; }
        public bool IsComplete { get => throw null; }
        public bool IsResumed { get => throw null; }
        public int HeaderSize { get => throw null; }
        public int ImageSize { get => throw null; }
        public int NextOffset { get => throw null; }
        public int TotalLength { get => throw null; }
        public nanoFramework.Runtime.InFieldUpdate.ImageType Image { get => throw null; }
        public nanoFramework.Runtime.InFieldUpdate.UpdateSessionResult Write(byte[] data) => throw null;
        public uint Token { get => throw null; }
        internal UpdateSession() => throw null;
    }

    public static class UpdateManager
    {
        public static UpdateStatus GetStatus(ImageType image) => throw null;
        public static ImageInfo GetPrimaryImageInfo(ImageType image) => throw null;
        public static ImageInfo GetSecondaryImageInfo(ImageType image) => throw null;
        public static ImageInfo[] GetImageList() => throw null;
        public static UpdateSessionResult StartUpdateSession(ImageType image, int totalLength, out UpdateSession session) => throw null;
        public static UpdateSessionResult ResumeUpdateSession(ImageType image, int totalLength, byte[] expectedHeader, out UpdateSession session) => throw null;
        public static UpdateSessionResult StoreImageChunk(UpdateSession session, byte[] buffer, int offset, int count) => throw null;
        public static UpdateSessionResult CompleteUpdateSession(UpdateSession session) => throw null;
        public static UpdateSessionResult AbortUpdateSession(UpdateSession session, bool eraseSlot) => throw null;
        public static UpdateSessionResult EraseSecondaryImage(ImageType image) => throw null;
        public static UpdateSessionOwner GetUpdateSessionOwner(ImageType image) => throw null;
        public static bool ConfirmDeploymentImage() => throw null;
        public static bool RequestDeploymentRevert() => throw null;
        public static bool RequestClrRevert() => throw null;
        public static void RequestReboot() => throw null;
    }
}
