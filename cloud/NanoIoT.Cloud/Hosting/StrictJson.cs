using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace NanoIoT.Cloud.Hosting;

/// <summary>
/// The parser of JSON that comes from outside: bodies of requests, payloads of devices, documents inside them. System.Text.Json
/// accepts text that is not Unicode (invalid UTF-8, an escaped half of a surrogate pair) and fails when the text is
/// read, far from where the input can still be rejected. Here it is rejected before anything is read.
/// </summary>
internal static class StrictJson
{
    /// <summary>How deep objects and arrays may be nested unless a caller says otherwise.</summary>
    public const int DefaultMaxDepth = 32;

    /// <summary>Parses a JSON value.</summary>
    /// <param name="json">The bytes.</param>
    /// <param name="maxDepth">How deep objects and arrays may be nested.</param>
    /// <returns>The value; null for the JSON value null.</returns>
    /// <exception cref="StrictJsonException">The bytes are not acceptable JSON.</exception>
    public static JsonNode? Parse(ReadOnlySpan<byte> json, int maxDepth = DefaultMaxDepth)
    {
        Check(json, maxDepth);
        try
        {
            return JsonNode.Parse(json, null, new JsonDocumentOptions { MaxDepth = maxDepth, AllowDuplicateProperties = false });
        }
        catch (JsonException exception)
        {
            // Everything else was found by the check.
            throw new StrictJsonException(JsonFault.DuplicateName, exception.Message, exception);
        }
    }

    private static void Check(ReadOnlySpan<byte> json, int maxDepth)
    {
        if (!Utf8.IsValid(json))
        {
            throw new StrictJsonException(JsonFault.NotUtf8, "The text is not valid UTF-8.");
        }

        // One level more than is allowed, so that the reader does not fail before this can tell why.
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maxDepth + 1 });
        try
        {
            while (reader.Read())
            {
                CheckToken(in reader, maxDepth);
            }
        }
        catch (JsonException exception)
        {
            throw new StrictJsonException(JsonFault.Malformed, exception.Message, exception);
        }
    }

    private static void CheckToken(in Utf8JsonReader reader, int maxDepth)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray when reader.CurrentDepth >= maxDepth:
                throw new StrictJsonException(JsonFault.TooDeep, $"Objects and arrays are nested more than {maxDepth} levels deep.");
            case JsonTokenType.String or JsonTokenType.PropertyName when reader.ValueIsEscaped:
                CheckSurrogates(reader.ValueSpan, reader.TokenStartIndex);
                break;
        }
    }

    /// <summary>Checks that each escaped high surrogate is followed by an escaped low one. The reader has checked the escapes themselves.</summary>
    private static void CheckSurrogates(ReadOnlySpan<byte> text, long position)
    {
        const int escapeLength = 6;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                continue;
            }

            if (text[i + 1] != 'u')
            {
                i++;
                continue;
            }

            char unit = UnitAt(text[i..]);
            if (char.IsHighSurrogate(unit) && char.IsLowSurrogate(UnitAt(text[(i + escapeLength)..])))
            {
                i += escapeLength;
            }
            else if (char.IsSurrogate(unit))
            {
                string escape = $"\\u{((int)unit).ToString("x4", CultureInfo.InvariantCulture)}";
                throw new StrictJsonException(JsonFault.LoneSurrogate, $"The text at byte {position} has the escape {escape} without the other half of the surrogate pair.");
            }

            i += escapeLength - 1;
        }
    }

    /// <summary>The UTF-16 unit of the <c>\u</c> escape that a text begins with, or NUL where it begins with none.</summary>
    private static char UnitAt(ReadOnlySpan<byte> text)
    {
        const int prefix = 2;
        const int digits = 4;
        return text is [(byte)'\\', (byte)'u', _, _, _, _, ..] && Utf8Parser.TryParse(text.Slice(prefix, digits), out ushort unit, out _, 'x') ? (char)unit : '\0';
    }
}
