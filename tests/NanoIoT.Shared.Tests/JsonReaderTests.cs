using System.Text;
using System.Text.Json;
using JsonTokenType = System.Text.Json.JsonTokenType;
using NanoIoT.Shared.Json;

namespace NanoIoT.Shared.Tests;

[TestClass]
public sealed class JsonReaderTests
{
    [TestMethod]
    [DataRow("""{"a":1}""")]
    [DataRow("""{"a":[1,2,{"b":null}],"c":"d"}""")]
    [DataRow(""" [ ] """)]
    [DataRow("""{"a":-0,"b":1.5e10,"c":true,"d":false}""")]
    [DataRow("\"\\u0041\\n\\ud83d\\ude00\"")]
    [DataRow("\"Grüße 😀\"")]
    public void What_is_json_is_read(string json)
    {
        ReadAll(Encoding.UTF8.GetBytes(json));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("{")]
    [DataRow("{\"a\"}")]
    [DataRow("{\"a\":}")]
    [DataRow("{\"a\":1,}")]
    [DataRow("{\"a\":1 \"b\":2}")]
    [DataRow("[1,]")]
    [DataRow("[1 2]")]
    [DataRow("01")]
    [DataRow("+1")]
    [DataRow(".5")]
    [DataRow("1.")]
    [DataRow("1e")]
    [DataRow("'a'")]
    [DataRow("tru")]
    [DataRow("nulll")]
    [DataRow("{} {}")]
    [DataRow("\"a")]
    [DataRow("\"\\x\"")]
    [DataRow("\"\\u12\"")]
    [DataRow("\"\\ud83d\"")]
    [DataRow("\"\\u0000\"")]
    [DataRow("\"\n\"")]
    [DataRow("}")]
    [DataRow("{]")]
    [DataRow("[[[[[[[[[1]]]]]]]]]")]
    public void What_is_not_is_refused(string json)
    {
        Assert.ThrowsExactly<JsonFormatException>(() => ReadAll(Encoding.UTF8.GetBytes(json)));
    }

    [TestMethod]
    [DataRow("C080")]
    [DataRow("ED A0 80")]
    [DataRow("F4908080")]
    [DataRow("FF")]
    [DataRow("E282")]
    public void Bytes_that_are_no_utf8_are_refused(string hex)
    {
        byte[] bytes = [(byte)'"', .. Convert.FromHexString(hex.Replace(" ", string.Empty, StringComparison.Ordinal)), (byte)'"'];

        Assert.ThrowsExactly<JsonFormatException>(() => ReadAll(bytes));
    }

    [TestMethod]
    public void Strings_come_out_as_system_text_json_reads_them()
    {
        foreach (string json in new[] { "\"a\\\"\\\\\\/\\b\\f\\n\\r\\tz\"", "\"\\u00e4\\u20ac\\ud83d\\ude00 ä€😀\"", "\"\"" })
        {
            byte[] bytes = Encoding.UTF8.GetBytes(json);
            var reader = new JsonReader(bytes, 0, bytes.Length, 4);
            reader.Read();

            Assert.AreEqual(JsonSerializer.Deserialize<string>(json), reader.GetString());
        }
    }

    [TestMethod]
    public void Mutated_documents_are_judged_as_system_text_json_judges_them()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        byte[] original = Encoding.UTF8.GetBytes("""{"a":[1,-2.5e3,"x\u0041\n",{"b":null,"c":true}],"ä":"€😀"}""");
        for (int round = 0; round < 50_000; round++)
        {
            byte[] bytes = (byte[])original.Clone();
            for (int i = random.Next(3); i >= 0; i--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(1, 256);
            }

            bool theirs = IsJson(bytes);
            bool ours = true;
            try
            {
                ReadAll(bytes);
            }
            catch (JsonFormatException)
            {
                ours = false;
            }

            Assert.AreEqual(theirs, ours, $"seed {seed}, round {round}: {Encoding.UTF8.GetString(bytes)}");
        }
    }

    [TestMethod]
    public void Whole_numbers_are_exact_up_to_53_bits_and_refused_beyond()
    {
        Assert.AreEqual(9007199254740992L, Number("9007199254740992"));
        Assert.AreEqual(-9007199254740992L, Number("-9007199254740992"));
        Assert.ThrowsExactly<JsonFormatException>(() => Number("9007199254740993"));
        Assert.ThrowsExactly<JsonFormatException>(() => Number("99999999999999999999999999"));
        Assert.ThrowsExactly<JsonFormatException>(() => Number("1.0"));
    }

    private static long Number(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        var reader = new JsonReader(bytes, 0, bytes.Length, 1);
        reader.Read();
        return reader.GetInt64();
    }

    private static bool IsJson(byte[] bytes)
    {
        try
        {
            // Strings must be decoded for their bytes to be judged.
            var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = 8 });
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.GetString()!.Contains('\0', StringComparison.Ordinal))
                {
                    return false;
                }
            }

            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static void ReadAll(byte[] bytes)
    {
        var reader = new JsonReader(bytes, 0, bytes.Length, 8);
        for (Shared.Json.JsonTokenType type = reader.Read(); type != Shared.Json.JsonTokenType.End; type = reader.Read())
        {
            if (type is Shared.Json.JsonTokenType.String or Shared.Json.JsonTokenType.PropertyName)
            {
                reader.GetString();
            }
        }
    }
}
