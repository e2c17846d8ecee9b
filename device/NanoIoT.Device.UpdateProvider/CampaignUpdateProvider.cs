using System;
using System.Threading;
using nanoFramework.Runtime.InFieldUpdate;
using NanoIoT.Device.Board;
using NanoIoT.Device.Boards;
using NanoIoT.Device.McuBoot;
using NanoIoT.Shared;

namespace NanoIoT.Device.UpdateProvider
{
    /// <summary>
    /// Campaigns for an update agent that is not ours: nanoFramework's <see cref="IUpdateProvider"/>. Our agent checks the
    /// announcement and its signature, downloads, verifies each chunk, and hands the chunks on; the other agent writes them,
    /// reboots and confirms. Give it to <see cref="DeviceAgent"/> in the place of a slot, and to the other agent as provider;
    /// our agent then reports what came of it.
    /// </summary>
    public sealed class CampaignUpdateProvider : SlotFirmware, IUpdateProvider
    {
        private const int VersionOffset = 20;
        private const int PollMilliseconds = 50;

        private readonly object _lock = new object();
        private readonly int _timeoutMilliseconds;
        private Version? _version;
        private byte[]? _buffer;
        private int _totalLength;
        private int _start;
        private int _end;
        private int _bufferOffset;
        private bool _isTaken;

        /// <summary>Creates the provider.</summary>
        /// <param name="stateFolder">The agent's folder, e.g. <c>I:\nanoiot</c>.</param>
        /// <param name="timeoutMilliseconds">How long a read waits for the download before it is a transport error.</param>
        public CampaignUpdateProvider(string stateFolder, int timeoutMilliseconds = 60000)
            : base(stateFolder)
        {
            _timeoutMilliseconds = timeoutMilliseconds;
        }

        /// <inheritdoc/>
        public override string Kind => ImageKinds.McuBoot;

        /// <inheritdoc/>
        public bool TryGetOffer(out Version version, out int totalLength)
        {
            lock (_lock)
            {
                version = _version!;
                totalLength = _totalLength;
                return _version != null;
            }
        }

        /// <inheritdoc/>
        public int Read(int offset, byte[] buffer)
        {
            for (int waited = 0; waited <= _timeoutMilliseconds; waited += PollMilliseconds)
            {
                lock (_lock)
                {
                    if (_version != null && offset >= _totalLength)
                    {
                        return 0;
                    }

                    if (_buffer != null && offset >= _start && offset < _end)
                    {
                        int count = _end - offset < buffer.Length ? _end - offset : buffer.Length;
                        Array.Copy(_buffer, _bufferOffset + offset - _start, buffer, 0, count);
                        _isTaken = offset + count == _end;
                        return count;
                    }

                    if (_buffer != null && offset < _start)
                    {
                        // The other agent began afresh: so does the download.
                        _version = null;
                        _isTaken = true;
                    }
                }

                Thread.Sleep(PollMilliseconds);
            }

            return -1;
        }

        /// <inheritdoc/>
        public override FirmwareStatus GetStatus() => ImageStatus.Of(ImageType.Deployment);

        /// <inheritdoc/>
        public override bool Confirm() => GetStatus() == FirmwareStatus.Confirmed;

        /// <inheritdoc/>
        public override bool Revert() => UpdateManager.RequestDeploymentRevert();

        /// <inheritdoc/>
        protected override FirmwareResult BeginSlot(int totalLength, byte[]? header, out int nextOffset)
        {
            lock (_lock)
            {
                // What was handed on before a reboot is the other agent's; ours begins again.
                nextOffset = 0;
                _version = null;
                _buffer = null;
                _totalLength = totalLength;
                return header == null ? FirmwareResult.Success : FirmwareResult.StartOver;
            }
        }

        /// <inheritdoc/>
        protected override FirmwareResult WriteSlot(byte[] buffer, int offset, int count)
        {
            lock (_lock)
            {
                if (_buffer == null)
                {
                    _version = new Version(buffer[VersionOffset], buffer[VersionOffset + 1], buffer[VersionOffset + 2] | (buffer[VersionOffset + 3] << 8), 0);
                    _end = 0;
                }

                _start = _end;
                _end = _start + count;
                _buffer = buffer;
                _bufferOffset = offset;
                _isTaken = false;
            }

            return FirmwareResult.Pending;
        }

        /// <inheritdoc/>
        protected override FirmwareResult PollSlot()
        {
            lock (_lock)
            {
                return !_isTaken ? FirmwareResult.Pending : _version == null ? FirmwareResult.StartOver : FirmwareResult.Success;
            }
        }

        /// <inheritdoc/>
        protected override FirmwareResult CompleteSlot() =>
            GetStatus() == FirmwareStatus.SwapPending ? FirmwareResult.Success : FirmwareResult.Pending;

        /// <inheritdoc/>
        protected override void EraseSlot()
        {
            lock (_lock)
            {
                _version = null;
                _buffer = null;
            }
        }
    }
}
