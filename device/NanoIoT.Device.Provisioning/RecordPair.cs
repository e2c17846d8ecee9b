using System;
using NanoIoT.Device.Board;
using NanoIoT.Shared;

namespace NanoIoT.Device.Provisioning
{
    /// <summary>
    /// Two records that are written in turn: number, content, CRC-32. Whichever write power cuts, the other record is whole,
    /// and what is read is the newest whole one.
    /// </summary>
    internal sealed class RecordPair
    {
        private readonly IJournalPort _journal;
        private uint _number;
        private int _next;

        public RecordPair(IJournalPort journal)
        {
            _journal = journal;
        }

        /// <summary>The newest content, or null.</summary>
        public byte[]? Read()
        {
            byte[]? newest = null;
            _number = 0;
            _next = 0;
            for (int slot = 0; slot < 2; slot++)
            {
                byte[]? record = _journal.Read(slot);
                if (record == null || record.Length < 8 || LittleEndian.ReadUInt32(record, record.Length - 4) != LittleEndian.Crc32(record, record.Length - 4))
                {
                    continue;
                }

                uint number = LittleEndian.ReadUInt32(record, 0);
                if (newest == null || number > _number)
                {
                    _number = number;
                    _next = 1 - slot;
                    newest = new byte[record.Length - 8];
                    Array.Copy(record, 4, newest, 0, newest.Length);
                }
            }

            return newest;
        }

        /// <summary>Writes a content over the older one.</summary>
        /// <returns>Whether it is stored.</returns>
        public bool Write(byte[] content)
        {
            var record = new byte[content.Length + 8];
            LittleEndian.WriteUInt32(record, 0, _number + 1);
            Array.Copy(content, 0, record, 4, content.Length);
            LittleEndian.WriteUInt32(record, record.Length - 4, LittleEndian.Crc32(record, record.Length - 4));
            if (!_journal.Write(_next, record))
            {
                return false;
            }

            _number++;
            _next = 1 - _next;
            return true;
        }
    }
}
