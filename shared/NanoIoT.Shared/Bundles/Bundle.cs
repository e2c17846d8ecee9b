using System;
using System.Text;

namespace NanoIoT.Shared
{
    /// <summary>
    /// A bundle: the application of a board that updates by files, as assemblies in load order. Little endian:
    /// <code>
    /// 0  "NIB1" · header bytes u16 · assemblies u16 · chunk bytes u32 · data bytes u32 · heap bytes u32
    /// 20 text bytes u16, u16, u16: version, entry type, and zero · reserved u16 · CRC-32 u32 of the header, this field as 0
    /// 32 version, entry type (UTF-8), then for each assembly: offset u32 · length u32 · name bytes u8 · name (UTF-8)
    ///    the assemblies, each from a chunk's beginning, zeros between; data bytes in all, whole chunks
    ///    the digest list (HMAC-SHA-256 of each chunk; Manifest says how it is paged)
    /// </code>
    /// A bundle as a file has a signature behind that: "NIS1", SHA-256 of the key, and r and s over SHA-256 of the data.
    /// </summary>
    public sealed partial class Bundle
    {
        /// <summary>Bytes of the header's fixed part, which tells one bundle from another.</summary>
        public const int FixedBytes = 32;

        /// <summary>Longest header, in bytes.</summary>
        public const int MaxHeaderBytes = 4096;

        /// <summary>Most assemblies of a bundle.</summary>
        public const int MaxAssemblies = 32;

        /// <summary>"NIB1".</summary>
        public const uint Magic = 0x3142494e;

        private const int CrcOffset = 28;

        // Fields: a board pays for each property with a hundred bytes of flash.

        /// <summary>Bytes of the header.</summary>
        public int HeaderLength;

        /// <summary>Bytes a chunk.</summary>
        public int ChunkSize;

        /// <summary>Bytes of header and assemblies; the digest list is behind.</summary>
        public int DataLength;

        /// <summary>Bytes of managed heap that loading takes for good.</summary>
        public int HeapBytes;

        /// <summary>The version (Semantic Versioning).</summary>
        public string Version = string.Empty;

        /// <summary>The type whose <c>Main</c> is the program.</summary>
        public string EntryType = string.Empty;

        /// <summary>The assemblies' names, in load order.</summary>
        public string[] Names = new string[0];

        /// <summary>Where each assembly begins.</summary>
        public int[] Offsets = new int[0];

        /// <summary>Bytes of each assembly.</summary>
        public int[] Lengths = new int[0];

        /// <summary>How many bytes a header takes, from its fixed part.</summary>
        /// <param name="bytes">At least <see cref="FixedBytes"/> bytes.</param>
        /// <returns>The length, or 0 where this is no bundle.</returns>
        public static int HeaderLengthOf(byte[] bytes)
        {
            if (bytes.Length < FixedBytes || LittleEndian.ReadUInt32(bytes, 0) != Magic)
            {
                return 0;
            }

            int length = LittleEndian.ReadUInt16(bytes, 4);
            return length < FixedBytes || length > MaxHeaderBytes ? 0 : length;
        }

        /// <summary>Reads a header; every number in it is checked before it is used.</summary>
        /// <param name="bytes">The bundle's first bytes, the header at least.</param>
        /// <returns>The header, or null where it is damaged or none.</returns>
        public static Bundle? Read(byte[] bytes)
        {
            int length = HeaderLengthOf(bytes);
            if (length == 0 || bytes.Length < length)
            {
                return null;
            }

            var header = new byte[length];
            Array.Copy(bytes, 0, header, 0, length);
            uint crc = LittleEndian.ReadUInt32(header, CrcOffset);
            Array.Clear(header, CrcOffset, 4);
            if (LittleEndian.Crc32(header, length) != crc)
            {
                return null;
            }

            var bundle = new Bundle
            {
                HeaderLength = length,
                ChunkSize = (int)LittleEndian.ReadUInt32(header, 8),
                DataLength = (int)LittleEndian.ReadUInt32(header, 12),
                HeapBytes = (int)LittleEndian.ReadUInt32(header, 16),
            };
            int count = LittleEndian.ReadUInt16(header, 6);
            int versionLength = LittleEndian.ReadUInt16(header, 20);
            int entryLength = LittleEndian.ReadUInt16(header, 22);
            int position = FixedBytes + versionLength + entryLength;
            if (count == 0 || count > MaxAssemblies || bundle.ChunkSize < 256 || bundle.ChunkSize > Contract.MaxChunkBytes
                || bundle.DataLength < length || bundle.DataLength % bundle.ChunkSize != 0 || bundle.HeapBytes < 0 || position > length)
            {
                return null;
            }

            bundle.Version = Encoding.UTF8.GetString(header, FixedBytes, versionLength);
            bundle.EntryType = Encoding.UTF8.GetString(header, FixedBytes + versionLength, entryLength);
            return bundle.ReadTable(header, position, count) ? bundle : null;
        }

        private bool ReadTable(byte[] header, int position, int count)
        {
            Names = new string[count];
            Offsets = new int[count];
            Lengths = new int[count];
            int free = HeaderLength;
            for (int i = 0; i < count; i++)
            {
                if (HeaderLength - position < 9)
                {
                    return false;
                }

                Offsets[i] = (int)LittleEndian.ReadUInt32(header, position);
                Lengths[i] = (int)LittleEndian.ReadUInt32(header, position + 4);
                int nameLength = header[position + 8];
                position += 9;
                if (nameLength == 0 || HeaderLength - position < nameLength || Offsets[i] < free || Offsets[i] % ChunkSize != 0
                    || Lengths[i] < 1 || Offsets[i] > DataLength || Lengths[i] > DataLength - Offsets[i])
                {
                    return false;
                }

                Names[i] = Encoding.UTF8.GetString(header, position, nameLength);
                position += nameLength;
                free = Offsets[i] + Lengths[i];
            }

            return position == HeaderLength;
        }
    }
}
