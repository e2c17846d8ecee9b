using System.Text.Json.Nodes;

namespace NanoIoT.Cloud.Rest;

/// <summary>An operation's answer.</summary>
/// <param name="Body">Its body, as bytes.</param>
public sealed record OperationResult(ReadOnlyMemory<byte> Body)
{
    /// <summary>The answer that holds nothing.</summary>
    public static OperationResult Empty { get; } = new("{}"u8.ToArray());

    /// <summary>An answer of one JSON object.</summary>
    /// <param name="json">The object.</param>
    /// <returns>The answer.</returns>
    public static OperationResult Json(JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return new OperationResult(System.Text.Encoding.UTF8.GetBytes(json.ToJsonString(Storage.RecordStore.Json)));
    }
}
