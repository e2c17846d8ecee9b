using System.Globalization;

namespace System
{
    /// <summary>Conversions with the board's exceptions: Exception itself where .NET throws FormatException for base64.</summary>
    public static class Convert
    {
        public static DateTime ToDateTime(string value) => DateTime.Parse(value, CultureInfo.InvariantCulture);

        public static bool ToBoolean(byte value) => value != 0;

        public static byte ToByte(bool value) => value ? (byte)1 : (byte)0;

        public static byte ToByte(string value, int fromBase = 10) => (byte)Parse(value, fromBase, byte.MinValue, byte.MaxValue);

        public static byte[] FromBase64CharArray(char[] inArray, int offset, int length) => FromBase64String(new string(inArray, offset, length));

        public static byte[] FromBase64String(string inString)
        {
            ArgumentNullException.ThrowIfNull(inString);
            try
            {
                return Buffers.Text.Base64.DecodeFromUtf8InPlace(Text.Encoding.ASCII.GetBytes(inString), out int _) == Buffers.OperationStatus.Done
                    ? Decode(inString)
                    : throw new Exception();
            }
            catch (FormatException)
            {
                throw new Exception();
            }
        }

        public static char ToChar(ushort value) => (char)value;

        public static double ToDouble(string value) => double.Parse(value, NumberStyles.Float, CultureInfo.InvariantCulture);

        public static float ToSingle(string value) => (float)ToDouble(value);

        public static int ToInt32(string value, int fromBase = 10) => (int)Parse(value, fromBase, int.MinValue, int.MaxValue);

        public static long ToInt64(string value, int fromBase = 10) => Parse(value, fromBase, long.MinValue, long.MaxValue);

        public static sbyte ToSByte(string value, int fromBase = 10) => (sbyte)Parse(value, fromBase, sbyte.MinValue, sbyte.MaxValue);

        public static short ToInt16(string value, int fromBase = 10) => (short)Parse(value, fromBase, short.MinValue, short.MaxValue);

        public static string ToBase64String(byte[] inArray) => ToBase64String(inArray, 0, inArray.Length);

        public static string ToBase64String(byte[] inArray, Base64FormattingOptions options) => ToBase64String(inArray, 0, inArray.Length, options);

        public static string ToBase64String(byte[] inArray, int offset, int length) => ToBase64String(inArray, offset, length, Base64FormattingOptions.None);

        public static string ToBase64String(byte[] inArray, int offset, int length, Base64FormattingOptions options)
        {
            var utf8 = new byte[Buffers.Text.Base64.GetMaxEncodedToUtf8Length(length)];
            Buffers.Text.Base64.EncodeToUtf8(inArray.AsSpan(offset, length), utf8, out _, out int written);
            string text = Text.Encoding.ASCII.GetString(utf8, 0, written);
            if (options == Base64FormattingOptions.None)
            {
                return text;
            }

            var lines = new Text.StringBuilder();
            for (int i = 0; i < text.Length; i += 76)
            {
                lines.Append(i == 0 ? string.Empty : "\r\n").Append(text, i, Math.Min(76, text.Length - i));
            }

            return lines.ToString();
        }

        public static uint ToUInt32(string value, int fromBase = 10) => (uint)Parse(value, fromBase, uint.MinValue, uint.MaxValue);

        public static ulong ToUInt64(string value, int fromBase = 10) =>
            ulong.Parse(value, fromBase == 16 ? NumberStyles.AllowHexSpecifier : NumberStyles.Integer, CultureInfo.InvariantCulture);

        public static ushort ToUInt16(string value, int fromBase = 10) => (ushort)Parse(value, fromBase, ushort.MinValue, ushort.MaxValue);

        private static byte[] Decode(string text)
        {
            byte[] utf8 = Text.Encoding.ASCII.GetBytes(text);
            Buffers.Text.Base64.DecodeFromUtf8InPlace(utf8, out int written);
            return utf8.AsSpan(0, written).ToArray();
        }

        private static long Parse(string value, int fromBase, long lowest, long highest)
        {
            if (value.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && fromBase == 16)
            {
                value = value.Substring(2);
            }

            long number;
            try
            {
                number = long.Parse(value, fromBase == 16 ? NumberStyles.AllowHexSpecifier : NumberStyles.Integer, CultureInfo.InvariantCulture);
            }
            catch (OverflowException)
            {
                // The board has no OverflowException.
                throw new ArgumentOutOfRangeException(nameof(value));
            }

            return number >= lowest && number <= highest ? number : throw new ArgumentOutOfRangeException(nameof(value));
        }
    }
}
