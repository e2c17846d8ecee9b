using System.Text.Json.Nodes;

namespace NanoIoT.Cloud.Rules.Delivery;

/// <summary>A result on its way to a target.</summary>
/// <param name="Lane">The queue it stands in.</param>
/// <param name="Rule">The rule it is of, or what else queued it.</param>
/// <param name="Action">The action's type.</param>
/// <param name="Settings">The action's settings, templates filled in, as JSON.</param>
/// <param name="Payload">The result.</param>
/// <param name="Source">The message it came of.</param>
internal sealed record DeliveryJob(string Lane, string Rule, string Action, string Settings, ReadOnlyMemory<byte> Payload, DeliverySource Source)
{
    private JsonObject? _parsed;

    /// <summary>Its place in the queue.</summary>
    public long Sequence { get; init; }

    /// <summary>When it was queued, Unix milliseconds.</summary>
    public long Enqueued { get; init; }

    /// <summary>The message's payload, for an error action; null where it is the result itself or nobody asks.</summary>
    public ReadOnlyMemory<byte>? Original { get; init; }

    public JsonObject Parsed => _parsed ??= (JsonObject)JsonNode.Parse(Settings)!;
}

/// <summary>What is known of the message a result came of.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="Timestamp">When it came, Unix milliseconds.</param>
/// <param name="ClientId">The client, or null.</param>
/// <param name="Principal">The certificate or user, or null.</param>
/// <param name="TraceId">Its trace.</param>
/// <param name="SourceAddress">Where it came from, or null.</param>
/// <param name="Depth">How many rules republished it one after another.</param>
internal sealed record DeliverySource(string Topic, long Timestamp, string? ClientId, string? Principal, string? TraceId, string? SourceAddress, int Depth = 0);
