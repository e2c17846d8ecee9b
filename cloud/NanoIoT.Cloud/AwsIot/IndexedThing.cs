using System.Text.Json;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Registry;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.AwsIot;

/// <summary>A thing as AWS IoT's fleet index answers it.</summary>
internal sealed record IndexedThing
{
    public required string Name { get; init; }

    public required string Id { get; init; }

    public string? TypeName { get; init; }

    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>All its attributes.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>Its shadows as JSON, or null where there are none.</summary>
    public string? Shadow { get; init; }

    /// <summary>Whether it is connected, or null where the index does not say.</summary>
    public ConnectionStatus? Connection { get; init; }

    /// <summary>Versions that its attributes show.</summary>
    public IReadOnlyDictionary<string, string> RegisteredFirmware() => Attributes
        .Where(item => item.Key.StartsWith(WellKnownAttributes.FirmwarePrefix, StringComparison.Ordinal))
        .ToDictionary(item => item.Key[WellKnownAttributes.FirmwarePrefix.Length..], item => WellKnownAttributes.DecodeVersion(item.Value), StringComparer.Ordinal);

    /// <summary>Reads one of an answer.</summary>
    /// <param name="json">An item of <c>things</c>.</param>
    /// <returns>The thing; null where it is none.</returns>
    public static IndexedThing? Parse(JsonNode? json)
    {
        if (json is not JsonObject item || Text(item, "thingName") is not string name)
        {
            return null;
        }

        return new IndexedThing
        {
            Name = name,
            Id = Text(item, "thingId") ?? string.Empty,
            TypeName = Text(item, "thingTypeName"),
            Groups = [.. (item["thingGroupNames"] as JsonArray ?? []).Select(TextOf).OfType<string>().Order(StringComparer.Ordinal)],
            Attributes = ReadAttributes(item),
            Shadow = Text(item, "shadow"),
            Connection = item["connectivity"] is JsonObject connection && connection["timestamp"] is JsonValue at && at.TryGetValue(out long since)
                ? new ConnectionStatus(connection["connected"]?.GetValueKind() == JsonValueKind.True, since, Text(connection, "disconnectReason"))
                : null,
        };
    }

    /// <summary>Names and values of <c>attributes</c>.</summary>
    public static IReadOnlyDictionary<string, string> ReadAttributes(JsonObject item) => item["attributes"] is JsonObject attributes
        ? attributes.Where(member => TextOf(member.Value) is not null).ToDictionary(member => member.Key, member => TextOf(member.Value)!, StringComparer.Ordinal)
        : new Dictionary<string, string>();

    /// <summary>The state of the agent's shadow, or null where it has none.</summary>
    public static JsonObject? AgentShadow(string? shadow) => ParseShadows(shadow)?["name"] is JsonObject names ? names[Topics.AgentShadow] as JsonObject : null;

    /// <summary>Shadows as the index has them, or null.</summary>
    public static JsonObject? ParseShadows(string? shadows)
    {
        try
        {
            return shadows is null ? null : JsonNode.Parse(shadows) as JsonObject;
        }
        catch (JsonException)
        {
            // Cut off by the index, which keeps no more than it has room for.
            return null;
        }
    }

    private static string? Text(JsonObject item, string name) => TextOf(item[name]);

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
