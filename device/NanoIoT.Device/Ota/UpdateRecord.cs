using System;
using System.Collections;
using System.Text;

namespace NanoIoT.Device.Ota
{
    /// <summary>
    /// What the board must know of its update after a power cut. The fields' order in flash is <see cref="Encode"/>'s and
    /// <see cref="Decode"/>'s, and <see cref="Format"/> names it.
    /// </summary>
    internal sealed class UpdateRecord
    {
        private const byte Format = 2;
        private const int MaxReports = 8;
        private const int MaxFailedImages = 4;

        // As many as a board keeps announcements: one that it refused is not taken up again while it stands.
        private const int MaxDoneCampaigns = 8;

        public UpdatePhase Phase;
        public string Component = string.Empty;
        public string Campaign = string.Empty;
        public long Revision;
        public string From = string.Empty;
        public string To = string.Empty;

        /// <summary>Digest of the manifest: which image all this is about.</summary>
        public string ImageId = string.Empty;

        /// <summary>Why a revert was asked for, told after the reboot.</summary>
        public string Reason = string.Empty;

        public string Detail = string.Empty;

        /// <summary>The last state of <see cref="Campaign"/> once it is over; empty while it runs.</summary>
        public string Outcome = string.Empty;

        /// <summary>
        /// How often the whole image was refused by the slot's own check and begun afresh; once it runs, how often it was undone
        /// for its version.
        /// </summary>
        public long FreshStarts;

        public int Sequence;
        public long RollbackIndex;

        /// <summary>The rollback index of the image that is being installed.</summary>
        public long PendingRollbackIndex;

        public long BytesDownloaded;
        public long BytesCopied;

        /// <summary>The image's first 32 bytes, once verified; empty before.</summary>
        public byte[] Header = new byte[0];

        /// <summary>Images (an id, a space, a count) that failed or were rolled back, oldest first.</summary>
        public readonly ArrayList FailedImages = new ArrayList();

        /// <summary>Campaigns (with their image) that are over for this board, oldest first.</summary>
        public readonly ArrayList DoneCampaigns = new ArrayList();

        /// <summary>Reports (byte arrays) that no PUBACK has answered yet, oldest first.</summary>
        public readonly ArrayList Reports = new ArrayList();

        private byte[] _buffer = new byte[0];
        private int _position;

        public static UpdateRecord? Decode(byte[] bytes)
        {
            var record = new UpdateRecord { _buffer = bytes };
            if (bytes.Length == 0 || record.ReadByte() != Format)
            {
                return null;
            }

            record.Phase = (UpdatePhase)record.ReadByte();
            record.Component = record.ReadText();
            record.Campaign = record.ReadText();
            record.From = record.ReadText();
            record.To = record.ReadText();
            record.ImageId = record.ReadText();
            record.Reason = record.ReadText();
            record.Detail = record.ReadText();
            record.Outcome = record.ReadText();
            record.Revision = record.ReadInt64();
            record.FreshStarts = record.ReadInt64();
            record.Sequence = (int)record.ReadInt64();
            record.RollbackIndex = record.ReadInt64();
            record.PendingRollbackIndex = record.ReadInt64();
            record.BytesDownloaded = record.ReadInt64();
            record.BytesCopied = record.ReadInt64();
            record.Header = record.ReadBytes();
            record.ReadTexts(record.FailedImages);
            record.ReadTexts(record.DoneCampaigns);
            for (int count = record.ReadByte(); count > 0; count--)
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

        /// <summary>How often an image failed.</summary>
        public int FailuresOf(string imageId)
        {
            int index = FindFailed(imageId);
            return index < 0 ? 0 : ((string)FailedImages[index]!)[imageId.Length + 1] - '0';
        }

        /// <summary>The image failed once more. Nine is as far as it counts; of the images, the last four.</summary>
        public void AddFailure(string imageId)
        {
            int count = FailuresOf(imageId);
            int index = FindFailed(imageId);
            if (index >= 0 || FailedImages.Count == MaxFailedImages)
            {
                FailedImages.RemoveAt(index >= 0 ? index : 0);
            }

            FailedImages.Add(imageId + " " + (count < 9 ? count + 1 : 9).ToString());
        }

        /// <summary>Whether a campaign is over for this board, whatever came of it.</summary>
        public bool IsDone(string campaign, string imageId) => DoneCampaigns.IndexOf(campaign + " " + imageId) >= 0;

        /// <summary>The campaign is over.</summary>
        public void AddDone()
        {
            if (!IsDone(Campaign, ImageId))
            {
                if (DoneCampaigns.Count == MaxDoneCampaigns)
                {
                    DoneCampaigns.RemoveAt(0);
                }

                DoneCampaigns.Add(Campaign + " " + ImageId);
            }
        }

        public byte[] Encode()
        {
            // Run twice over the same fields: once to measure, once to write.
            _position = 0;
            _buffer = new byte[0];
            Write();
            _buffer = new byte[_position];
            _position = 0;
            Write();
            byte[] result = _buffer;
            _buffer = new byte[0];
            return result;
        }

        private int FindFailed(string imageId)
        {
            for (int i = 0; i < FailedImages.Count; i++)
            {
                if (((string)FailedImages[i]!).StartsWith(imageId + " "))
                {
                    return i;
                }
            }

            return -1;
        }

        private void Write()
        {
            WriteByte(Format);
            WriteByte((byte)Phase);
            WriteText(Component);
            WriteText(Campaign);
            WriteText(From);
            WriteText(To);
            WriteText(ImageId);
            WriteText(Reason);
            WriteText(Detail);
            WriteText(Outcome);
            WriteInt64(Revision);
            WriteInt64(FreshStarts);
            WriteInt64(Sequence);
            WriteInt64(RollbackIndex);
            WriteInt64(PendingRollbackIndex);
            WriteInt64(BytesDownloaded);
            WriteInt64(BytesCopied);
            WriteBytes(Header);
            WriteTexts(FailedImages);
            WriteTexts(DoneCampaigns);
            WriteByte((byte)Reports.Count);
            for (int i = 0; i < Reports.Count; i++)
            {
                WriteBytes((byte[])Reports[i]!);
            }
        }

        private void WriteTexts(ArrayList texts)
        {
            WriteByte((byte)texts.Count);
            for (int i = 0; i < texts.Count; i++)
            {
                WriteText((string)texts[i]!);
            }
        }

        private void ReadTexts(ArrayList texts)
        {
            for (int count = ReadByte(); count > 0; count--)
            {
                texts.Add(ReadText());
            }
        }

        private void WriteByte(byte value)
        {
            if (_position < _buffer.Length)
            {
                _buffer[_position] = value;
            }

            _position++;
        }

        private void WriteInt64(long value)
        {
            for (int i = 0; i < 64; i += 8)
            {
                WriteByte((byte)(value >> i));
            }
        }

        private void WriteText(string value) => WriteBytes(Encoding.UTF8.GetBytes(value));

        private void WriteBytes(byte[] value)
        {
            WriteByte((byte)value.Length);
            WriteByte((byte)(value.Length >> 8));
            if (_position < _buffer.Length)
            {
                Array.Copy(value, 0, _buffer, _position, value.Length);
            }

            _position += value.Length;
        }

        private byte ReadByte() => _buffer[_position++];

        private long ReadInt64()
        {
            long value = 0;
            for (int i = 0; i < 64; i += 8)
            {
                value |= (long)ReadByte() << i;
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
