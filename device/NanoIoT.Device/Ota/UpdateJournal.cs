using System;
using NanoIoT.Device.Board;
using NanoIoT.Shared;

namespace NanoIoT.Device.Ota
{
    /// <summary>
    /// The update's record, kept in two slots written in turn. A slot holds magic, sequence, length, payload and a CRC-32
    /// over all of it; the newest whole one counts, so a write that power cuts short leaves the one before.
    /// </summary>
    internal sealed class UpdateJournal
    {
        private const uint Magic = 0x314a496e; // "nIJ1"
        private const int HeaderBytes = 10;

        private readonly IJournalPort _port;
        private uint _sequence;
        private int _nextSlot;

        public UpdateJournal(IJournalPort port)
        {
            _port = port;
        }

        public UpdateRecord Load()
        {
            UpdateRecord? newest = null;
            for (int slot = 0; slot < 2; slot++)
            {
                byte[]? bytes = _port.Read(slot);
                UpdateRecord? record = bytes == null ? null : Open(bytes);
                if (record == null)
                {
                    continue;
                }

                uint sequence = LittleEndian.ReadUInt32(bytes!, 4);
                if (newest == null || sequence - _sequence < 0x80000000)
                {
                    newest = record;
                    _sequence = sequence;
                    _nextSlot = 1 - slot;
                }
            }

            return newest ?? new UpdateRecord();
        }

        /// <summary>Makes the record durable.</summary>
        /// <returns>False where neither slot takes it; the board then goes on with what it last stored.</returns>
        public bool Save(UpdateRecord record)
        {
            byte[] payload = record.Encode();
            var bytes = new byte[HeaderBytes + payload.Length + 4];
            LittleEndian.WriteUInt32(bytes, 0, Magic);
            LittleEndian.WriteUInt32(bytes, 4, _sequence + 1);
            bytes[8] = (byte)payload.Length;
            bytes[9] = (byte)(payload.Length >> 8);
            Array.Copy(payload, 0, bytes, HeaderBytes, payload.Length);
            LittleEndian.WriteUInt32(bytes, HeaderBytes + payload.Length, LittleEndian.Crc32(bytes, HeaderBytes + payload.Length));
            if (!_port.Write(_nextSlot, bytes))
            {
                return false;
            }

            _sequence++;
            _nextSlot = 1 - _nextSlot;
            return true;
        }

        private static UpdateRecord? Open(byte[] bytes)
        {
            if (bytes.Length < HeaderBytes + 4 || LittleEndian.ReadUInt32(bytes, 0) != Magic)
            {
                return null;
            }

            int length = LittleEndian.ReadUInt16(bytes, 8);
            if (bytes.Length < HeaderBytes + length + 4 || LittleEndian.ReadUInt32(bytes, HeaderBytes + length) != LittleEndian.Crc32(bytes, HeaderBytes + length))
            {
                return null;
            }

            var payload = new byte[length];
            Array.Copy(bytes, HeaderBytes, payload, 0, length);
            try
            {
                return UpdateRecord.Decode(payload);
            }
            catch (Exception)
            {
                // Whole, but not of this format: as if it were not there.
                return null;
            }
        }
    }
}
