using System.Text;

namespace NanoIoT.Testing;

/// <summary>Random bytes that look like what handlers expect, and are not: JSON with members that they read, broken in every way.</summary>
public static class Garbage
{
    private static readonly string[] s_names =
    [
        "state", "desired", "reported", "firmware", "version", "clientToken", "app", "campaign", "component", "seq", "to", "from", "v", "reason", "time",
        "certificateSigningRequest", "certificateOwnershipToken", "parameters", "SerialNumber", "a", "", "\\ud800", "\\u0000", "\\uD83D\\uDE00", "ä",
    ];

    private static readonly string[] s_values =
    [
        "null", "true", "0", "-1", "1e400", "1e-400", "123456789012345678901234567890", "\"\"", "\"1.2.3\"", "\"succeeded\"", "\"app\"", "\"\\ud800\"", "\"\\udc00x\"", "\"\\u0000\"", "\"\\ud83d\\ude00\"",
        "\"ä\"", "[]", "{}", "[[[[[[[[[[]]]]]]]]]]", "\"-----BEGIN CERTIFICATE REQUEST-----\"",
    ];

    /// <summary>A payload: JSON, nearly JSON, or bytes.</summary>
    /// <param name="random">The source of randomness.</param>
    /// <returns>The payload.</returns>
    public static byte[] Payload(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (random.Next(8) == 0)
        {
            byte[] bytes = new byte[random.Next(64)];
            random.NextBytes(bytes);
            return bytes;
        }

        return Json(random);
    }

    /// <summary>JSON, half of it with a byte changed, taken out or put in.</summary>
    /// <param name="random">The source of randomness.</param>
    /// <returns>The bytes.</returns>
    public static byte[] Json(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var text = new StringBuilder();
        Append(text, random, 5);
        var bytes = new List<byte>(Encoding.UTF8.GetBytes(text.ToString()));
        int position = random.Next(bytes.Count);
        switch (random.Next(6))
        {
            case 0:
                bytes[position] = (byte)random.Next(256);
                break;
            case 1:
                bytes.RemoveAt(position);
                break;
            case 2:
                bytes.Insert(position, (byte)random.Next(256));
                break;
        }

        return [.. bytes];
    }

    private static void Append(StringBuilder text, Random random, int depth)
    {
        int kind = depth == 0 ? 2 : random.Next(3);
        if (kind == 2 && depth < 5)
        {
            text.Append(s_values[random.Next(s_values.Length)]);
            return;
        }

        bool isObject = kind != 1;
        text.Append(isObject ? '{' : '[');
        int count = random.Next(4);
        for (int i = 0; i < count; i++)
        {
            text.Append(i == 0 ? string.Empty : ",");
            if (isObject)
            {
                text.Append('"').Append(s_names[random.Next(s_names.Length)]).Append("\":");
            }

            Append(text, random, depth - 1);
        }

        text.Append(isObject ? '}' : ']');
    }
}
