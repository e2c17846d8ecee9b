using System;
using NanoIoT.Emulator.Hosting;

namespace nanoFramework.Runtime.InFieldUpdate
{
    /// <summary>An update under way.</summary>
    public class UpdateSession
    {
        private readonly int _headerSize;
        private readonly IBoardFirmware _slots;

        internal UpdateSession(ImageType image, bool isResumed, IBoardFirmware firmware)
        {
            _slots = firmware;
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

        public int NextOffset => _slots.SessionToken == Token ? _slots.NextOffset : 0;

        public int TotalLength { get; }

        public ImageType Image { get; }

        public uint Token { get; }

        public UpdateSessionResult Write(byte[] data) => UpdateManager.StoreImageChunk(this, data, 0, data.Length);
    }
}
