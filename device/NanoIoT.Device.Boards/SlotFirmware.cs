using System;
using NanoIoT.Device.Board;
using NanoIoT.Device.Ota;

namespace NanoIoT.Device.Boards
{
    /// <summary>
    /// What every kind of update slot shares: what is asked for waits until the agent's pump runs it, because an erase takes
    /// seconds, and the core is told what came of it. <c>NanoIoT.Device.McuBoot</c> has the slots of MCUboot,
    /// <c>NanoIoT.Device.Loader</c> those of the file system: a board carries only the one its firmware can link.
    /// </summary>
    public abstract class SlotFirmware : IFirmwarePort, IPendingPort
    {
        private readonly string _stateFolder;
        private AgentCore? _core;
        private Operation _pending;
        private int _length;
        private int _offset;
        private byte[]? _bytes;

        /// <summary>Creates the slot.</summary>
        /// <param name="stateFolder">The agent's folder, e.g. <c>I:\nanoiot</c>.</param>
        protected SlotFirmware(string stateFolder)
        {
            _stateFolder = stateFolder;
        }

        private enum Operation
        {
            None,
            Begin,
            Write,
            Poll,
            Complete,
        }

        /// <inheritdoc/>
        public abstract string Kind { get; }

        /// <inheritdoc/>
        public virtual string ImageVersion => string.Empty;

        /// <inheritdoc/>
        public abstract FirmwareStatus GetStatus();

        /// <inheritdoc/>
        public abstract bool Confirm();

        /// <inheritdoc/>
        public abstract bool Revert();

        /// <summary>A version's first three numbers.</summary>
        /// <param name="version">The version.</param>
        /// <returns><c>major.minor.patch</c>.</returns>
        public static string Text(Version version) =>
            version.Major.ToString() + "." + version.Minor.ToString() + "." + version.Build.ToString();

        /// <summary>Says why a trial ends, for the firmware that follows to report.</summary>
        /// <param name="reason">One of <see cref="NanoIoT.Shared.ReasonCodes"/>.</param>
        /// <param name="detail">More, for a person.</param>
        public void Explain(string reason, string detail) => TrialJournal.Explain(new FileJournal(_stateFolder), reason, detail);

        /// <inheritdoc/>
        public void Begin(int totalLength, byte[]? header)
        {
            _length = totalLength;
            _bytes = header;
            _pending = Operation.Begin;
        }

        /// <inheritdoc/>
        public void Write(byte[] buffer, int offset, int count)
        {
            _bytes = buffer;
            _offset = offset;
            _length = count;
            _pending = Operation.Write;
        }

        /// <inheritdoc/>
        public void Complete() => _pending = Operation.Complete;

        /// <inheritdoc/>
        public void Erase()
        {
            _pending = Operation.None;
            EraseSlot();
        }

        /// <summary>Whom to tell what came of an operation.</summary>
        /// <param name="core">The core.</param>
        public void Attach(AgentCore core) => _core = core;

        /// <summary>Whether the slot waits for somebody else, and is to be asked again soon.</summary>
        public bool IsWaiting;

        /// <inheritdoc/>
        public bool RunPending()
        {
            Operation operation = _pending;
            _pending = Operation.None;
            switch (operation)
            {
                case Operation.Begin:
                    FirmwareResult begun = BeginSlot(_length, _bytes, out int nextOffset);
                    _core!.OnFirmwareBegun(begun, nextOffset);
                    return true;
                case Operation.Write:
                    return EndWrite(WriteSlot(_bytes!, _offset, _length));
                case Operation.Poll:
                    return EndWrite(PollSlot());
                case Operation.Complete:
                    FirmwareResult completed = CompleteSlot();
                    IsWaiting = completed == FirmwareResult.Pending;
                    if (IsWaiting)
                    {
                        _pending = Operation.Complete;
                        return false;
                    }

                    _core!.OnFirmwareCompleted(completed);
                    return true;
                default:
                    return false;
            }
        }

        /// <summary>Prepares the slot, or finds how far an earlier attempt got.</summary>
        /// <param name="totalLength">The image's bytes.</param>
        /// <param name="header">The image's first 32 bytes to resume, or null to start afresh.</param>
        /// <param name="nextOffset">The first byte that is still to be written.</param>
        /// <returns>What came of it.</returns>
        protected abstract FirmwareResult BeginSlot(int totalLength, byte[]? header, out int nextOffset);

        /// <summary>Writes bytes behind those written before.</summary>
        /// <param name="buffer">The bytes.</param>
        /// <param name="offset">The first to write.</param>
        /// <param name="count">How many.</param>
        /// <returns>What came of it.</returns>
        protected abstract FirmwareResult WriteSlot(byte[] buffer, int offset, int count);

        /// <summary>Whether a write that answered <see cref="FirmwareResult.Pending"/> is done.</summary>
        /// <returns>What came of it.</returns>
        protected virtual FirmwareResult PollSlot() => FirmwareResult.Success;

        /// <summary>Checks the image and marks it for a trial at the next reboot.</summary>
        /// <returns>What came of it.</returns>
        protected abstract FirmwareResult CompleteSlot();

        /// <summary>Gives up what was written.</summary>
        protected abstract void EraseSlot();

        private bool EndWrite(FirmwareResult result)
        {
            IsWaiting = result == FirmwareResult.Pending;
            if (IsWaiting)
            {
                // Asked again at the pump's next round.
                _pending = Operation.Poll;
                return false;
            }

            _core!.OnFirmwareWritten(result);
            return true;
        }
    }
}
