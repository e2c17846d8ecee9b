using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Rest;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Registry.Operations;

/// <summary>Parts that several operations of the registry read or answer.</summary>
internal static partial class RegistryJson
{
    private const int MaxDescription = 2028;
    private const int MaxTags = 50;

    public static string Description(JsonObject? properties, string name) => properties is null ? string.Empty : OperationRequest.TextOf(properties, name, MaxDescription) ?? string.Empty;

    public static JsonObject Attributes(IEnumerable<KeyValuePair<string, string>> attributes) =>
        new(attributes.OrderBy(item => item.Key, StringComparer.Ordinal).Select(item => KeyValuePair.Create(item.Key, (JsonNode?)item.Value)));

    /// <summary>An attribute payload: names and values, and whether they are merged into those that are there.</summary>
    public static (IReadOnlyDictionary<string, string?> Attributes, bool Merge)? Payload(JsonObject? parent)
    {
        if (parent is null || OperationRequest.ObjectOf(parent, "attributePayload") is not JsonObject payload)
        {
            return null;
        }

        var attributes = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach ((string name, JsonNode? node) in OperationRequest.ObjectOf(payload, "attributes") ?? [])
        {
            attributes[name] = node is null ? null : node is JsonValue value && value.TryGetValue(out string? text) ? text : throw OperationRequest.Invalid($"attributes: value of {name} is not a text");
        }

        return (attributes, OperationRequest.FlagOf(payload, "merge") ?? false);
    }

    /// <summary>An attribute payload without the versions in it.</summary>
    /// <param name="parent">What has it.</param>
    /// <param name="firmware">Versions by component: attributes <c>firmware.COMPONENT</c>.</param>
    public static (IReadOnlyDictionary<string, string?> Attributes, bool Merge)? Payload(JsonObject? parent, out IReadOnlyDictionary<string, string> firmware)
    {
        var versions = new Dictionary<string, string>(StringComparer.Ordinal);
        firmware = versions;
        if (Payload(parent) is not (IReadOnlyDictionary<string, string?> attributes, bool merge))
        {
            return null;
        }

        var others = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach ((string name, string? value) in attributes)
        {
            if (!name.StartsWith(WellKnownAttributes.FirmwarePrefix, StringComparison.Ordinal))
            {
                others.Add(name, value);
                continue;
            }

            string component = name[WellKnownAttributes.FirmwarePrefix.Length..];
            string version = WellKnownAttributes.DecodeVersion(value ?? string.Empty);
            versions[component] = Contract.IsValidName(component) && SemanticVersion.Parse(version) is not null
                ? version
                : throw OperationRequest.Invalid($"attributes: {name} is not a semantic version (with # for +) of a component");
        }

        return (others, merge);
    }

    public static void CheckVersion(long? expected, long current)
    {
        if (expected is long version && version != current)
        {
            throw new CloudException(ErrorCodes.VersionConflict, $"The expected version {version} is not the current version {current}.");
        }
    }

    /// <summary>Tags of a request: <c>[{"Key":…,"Value":…}]</c>.</summary>
    public static Dictionary<string, string> Tags(JsonObject body)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        if (body["tags"] is not JsonNode node)
        {
            return tags;
        }

        foreach (JsonNode? item in node as JsonArray ?? throw OperationRequest.Invalid("tags: not a list"))
        {
            JsonObject tag = item as JsonObject ?? throw OperationRequest.Invalid("tags: not a list of objects");
            string key = OperationRequest.TextOf(tag, "Key", 128) ?? throw OperationRequest.Invalid("tags: Key is missing");
            if (key.Length == 0 || !TagKey().IsMatch(key) || key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
            {
                throw OperationRequest.Invalid("tags: Key is 1 to 128 letters, digits, spaces and _ . : / = + - @, and does not begin with aws:");
            }

            tags[key] = OperationRequest.TextOf(tag, "Value", 256) ?? string.Empty;
        }

        return tags.Count <= MaxTags ? tags : throw OperationRequest.Invalid("tags: at most 50");
    }

    public static JsonObject NameAndArn(Arns arns, string type, string name) => new() { ["groupName"] = name, ["groupArn"] = arns.Of(type + "/" + name) };

    [GeneratedRegex(@"^[\p{L}\p{Z}\p{N}_.:/=+\-@]*\z")]
    private static partial Regex TagKey();
}
