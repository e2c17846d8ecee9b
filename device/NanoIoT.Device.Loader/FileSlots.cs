using System;
using System.IO;
using NanoIoT.Device.Board;
using NanoIoT.Device.Boards;
using NanoIoT.Shared;

namespace NanoIoT.Device.Loader
{
    /// <summary>
    /// Two slots on the file system, for boards whose firmware has no MCUboot. The bundle is written beside the one that
    /// runs; the boot record then puts it on trial, and <see cref="SlotLoader"/> decides at each boot.
    /// </summary>
    public sealed class FileSlots : SlotFirmware, IChunkStore
    {
        /// <summary>How often a bundle on trial is started before the other one comes back.</summary>
        public const int TrialBoots = 3;

        private const int CloseEveryBytes = 4096;
        private const int DigestsAtOnce = 16;

        private readonly string _folder;
        private readonly SlotFile[] _slots;
        private FileStream? _stream;
        private int _length;
        private int _next;
        private int _sinceClose;
        private int _pages;
        private int _target;

        /// <summary>Creates the slots.</summary>
        /// <param name="folder">Their folder, e.g. <c>I:\slots</c>.</param>
        /// <param name="stateFolder">The agent's folder, e.g. <c>I:\nanoiot</c>.</param>
        public FileSlots(string folder, string stateFolder)
            : base(stateFolder)
        {
            _folder = folder;
            _slots = new[] { new SlotFile(folder, 0), new SlotFile(folder, 1) };
        }

        /// <inheritdoc/>
        public override string Kind => ImageKinds.Bundle;

        /// <summary>The slot that runs, as the loader chose it at this boot; -1 where it ran none.</summary>
        internal int Running { get; set; } = -1;

        internal string Folder => _folder;

        /// <inheritdoc/>
        public override FirmwareStatus GetStatus()
        {
            BootRecord record = BootRecord.Load(_folder);
            return record.Trial == BootRecord.None ? FirmwareStatus.Confirmed
                : record.Trial == Running ? FirmwareStatus.Testing : FirmwareStatus.SwapPending;
        }

        /// <inheritdoc/>
        public override bool Confirm()
        {
            BootRecord record = BootRecord.Load(_folder);
            if (record.Trial == BootRecord.None)
            {
                return true;
            }

            if (record.Trial != Running)
            {
                return false;
            }

            record.Active = record.Trial;
            record.Trial = BootRecord.None;
            return record.Save();
        }

        /// <inheritdoc/>
        public override bool Revert()
        {
            BootRecord record = BootRecord.Load(_folder);
            if (record.Trial == BootRecord.None)
            {
                return false;
            }

            record.Ended = record.Trial;
            record.Trial = BootRecord.None;
            return record.Save();
        }

        /// <inheritdoc/>
        public void FindChunks(byte[] digests, int count, int chunkSize, short[] found)
        {
            for (int i = 0; i < count; i++)
            {
                found[i] = -1;
            }

            // The list is kept page by page as it was verified: the loader checks the slot by it, and the next update finds
            // chunks by it.
            KeepPage(digests, count);
            Bundle? running = Running < 0 ? null : _slots[Running].ReadHeader();
            if (running == null || running.ChunkSize != chunkSize)
            {
                return;
            }

            int held = running.DataLength / chunkSize;
            var list = new byte[DigestsAtOnce * Contract.DigestBytes];
            for (int k = 0; k < held; k++)
            {
                int at = k % DigestsAtOnce * Contract.DigestBytes;
                int left = (held - k) * Contract.DigestBytes;
                if (at == 0 && !SlotFile.ReadAt(_slots[Running].ListPath, k * Contract.DigestBytes, list, left < list.Length ? left : list.Length))
                {
                    return;
                }

                for (int i = 0; i < count; i++)
                {
                    if (AreEqual(digests, i * Contract.DigestBytes, list, at))
                    {
                        found[i] = (short)k;
                    }
                }
            }
        }

        /// <inheritdoc/>
        public bool ReadRunning(int chunk, byte[] buffer, int count) => SlotFile.ReadAt(_slots[Running].DataPath, chunk * buffer.Length, buffer, count);

        /// <inheritdoc/>
        public bool ReadWritten(int offset, byte[] buffer, int count)
        {
            CloseStream();
            return SlotFile.ReadAt(_slots[_target].DataPath, offset, buffer, count);
        }

