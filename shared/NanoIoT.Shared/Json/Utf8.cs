namespace NanoIoT.Shared.Json
{
    /// <summary>UTF-8 by hand, because the board's own decoder accepts overlong forms and stops at a zero byte.</summary>
    internal static class Utf8
    {
        /// <summary>The length of the well-formed multi-byte sequence (RFC 3629) at a position.</summary>
        public static int SequenceLength(byte[] data, int position, int end)
        {
            int first = data[position];
            int length = first >= 0xC2 && first <= 0xDF ? 2 : first >= 0xE0 && first <= 0xEF ? 3 : first >= 0xF0 && first <= 0xF4 ? 4 : 0;
            if (length == 0 || position + length > end)
            {
                throw new JsonFormatException("not UTF-8", position);
            }

            for (int i = 1; i < length; i++)
            {
                int low = 0x80;
                int high = 0xBF;
                if (i == 1)
                {
                    low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
                    high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
                }

                if (data[position + i] < low || data[position + i] > high)
                {
                    throw new JsonFormatException("not UTF-8", position + i);
                }
            }

            return length;
        }

        /// <summary>Writes one code point and says how many bytes it took.</summary>
        public static int Write(int codePoint, byte[] buffer, int offset)
        {
            int following = 0;
            for (int limit = 0x80; codePoint >= limit; limit = following == 1 ? 0x800 : limit << 5)
            {
                following++;
            }

            for (int i = following; i > 0; i--)
            {
                buffer[offset + i] = (byte)(0x80 | (codePoint & 0x3F));
                codePoint >>= 6;
            }

            // As many leading ones as there are bytes; a single byte has none.
            buffer[offset] = (byte)(following == 0 ? codePoint : (0xFF00 >> (following + 1)) | codePoint);
            return following + 1;
        }
    }
}
