using System;
using System.IO;
using NanoIoT.Shared;

namespace NanoIoT.Device.Loader
{
    /// <summary>
    /// Which slot runs: two files written in turn, each with a sequence number and a checksum, of which the newest whole one
    /// counts. 48 bytes: "nIB1" · sequence u32 · active u8 · trial u8 · boots left u8 · ended u8 · digest of slot A (16) ·
    /// digest of slot B (16) · CRC-32 u32.
    /// </summary>
    internal sealed class BootRecord
    {
        /// <summary>No slot.</summary>
        public const byte None = 0xff;

        /// <summary>Bytes of a slot's digest that the record keeps.</summary>
        public const int DigestBytes = 16;

        private const uint Magic = 0x3142496e; // "nIB1"
        private const int Length = 48;

        /// <summary>The slot that is confirmed: 0 or 1.</summary>
        public byte Active;

        /// <summary>The slot on trial, or <see cref="None"/>.</summary>
        public byte Trial = None;

        /// <summary>How often the slot on trial may still be started.</summary>
        public byte BootsLeft;

        /// <summary>The slot whose trial ended without being confirmed, until the agent has asked; or <see cref="None"/>.</summary>
        public byte Ended = None;

        /// <summary>What each slot's digest list must hash to, its first bytes; zeros where it is not known (put there at the factory).</summary>
        public readonly byte[] Digests = new byte[2 * DigestBytes];

        private readonly string _folder;
        private uint _sequence;
        private int _next;

        private BootRecord(string folder)
        {
            _folder = folder;
        }

        /// <summary>Reads the record; a board that never had one runs slot A.</summary>
        public static BootRecord Load(string folder)
        {
            var record = new BootRecord(folder);
            bool found = false;
            for (int i = 0; i < 2; i++)
            {
                byte[]? bytes = ReadFile(PathOf(folder, i));
                if (bytes == null || bytes.Length != Length || LittleEndian.ReadUInt32(bytes, 0) != Magic || LittleEndian.ReadUInt32(bytes, Length - 4) != LittleEndian.Crc32(bytes, Length - 4))
                {
                    continue;
                }

                uint sequence = LittleEndian.ReadUInt32(bytes, 4);
                if (!found || sequence - record._sequence < 0x80000000)
                {
                    found = true;
                    record._sequence = sequence;
                    record._next = 1 - i;
                    record.Active = bytes[8];
                    record.Trial = bytes[9];
                    record.BootsLeft = bytes[10];
                    record.Ended = bytes[11];
                    Array.Copy(bytes, 12, record.Digests, 0, 2 * DigestBytes);
                }
            }

            return record;
        }

        /// <summary>Makes the record durable.</summary>
        /// <returns>False where it is not.</returns>
        public bool Save()
        {
            var bytes = new byte[Length];
            LittleEndian.WriteUInt32(bytes, 0, Magic);
            LittleEndian.WriteUInt32(bytes, 4, _sequence + 1);
            bytes[8] = Active;
            bytes[9] = Trial;
            bytes[10] = BootsLeft;
            bytes[11] = Ended;
            Array.Copy(Digests, 0, bytes, 12, 2 * DigestBytes);
            LittleEndian.WriteUInt32(bytes, Length - 4, LittleEndian.Crc32(bytes, Length - 4));
            try
            {
                if (!Directory.Exists(_folder))
                {
                    Directory.CreateDirectory(_folder);
                }

                File.WriteAllBytes(PathOf(_folder, _next), bytes);
            }
            catch (Exception)
            {
                // The file system is full or failing: what was stored before still counts.
                return false;
            }

            _sequence++;
            _next = 1 - _next;
            return true;
        }

        /// <summary>Reads a whole small file, or null.</summary>
        private static byte[]? ReadFile(string path)
        {
            try
            {
                return File.Exists(path) ? File.ReadAllBytes(path) : null;
            }
            catch (Exception)
            {
                // As good as none: the other file counts.
                return null;
            }
        }

        private static string PathOf(string folder, int index) => folder + "\\boot." + index.ToString();
    }
}
