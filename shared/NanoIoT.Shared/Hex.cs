using System;

namespace NanoIoT.Shared
{
    /// <summary>Bytes as lower-case hexadecimal.</summary>
    public static class Hex
    {
        /// <summary>Writes bytes.</summary>
        /// <param name="bytes">The bytes.</param>
        /// <returns>Two digits a byte.</returns>
        public static string Encode(byte[] bytes)
        {
            const string digits = "0123456789abcdef";
            var text = new char[bytes.Length * 2];
            for (int i = 0; i < bytes.Length; i++)
            {
                text[2 * i] = digits[bytes[i] >> 4];
                text[(2 * i) + 1] = digits[bytes[i] & 15];
            }

            return new string(text);
        }

        /// <summary>Reads bytes.</summary>
        /// <param name="text">The digits.</param>
        /// <returns>The bytes, or null where the text is no even number of digits.</returns>
        public static byte[]? Decode(string text)
        {
            if ((text.Length & 1) != 0)
            {
                return null;
            }

            var bytes = new byte[text.Length / 2];
            for (int i = 0; i < bytes.Length; i++)
            {
                int high = Digit(text[2 * i]);
                int low = Digit(text[(2 * i) + 1]);
                if (high < 0 || low < 0)
                {
                    return null;
                }

                bytes[i] = (byte)((high << 4) | low);
            }

            return bytes;
        }

        internal static int Digit(char c)
        {
            if (c >= '0' && c <= '9')
            {
                return c - '0';
            }

            if (c >= 'a' && c <= 'f')
            {
                return c - 'a' + 10;
            }

            return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        }
    }
}