        /// <inheritdoc/>
        public void Rewind(int offset)
        {
            CloseStream();
            _next = offset;
        }

        /// <inheritdoc/>
        protected override FirmwareResult BeginSlot(int totalLength, byte[]? header, out int nextOffset)
        {
            nextOffset = 0;
            _pages = 0;
            try
            {
                CloseStream();
                BootRecord record = BootRecord.Load(_folder);
                if (record.Trial != BootRecord.None)
                {
                    return FirmwareResult.Retry;
                }

                if (!Directory.Exists(_folder))
                {
                    Directory.CreateDirectory(_folder);
                }

                _target = 1 - record.Active;
                _length = totalLength;
                if (header == null)
                {
                    _slots[_target].Delete();
                }

                _next = SlotFile.LengthOf(_slots[_target].DataPath);
                _next = _next > totalLength ? totalLength : _next;
                nextOffset = _next;
                return FirmwareResult.Success;
            }
            catch (Exception)
            {
                return FirmwareResult.FlashError;
            }
        }

        /// <inheritdoc/>
        protected override FirmwareResult WriteSlot(byte[] buffer, int offset, int count)
        {
            try
            {
                if (count > _length - _next)
                {
                    return FirmwareResult.TooLarge;
                }

                if (_stream == null)
                {
                    _stream = new FileStream(_slots[_target].DataPath, FileMode.OpenOrCreate, FileAccess.ReadWrite);
                    _stream.Seek(_next, SeekOrigin.Begin);
                }

                _stream.Write(buffer, offset, count);
                _next += count;
                _sinceClose += count;
                if (_sinceClose >= CloseEveryBytes || _next == _length)
                {
                    // Only what is closed outlives a power cut.
                    CloseStream();
                }

                return FirmwareResult.Success;
            }
            catch (Exception)
            {
                // Full, or failing. What is there is checked again at the next attempt.
                AbandonStream();
                return FirmwareResult.FlashError;
            }
        }

        /// <inheritdoc/>
        protected override FirmwareResult CompleteSlot()
        {
            try
            {
                CloseStream();
                var digest = new byte[BootRecord.DigestBytes];
                Bundle? bundle = _slots[_target].Check(digest);
                if (bundle == null || bundle.DataLength != _length)
                {
                    return FirmwareResult.StartOver;
                }

                BootRecord record = BootRecord.Load(_folder);
                record.Trial = (byte)_target;
                record.BootsLeft = TrialBoots;
                record.Ended = BootRecord.None;
                Array.Copy(digest, 0, record.Digests, _target * BootRecord.DigestBytes, BootRecord.DigestBytes);
                return record.Save() ? FirmwareResult.Success : FirmwareResult.FlashError;
            }
            catch (Exception)
            {
                return FirmwareResult.FlashError;
            }
        }

        /// <inheritdoc/>
        protected override void EraseSlot()
        {
            try
            {
                CloseStream();
                _slots[1 - BootRecord.Load(_folder).Active].Delete();
            }
            catch (Exception)
            {
                // What is left is written over by the next update.
                return;
            }
        }

        private static bool AreEqual(byte[] a, int atA, byte[] b, int atB)
        {
            for (int i = 0; i < Contract.DigestBytes; i++)
            {
                if (a[atA + i] != b[atB + i])
                {
                    return false;
                }
            }

            return true;
        }

        private void KeepPage(byte[] digests, int count)
        {
            try
            {
                using (var stream = new FileStream(_slots[_target].ListPath, _pages == 0 ? FileMode.Create : FileMode.OpenOrCreate, FileAccess.ReadWrite))
                {
                    stream.Seek(_pages, SeekOrigin.Begin);
                    stream.Write(digests, 0, count * Contract.DigestBytes);
                    _pages += count * Contract.DigestBytes;
                }
            }
            catch (Exception)
            {
                // Without its list the slot is refused when it is completed, and begun afresh.
                return;
            }
        }

        private void CloseStream()
        {
            FileStream? stream = _stream;
            _stream = null;
            _sinceClose = 0;
            if (stream != null)
            {
                stream.Close();
            }
        }

        private void AbandonStream()
        {
            try
            {
                CloseStream();
            }
            catch (Exception)
            {
                // Already reported by the write that failed.
                return;
            }
        }
    }
}
