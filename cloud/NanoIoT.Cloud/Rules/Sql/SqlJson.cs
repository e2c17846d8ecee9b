using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace NanoIoT.Cloud.Rules.Sql;

/// <summary>JSON into values and back.</summary>
internal static class SqlJson
{
    public const int MaxDepth = 64;

    private static readonly JsonWriterOptions s_writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Reads JSON.</summary>
    /// <param name="json">Its bytes.</param>
    /// <param name="version">How whole decimals are read.</param>
    /// <param name="names">The only members of the outermost object that are wanted, or null for all; the others are checked and skipped.</param>
    /// <param name="value">The value.</param>
    /// <returns>Whether it is JSON.</returns>
    public static bool TryParse(ReadOnlySpan<byte> json, SqlVersion version, SqlNames? names, out SqlValue value)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            if (!reader.Read())
            {
                value = default;
                return false;
            }

            value = reader.TokenType == JsonTokenType.StartObject ? ReadObject(ref reader, version, names) : Read(ref reader, version);
            return !reader.Read();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not JSON, or a text of it is not UTF-8.
            value = default;
            return false;
        }
    }

    public static string Write(in SqlValue value)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer, s_writing);
        Write(writer, value);
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static byte[] WriteBytes(in SqlValue value)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer, s_writing);
        Write(writer, value);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    public static void Write(Utf8JsonWriter writer, in SqlValue value)
    {
        switch (value.Kind)
        {
            case SqlKind.Boolean:
                writer.WriteBooleanValue(value.IsTrue);
                break;
            case SqlKind.Int or SqlKind.Decimal when value.IsDouble:
                writer.WriteNumberValue(value.Double);
                break;
            case SqlKind.Int or SqlKind.Decimal:
                writer.WriteNumberValue(value.Number);
                break;
            case SqlKind.String:
                writer.WriteStringValue(value.Text);
                break;
            case SqlKind.Array:
                writer.WriteStartArray();
                foreach (SqlValue item in value.Items)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case SqlKind.Object:
                writer.WriteStartObject();
                foreach ((string name, SqlValue member) in value.Members.Members)
                {
                    writer.WritePropertyName(name);
                    Write(writer, member);
                }

                writer.WriteEndObject();
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    private static SqlValue Read(ref Utf8JsonReader reader, SqlVersion version)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return ReadObject(ref reader, version, null);
            case JsonTokenType.StartArray:
                var items = new List<SqlValue>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(Read(ref reader, version));
                }

                return SqlValue.Of(items);
            case JsonTokenType.String:
                return SqlValue.Of(reader.GetString());
            case JsonTokenType.Number:
                return ReadNumber(ref reader, version);
            case JsonTokenType.True:
                return SqlValue.True;
            case JsonTokenType.False:
                return SqlValue.False;
            default:
                return SqlValue.Null;
        }
    }

    private static SqlValue ReadObject(ref Utf8JsonReader reader, SqlVersion version, SqlNames? names)
    {
        var result = new SqlObject();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string? name = names is null ? reader.GetString()! : names.Find(ref reader);
            if (name is null)
            {
                reader.Skip();
                continue;
            }

            reader.Read();
            result.Set(name, Read(ref reader, version));
        }

        return SqlValue.Of(result);
    }

    private static SqlValue ReadNumber(ref Utf8JsonReader reader, SqlVersion version)
    {
        if (reader.TryGetInt64(out long whole))
        {
            return SqlValue.Of(whole);
        }

        ReadOnlySpan<byte> bytes = reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan;
        const int shortest = 256;
        Span<char> text = bytes.Length <= shortest ? stackalloc char[shortest] : new char[bytes.Length];
        Encoding.ASCII.GetChars(bytes, text);
        return SqlValue.ParseNumber(text[..bytes.Length], version);
    }
}
