using System.Text;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Rules.Sql;

namespace NanoIoT.Cloud.Rules;

/// <summary>Payloads as JSON for whoever shows or stores them: what is no JSON is its text.</summary>
internal static class PayloadJson
{
    public static JsonNode? Parse(ReadOnlyMemory<byte> payload)
    {
        try
        {
            return StrictJson.Parse(payload.Span, SqlJson.MaxDepth);
        }
        catch (StrictJsonException)
        {
            return JsonValue.Create(Encoding.UTF8.GetString(payload.Span));
        }
    }
}
