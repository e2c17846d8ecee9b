using NetText = NanoIoT.Emulator.Hosting.NetText;

namespace System.Text
{
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
}
