namespace NanoIoT.Shared
{
    /// <summary>Numbers in bytes, the lowest byte first: what the journal, the boot record and bundles are written in.</summary>
    public static class LittleEndian
    {
        /// <summary>Reads 16 bits.</summary>
        /// <param name="bytes">The bytes.</param>
        /// <param name="offset">The first.</param>
        /// <returns>The number.</returns>
        public static ushort ReadUInt16(byte[] bytes, int offset) => (ushort)(bytes[offset] | (bytes[offset + 1] << 8));

        /// <summary>Reads 32 bits.</summary>
        /// <param name="bytes">The bytes.</param>
        /// <param name="offset">The first.</param>
        /// <returns>The number.</returns>
        public static uint ReadUInt32(byte[] bytes, int offset) => ReadUInt16(bytes, offset) | ((uint)ReadUInt16(bytes, offset + 2) << 16);

        /// <summary>Writes 32 bits.</summary>
        /// <param name="bytes">The bytes.</param>
        /// <param name="offset">The first.</param>
        /// <param name="value">The number.</param>
        public static void WriteUInt32(byte[] bytes, int offset, uint value)
        {
            bytes[offset] = (byte)value;
            bytes[offset + 1] = (byte)(value >> 8);
            bytes[offset + 2] = (byte)(value >> 16);
            bytes[offset + 3] = (byte)(value >> 24);
        }

        /// <summary>CRC-32 (IEEE 802.3), bit by bit: what is checked is short, and a table costs RAM.</summary>
        /// <param name="bytes">The bytes.</param>
        /// <param name="count">How many of them.</param>
        /// <returns>The checksum.</returns>
        public static uint Crc32(byte[] bytes, int count)
        {
            uint crc = 0xffffffff;
            for (int i = 0; i < count; i++)
            {
                crc ^= bytes[i];
                for (int bit = 0; bit < 8; bit++)
                {
                    crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xedb88320 : crc >> 1;
                }
            }

            return ~crc;
        }
    }
}
