namespace NanoIoT.Device.Security
{
    /// <summary>CRC-32 (IEEE 802.3), bit by bit: journal records are short and a table costs RAM.</summary>
    internal static class Crc32
    {
        public static uint Compute(byte[] data, int count)
        {
            uint crc = 0xffffffff;
            for (int i = 0; i < count; i++)
            {
                crc ^= data[i];
                for (int bit = 0; bit < 8; bit++)
                {
                    crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xedb88320 : crc >> 1;
                }
            }

            return ~crc;
        }
    }
}
