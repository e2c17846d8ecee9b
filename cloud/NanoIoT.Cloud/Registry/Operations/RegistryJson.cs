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
    private const int MaxTagKey = 128;
    private const int MaxTagValue = 256;

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

        foreach (JsonNode? item in node as JsonArray ?? throw OperationRequest.Invalid("tags must be a list."))
        {
            JsonObject tag = item as JsonObject ?? throw OperationRequest.Invalid("tags must be a list of objects.");
            string key = OperationRequest.TextOf(tag, "Key") ?? throw OperationRequest.Invalid("tags: Key is missing.");
            Add(tags, key, OperationRequest.TextOf(tag, "Value") ?? string.Empty);
        }

        return CheckCount(tags);
    }

    /// <summary>Tags as a header carries them: <c>key=value&amp;key=value</c>, percent-encoded.</summary>
    public static Dictionary<string, string> Tags(string? header)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string pair in (header ?? string.Empty).Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = pair.Split('=', 2);
            Add(tags, Decode(parts[0]), parts.Length == 2 ? Decode(parts[1]) : string.Empty);
        }

        return CheckCount(tags);
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private static void Add(Dictionary<string, string> tags, string key, string value)
    {
        if (key.Length is 0 or > MaxTagKey || !TagKey().IsMatch(key) || key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
        {
            throw OperationRequest.Invalid(
                $"tags: a key must have 1 to {MaxTagKey} letters, digits, spaces and _ . : / = + - @, and must not begin with aws:; it is '{key}'.");
        }

        if (value.Length > MaxTagValue)
        {
            throw OperationRequest.Invalid($"tags: the value of {key} must have at most {MaxTagValue} characters; it has {value.Length}.");
        }

        tags[key] = value;
    }

    private static Dictionary<string, string> CheckCount(Dictionary<string, string> tags) =>
        tags.Count <= MaxTags ? tags : throw OperationRequest.Invalid($"A resource can have at most {MaxTags} tags; the request has {tags.Count}.");

    /// <summary>The name of a resource that a request gives by name, by ARN, or by both, which must agree.</summary>
    public static string NameOrArn(
        OperationRequest request, Arns arns, string type, string nameMember, string arnMember)
    {
        string? name = request.Name(nameMember);
        string? arn = request.Text(arnMember);
        string? inArn = arn is null ? null : arns.Id(arn, type, arnMember);
        if (name is not null && inArn is not null && name != inArn)
        {
            throw OperationRequest.Invalid(
                $"{nameMember} and {arnMember} must be of the same resource; they are '{name}' and '{arn}'.");
        }

        return name ?? inArn ?? throw OperationRequest.Invalid($"{nameMember} or {arnMember} is missing.");
    }

    public static JsonObject NameAndArn(Arns arns, string type, string name) => new() { ["groupName"] = name, ["groupArn"] = arns.Of(type + "/" + name) };

    [GeneratedRegex(@"^[\p{L}\p{Z}\p{N}_.:/=+\-@]*\z")]
    private static partial Regex TagKey();
}
