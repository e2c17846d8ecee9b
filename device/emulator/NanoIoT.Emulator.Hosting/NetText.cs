using System.Text;

namespace NanoIoT.Emulator.Hosting;

/// <summary>UTF-8 with the board's manners, for the emulator's nanoFramework.System.Text.</summary>
public static class NetText
{
    /// <summary>Encodes.</summary>
    /// <param name="text">The text.</param>
    /// <returns>UTF-8.</returns>
    public static byte[] GetBytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Decodes up to the first zero byte; the overlong pair C0 80 is one character.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="index">The first.</param>
    /// <param name="count">How many.</param>
    /// <returns>The text.</returns>
    public static string GetString(byte[] bytes, int index, int count)
    {
        ReadOnlySpan<byte> span = bytes.AsSpan(index, count);
        int zero = span.IndexOf((byte)0);
        span = zero < 0 ? span : span[..zero];
        int overlong = span.IndexOfAny((byte)0xC0, (byte)0xC1);
        if (overlong < 0 || overlong + 1 >= span.Length || (span[overlong + 1] & 0xC0) != 0x80)
        {
            return Encoding.UTF8.GetString(span);
        }

        char character = (char)(((span[overlong] & 0x1F) << 6) | (span[overlong + 1] & 0x3F));
        byte[] rest = span[(overlong + 2)..].ToArray();
        return Encoding.UTF8.GetString(span[..overlong]) + character + GetString(rest, 0, rest.Length);
    }

    /// <summary>Decodes a part.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="byteIndex">The first byte.</param>
    /// <param name="byteCount">How many bytes.</param>
    /// <param name="chars">Where the characters go.</param>
    /// <param name="charIndex">The first place.</param>
    /// <param name="charCount">How many places.</param>
    /// <param name="flush">Whether nothing follows.</param>
    /// <param name="bytesUsed">Bytes taken.</param>
    /// <param name="charsUsed">Characters written.</param>
    /// <param name="completed">Whether all bytes were taken.</param>
    public static void Decode(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex, int charCount, bool flush, out int bytesUsed, out int charsUsed, out bool completed) =>
        Encoding.UTF8.GetDecoder().Convert(bytes, byteIndex, byteCount, chars, charIndex, charCount, flush, out bytesUsed, out charsUsed, out completed);

    /// <summary>Makes a builder for the emulator's StringBuilder to wrap.</summary>
    /// <param name="value">What it begins with.</param>
    /// <returns>A .NET builder.</returns>
    public static StringBuilder NewBuilder(string? value) => new(value);
}
