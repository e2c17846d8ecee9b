using NetText = NanoIoT.Emulator.Hosting.NetText;

namespace System.Text
{
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
