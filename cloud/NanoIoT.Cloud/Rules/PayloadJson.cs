using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NanoIoT.Cloud.Rules;

/// <summary>Payloads as JSON for whoever shows or stores them: what is no JSON is its text.</summary>
internal static class PayloadJson
{
    public static JsonNode? Parse(ReadOnlyMemory<byte> payload)
    {
        try
        {
            return JsonNode.Parse(payload.Span);
        }
        catch (JsonException)
        {
            return JsonValue.Create(Encoding.UTF8.GetString(payload.Span));
        }
    }
}
