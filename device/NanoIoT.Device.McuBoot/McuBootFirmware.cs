using nanoFramework.Runtime.InFieldUpdate;
using NanoIoT.Device.Board;
using NanoIoT.Shared;

namespace NanoIoT.Device.Boards
{
    /// <summary>
    /// The deployment image's secondary slot, through nanoFramework's in-field update and MCUboot. Operations run when the
    /// pump calls <see cref="RunPending"/>: an erase takes seconds.
    /// </summary>
    internal sealed class InFieldUpdateFirmware : IFirmwarePort, IPendingPort
    {
        private AgentCore? _core;
        private UpdateSession? _session;
        private Operation _pending;
        private int _totalLength;
        private byte[]? _header;
        private byte[] _buffer = new byte[0];
        private int _offset;
        private int _count;

        private enum Operation
        {
            None,
            Begin,
            Write,
            Complete,
        }

        public string Kind => ImageKinds.McuBoot;

        public void Attach(AgentCore core) => _core = core;

        public FirmwareStatus GetStatus()
        {
            switch (UpdateManager.GetStatus(ImageType.Deployment))
            {
                case UpdateStatus.Confirmed:
                    return FirmwareStatus.Confirmed;
                case UpdateStatus.Testing:
                    return FirmwareStatus.Testing;
                case UpdateStatus.TestPending:
                case UpdateStatus.PermanentPending:
                    return FirmwareStatus.SwapPending;
                default:
                    return FirmwareStatus.Unknown;
            }
        }

        public void Begin(int totalLength, byte[]? header)
        {
            _totalLength = totalLength;
            _header = header;
            _pending = Operation.Begin;
        }

        public void Write(byte[] buffer, int offset, int count)
        {
            _buffer = buffer;
            _offset = offset;
            _count = count;
            _pending = Operation.Write;
        }

        public void Complete() => _pending = Operation.Complete;

        public void Erase()
        {
            _pending = Operation.None;
            if (_session != null)
            {
                UpdateManager.AbortUpdateSession(_session, true);
                _session = null;
            }
            else
            {
                UpdateManager.EraseSecondaryImage(ImageType.Deployment);
            }
        }

        public bool Confirm() => UpdateManager.ConfirmDeploymentImage();

        public bool Revert() => UpdateManager.RequestDeploymentRevert();

        public bool RunPending()
        {
            Operation operation = _pending;
            _pending = Operation.None;
            switch (operation)
            {
                case Operation.Begin:
                    RunBegin();
                    return true;
                case Operation.Write:
                    _core!.OnFirmwareWritten(Translate(UpdateManager.StoreImageChunk(_session!, _buffer, _offset, _count)));
                    return true;
                case Operation.Complete:
                    FirmwareResult result = Translate(UpdateManager.CompleteUpdateSession(_session!));
                    if (result == FirmwareResult.Success)
                    {
                        _session = null;
                    }

                    _core!.OnFirmwareCompleted(result);
                    return true;
                default:
                    return false;
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

        private void RunBegin()
        {
            if (_session != null)
            {
                // One session at a time; the bytes in the slot stay.
                UpdateManager.AbortUpdateSession(_session, false);
                _session = null;
            }

            UpdateSession session;
            UpdateSessionResult result = _header == null
                ? UpdateManager.StartUpdateSession(ImageType.Deployment, _totalLength, out session)
                : UpdateManager.ResumeUpdateSession(ImageType.Deployment, _totalLength, _header, out session);
            if (result == UpdateSessionResult.Success)
            {
                _session = session;
            }

            _core!.OnFirmwareBegun(Translate(result), result == UpdateSessionResult.Success ? session.NextOffset : 0);
        }
    }
}
