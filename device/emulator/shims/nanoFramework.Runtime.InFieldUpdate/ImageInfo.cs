using System;
using NanoIoT.Emulator.Hosting;

namespace nanoFramework.Runtime.InFieldUpdate
{
    /// <summary>What a slot holds.</summary>
    public class ImageInfo
    {
        internal ImageInfo(ImageType image, SlotId slot)
        {
            Image = image;
            Slot = slot;
            IBoardFirmware slots = image == ImageType.Deployment ? BoardHost.Current.Firmware : BoardHost.Current.ClrFirmware;
            SlotDescription description = slots != null
                ? slots.Describe(slot == SlotId.Secondary)
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
}
