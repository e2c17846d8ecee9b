using nanoFramework.Runtime.InFieldUpdate;
using NanoIoT.Device.Board;
using NanoIoT.Device.Boards;
using NanoIoT.Shared;

namespace NanoIoT.Device.McuBoot
{
    /// <summary>
    /// An image's secondary slot, through nanoFramework's in-field update and MCUboot: the deployment (the managed
    /// application), or the nanoCLR. The nanoCLR has no trial of MCUboot's: it confirms itself when it starts, and is undone
    /// by <c>RequestClrRevert</c> only while managed code still runs on it.
    /// </summary>
    public sealed class McuBootFirmware : SlotFirmware
    {
        private readonly ImageType _image;
        private UpdateSession? _session;

        /// <summary>Creates the slot of the deployment image, which is the application.</summary>
        /// <param name="stateFolder">The agent's folder, e.g. <c>I:\nanoiot</c>.</param>
        public McuBootFirmware(string stateFolder)
            : this(stateFolder, ImageType.Deployment)
        {
        }

        private McuBootFirmware(string stateFolder, ImageType image)
            : base(stateFolder)
        {
            _image = image;
        }

        /// <summary>Creates the slot of the nanoCLR image.</summary>
        /// <param name="stateFolder">The agent's folder.</param>
        /// <returns>The slot.</returns>
        public static McuBootFirmware ForNanoClr(string stateFolder) => new McuBootFirmware(stateFolder, ImageType.NanoClr);

        /// <inheritdoc/>
        public override string Kind => ImageKinds.McuBoot;

        /// <inheritdoc/>
        public override string ImageVersion
        {
            get
            {
                ImageInfo info = UpdateManager.GetPrimaryImageInfo(_image);
                return info == null ? string.Empty : Text(info.Version);
            }
        }

        /// <inheritdoc/>
        public override FirmwareStatus GetStatus() => ImageStatus.Of(_image);

        /// <inheritdoc/>
        public override bool Confirm() => _image == ImageType.NanoClr || UpdateManager.ConfirmDeploymentImage();

        /// <inheritdoc/>
        public override bool Revert() => _image == ImageType.NanoClr ? UpdateManager.RequestClrRevert() : UpdateManager.RequestDeploymentRevert();

        /// <inheritdoc/>
        protected override FirmwareResult BeginSlot(int totalLength, byte[]? header, out int nextOffset)
        {
            nextOffset = 0;
            if (_session != null)
            {
                // One session at a time; the bytes in the slot stay.
                UpdateManager.AbortUpdateSession(_session, false);
                _session = null;
            }

            UpdateSession session;
            UpdateSessionResult result = header == null
                ? UpdateManager.StartUpdateSession(_image, totalLength, out session)
                : UpdateManager.ResumeUpdateSession(_image, totalLength, header, out session);
            if (result == UpdateSessionResult.Success)
            {
                _session = session;
                nextOffset = session.NextOffset;
            }

            return Translate(result);
        }

        /// <inheritdoc/>
        protected override FirmwareResult WriteSlot(byte[] buffer, int offset, int count) =>
            Translate(UpdateManager.StoreImageChunk(_session!, buffer, offset, count));

        /// <inheritdoc/>
        protected override FirmwareResult CompleteSlot()
        {
            FirmwareResult result = Translate(UpdateManager.CompleteUpdateSession(_session!));
            if (result == FirmwareResult.Success)
            {
                _session = null;
            }

            return result;
        }

        /// <inheritdoc/>
        protected override void EraseSlot()
        {
            if (_session != null)
            {
                UpdateManager.AbortUpdateSession(_session, true);
                _session = null;
            }
            else
            {
                UpdateManager.EraseSecondaryImage(_image);
            }
        }

        private static FirmwareResult Translate(UpdateSessionResult result)
        {
            switch (result)
            {
                case UpdateSessionResult.Success:
                    return FirmwareResult.Success;
                case UpdateSessionResult.Busy:
                case UpdateSessionResult.SwapInFlight:
                    return FirmwareResult.Retry;
                case UpdateSessionResult.TooLarge:
                    return FirmwareResult.TooLarge;
                case UpdateSessionResult.FlashError:
                case UpdateSessionResult.NoSlot:
                case UpdateSessionResult.BadArgument:
                    return FirmwareResult.FlashError;
                default:
                    return FirmwareResult.StartOver;
            }
        }
    }
}
