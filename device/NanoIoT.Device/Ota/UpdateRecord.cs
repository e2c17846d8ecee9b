using System;
using System.Collections;
using System.Text;

namespace NanoIoT.Device.Ota
{
    /// <summary>What the board must know of its update after a power cut.</summary>
    internal sealed class UpdateRecord
    {
        private const byte Format = 1;
        private const int MaxReports = 8;

        private byte[] _buffer = new byte[0];
        private int _position;

        public UpdatePhase Phase { get; set; }

        public string Campaign { get; set; } = string.Empty;

        public long Revision { get; set; }

        public string From { get; set; } = string.Empty;

        public string To { get; set; } = string.Empty;

        /// <summary>Digest of the manifest: which image all this is about.</summary>
        public string ImageId { get; set; } = string.Empty;

        /// <summary>Why a revert was asked for, told after the reboot.</summary>
        public string Reason { get; set; } = string.Empty;

        public string Detail { get; set; } = string.Empty;

        /// <summary>The last state of <see cref="Campaign"/> once it is over; empty while it runs.</summary>
        public string Outcome { get; set; } = string.Empty;

        /// <summary>Updates to <see cref="ImageId"/> that failed or were rolled back.</summary>
        public int FailedAttempts { get; set; }

        public int Sequence { get; set; }

        public int RollbackIndex { get; set; }

        /// <summary>The rollback index of the image that is being installed.</summary>
        public int PendingRollbackIndex { get; set; }

        public long BytesDownloaded { get; set; }

        /// <summary>The image's first 32 bytes, once verified; empty before.</summary>
        public byte[] Header { get; set; } = new byte[0];

        /// <summary>Reports (byte arrays) that no PUBACK has answered yet, oldest first.</summary>
        public ArrayList Reports { get; } = new ArrayList();

        public static UpdateRecord? Decode(byte[] bytes)
        {
            var record = new UpdateRecord { _buffer = bytes };
            if (record.ReadByte() != Format)
            {
                return null;
            }

            record.Phase = (UpdatePhase)record.ReadByte();
            record.Campaign = record.ReadText();
            record.Revision = record.ReadInt64();
            record.From = record.ReadText();
            record.To = record.ReadText();
            record.ImageId = record.ReadText();
            record.Reason = record.ReadText();
            record.Detail = record.ReadText();
            record.Outcome = record.ReadText();
            record.FailedAttempts = (int)record.ReadInt64();
            record.Sequence = (int)record.ReadInt64();
            record.RollbackIndex = (int)record.ReadInt64();
            record.PendingRollbackIndex = (int)record.ReadInt64();
            record.BytesDownloaded = record.ReadInt64();
            record.Header = record.ReadBytes();
            int count = record.ReadByte();
            for (int i = 0; i < count; i++)
            {
                record.Reports.Add(record.ReadBytes());
            }

            record._buffer = new byte[0];
            return record;
        }

        public void AddReport(byte[] payload)
        {
            if (Reports.Count == MaxReports)
            {
                // Only the oldest intermediate state can be lost; a final one is always the newest.
                Reports.RemoveAt(0);
            }

            Reports.Add(payload);
        }

        public byte[] Encode()
        {
            byte[] campaign = Encoding.UTF8.GetBytes(Campaign);
            byte[] from = Encoding.UTF8.GetBytes(From);
            byte[] to = Encoding.UTF8.GetBytes(To);
            byte[] image = Encoding.UTF8.GetBytes(ImageId);
            byte[] reason = Encoding.UTF8.GetBytes(Reason);
            byte[] detail = Encoding.UTF8.GetBytes(Detail);
            byte[] outcome = Encoding.UTF8.GetBytes(Outcome);
            int length = 3 + (8 * 2) + (6 * 8) + campaign.Length + from.Length + to.Length + image.Length + reason.Length + detail.Length + outcome.Length + Header.Length;
            for (int i = 0; i < Reports.Count; i++)
            {
                length += 2 + ((byte[])Reports[i]!).Length;
            }

            _buffer = new byte[length];
            _position = 0;
            WriteByte(Format);
            WriteByte((byte)Phase);
            WriteBytes(campaign);
            WriteInt64(Revision);
            WriteBytes(from);
            WriteBytes(to);
            WriteBytes(image);
            WriteBytes(reason);
            WriteBytes(detail);
            WriteBytes(outcome);
            WriteInt64(FailedAttempts);
            WriteInt64(Sequence);
            WriteInt64(RollbackIndex);
            WriteInt64(PendingRollbackIndex);
            WriteInt64(BytesDownloaded);
            WriteBytes(Header);
            WriteByte((byte)Reports.Count);
            for (int i = 0; i < Reports.Count; i++)
            {
                WriteBytes((byte[])Reports[i]!);
            }

            byte[] result = _buffer;
            _buffer = new byte[0];
            return result;
        }

        private void WriteByte(byte value) => _buffer[_position++] = value;

        private void WriteInt64(long value)
        {
            for (int i = 0; i < 8; i++)
            {
                _buffer[_position++] = (byte)(value >> (8 * i));
            }
        }

        private void WriteBytes(byte[] value)
        {
            WriteByte((byte)value.Length);
            WriteByte((byte)(value.Length >> 8));
            Array.Copy(value, 0, _buffer, _position, value.Length);
            _position += value.Length;
        }

        private byte ReadByte() => _buffer[_position++];

        private long ReadInt64()
        {
            long value = 0;
            for (int i = 0; i < 8; i++)
            {
                value |= (long)_buffer[_position++] << (8 * i);
            }

            return value;
        }

        private byte[] ReadBytes()
        {
            int length = ReadByte();
            length |= ReadByte() << 8;
            var value = new byte[length];
            Array.Copy(_buffer, _position, value, 0, length);
            _position += length;
            return value;
        }

        private string ReadText()
        {
            byte[] bytes = ReadBytes();
            return Encoding.UTF8.GetString(bytes, 0, bytes.Length);
        }
    }
}
