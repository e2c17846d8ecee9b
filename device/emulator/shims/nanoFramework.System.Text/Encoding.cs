using NetText = NanoIoT.Emulator.Hosting.NetText;

namespace System.Text
{
    /// <summary>Decodes bytes to characters.</summary>
    public abstract class Decoder
    {
        public abstract void Convert(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex, int charCount, bool flush, out int bytesUsed, out int charsUsed, out bool completed);
    }

    /// <summary>The board's encodings: UTF-8 alone.</summary>
    public abstract class Encoding
    {
        public static Encoding UTF8 { get; } = new UTF8Encoding();

        public abstract Decoder GetDecoder();

        public virtual byte[] GetBytes(string s) => NetText.GetBytes(s);

        public virtual int GetBytes(string s, int charIndex, int charCount, byte[] bytes, int byteIndex)
        {
            byte[] part = NetText.GetBytes(s.Substring(charIndex, charCount));
            Array.Copy(part, 0, bytes, byteIndex, part.Length);
            return part.Length;
        }

        public virtual char[] GetChars(byte[] bytes) => NetText.GetString(bytes, 0, bytes.Length).ToCharArray();

        public virtual char[] GetChars(byte[] bytes, int byteIndex, int byteCount) => NetText.GetString(bytes, byteIndex, byteCount).ToCharArray();

        /// <summary>As on the board: stops at a zero byte, and takes overlong forms for the character they stand for.</summary>
        public virtual string GetString(byte[] bytes, int index, int count) => NetText.GetString(bytes, index, count);
    }

    /// <summary>UTF-8.</summary>
    public class UTF8Encoding : Encoding
    {
        public override Decoder GetDecoder() => new Utf8Decoder();

        private sealed class Utf8Decoder : Decoder
        {
            public override void Convert(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex, int charCount, bool flush, out int bytesUsed, out int charsUsed, out bool completed)
            {
                NetText.Decode(bytes, byteIndex, byteCount, chars, charIndex, charCount, flush, out bytesUsed, out charsUsed, out completed);
            }
        }
    }
}
