using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests;

[TestClass]
public sealed class StrictJsonTests
{
    [TestMethod]
    [DataRow("""{"a":"\ud800"}""", "LoneSurrogate")]
    [DataRow("""{"a":"\udfff"}""", "LoneSurrogate")]
    [DataRow("""{"a":"\ud83d\ud83d\ude00"}""", "LoneSurrogate")]
    [DataRow("""{"a":"\ud83dx\ude00"}""", "LoneSurrogate")]
    [DataRow("""{"a":"\ud83d\\ude00"}""", "LoneSurrogate")]
    [DataRow("""{"\uD800":1}""", "LoneSurrogate")]
    [DataRow("""["\\\ud800"]""", "LoneSurrogate")]
    [DataRow("""{"a":1,"a":2}""", "DuplicateName")]
    [DataRow("""{"a":1,"\u0061":2}""", "DuplicateName")]
    [DataRow("""{"a":1""", "Malformed")]
    [DataRow("""{"a":"\u12"}""", "Malformed")]
    [DataRow("""{} {}""", "Malformed")]
    [DataRow("", "Malformed")]
    [DataRow("[[[[]]]]", "TooDeep")]
    [DataRow("[[[[", "TooDeep")]
    public void What_is_not_acceptable_is_rejected_with_its_reason(string json, string fault)
    {
        StrictJsonException exception = Assert.ThrowsExactly<StrictJsonException>(() => StrictJson.Parse(Encoding.UTF8.GetBytes(json), 3));

        Assert.AreEqual(fault, exception.Fault.ToString());
    }

    [TestMethod]
    [DataRow("""{"a":"\ud83d\ude00"}""")]
    [DataRow("""{"a":"\\ud800"}""")]
    [DataRow("""{"\uD83D\uDE00":["\\\"\u0000"]}""")]
    [DataRow("[[[]]]")]
    [DataRow("1e400")]
    public void What_is_acceptable_is_as_system_text_json_has_it(string json) =>
        Assert.AreEqual(JsonNode.Parse(json)!.ToJsonString(), StrictJson.Parse(Encoding.UTF8.GetBytes(json), 3)!.ToJsonString());

    [TestMethod]
    public void Bytes_that_are_not_utf8_are_rejected()
    {
        byte[] json = [.. "{\"a\":\""u8, 0xED, 0xA0, 0x80, .. "\"}"u8];

        Assert.AreEqual(JsonFault.NotUtf8, Assert.ThrowsExactly<StrictJsonException>(() => StrictJson.Parse(json)).Fault);
    }

    [TestMethod]
    public void Whatever_is_accepted_can_be_read_whole()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] json = Garbage.Json(random);
            JsonNode? parsed;
            try
            {
                parsed = StrictJson.Parse(json);
            }
            catch (StrictJsonException)
            {
                continue;
            }

            try
            {
                _ = parsed?.DeepClone().ToJsonString();
                ReadAll(parsed);
            }
            catch (Exception exception)
            {
                Assert.Fail($"seed {seed}: {Encoding.UTF8.GetString(json)}: {exception}");
            }
        }
    }

    private static void ReadAll(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach ((_, JsonNode? member) in members)
                {
                    ReadAll(member);
                }

                break;
            case JsonArray items:
                foreach (JsonNode? item in items)
                {
                    ReadAll(item);
                }

                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                _ = value.GetValue<string>();
                break;
        }
    }
}
