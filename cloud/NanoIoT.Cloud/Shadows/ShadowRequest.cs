using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Shadows;

/// <summary>A shadow request's body, checked as AWS checks it.</summary>
/// <param name="HasDesired">Whether desired is in it.</param>
/// <param name="Desired">Desired; null means to remove the section.</param>
/// <param name="HasReported">Whether reported is in it.</param>
/// <param name="Reported">Reported; null means to remove the section.</param>
/// <param name="ClearsState">Whether state itself is null: empty the shadow.</param>
/// <param name="Version">The version the shadow must have, or null.</param>
/// <param name="ClientToken">What the answer carries, or null.</param>
internal sealed record ShadowRequest(bool HasDesired, JsonObject? Desired, bool HasReported, JsonObject? Reported, bool ClearsState, long? Version, string? ClientToken)
{
    private const int MaxBytes = 131072;
    private const int MaxStateDepth = 6;
    private const int MaxTokenBytes = 64;

    /// <summary>Reads an update.</summary>
    /// <exception cref="ShadowException">It is not allowed.</exception>
    public static ShadowRequest ParseUpdate(ReadOnlySpan<byte> payload)
    {
        JsonObject root = ParseObject(payload);
        long? version = ReadVersion(root);
        string? token = ReadToken(root);
        if (!root.TryGetPropertyValue("state", out JsonNode? state))
        {
            throw new ShadowException(400, "Missing required node: state");
        }

        if (state is null)
        {
            return new ShadowRequest(false, null, false, null, true, version, token);
        }

        if (state is not JsonObject sections)
        {
            throw new ShadowException(400, "State node must be an object");
        }

        foreach ((string section, _) in sections)
        {
            if (section is not ("desired" or "reported"))
            {
                throw new ShadowException(400, $"State contains an invalid node: '{section}'");
            }
        }

        bool hasDesired = sections.TryGetPropertyValue("desired", out JsonNode? desired);
        bool hasReported = sections.TryGetPropertyValue("reported", out JsonNode? reported);
        if (desired is not (null or JsonObject))
        {
            throw new ShadowException(400, "Desired node must be an object");
        }

        if (reported is not (null or JsonObject))
        {
            throw new ShadowException(400, "Reported node must be an object");
        }

        if (Depth(desired) > MaxStateDepth || Depth(reported) > MaxStateDepth)
        {
            throw TooDeep();
        }

        CheckNumbers(sections);

        return new ShadowRequest(hasDesired, (JsonObject?)desired, hasReported, (JsonObject?)reported, false, version, token);
    }

    /// <summary>The client token of a get or delete, whose body may be empty.</summary>
    public static (string? ClientToken, long? Version) ParseOther(ReadOnlySpan<byte> payload)
    {
        if (payload.Length == 0)
        {
            return (null, null);
        }

        JsonObject root = ParseObject(payload);
        return (ReadToken(root), ReadVersion(root));
    }

    private static JsonObject ParseObject(ReadOnlySpan<byte> payload)
    {
        if (payload.Length > MaxBytes)
        {
            throw new ShadowException(413, "The payload exceeds the maximum size allowed");
        }

        try
        {
            return StrictJson.Parse(payload) as JsonObject ?? throw new ShadowException(400, "Invalid JSON");
        }
        catch (StrictJsonException exception)
        {
            throw exception.Fault switch
            {
                JsonFault.NotUtf8 => new ShadowException(415, "Unsupported documented encoding; supported encoding is UTF-8"),
                JsonFault.TooDeep => TooDeep(),
                _ => new ShadowException(400, "Invalid JSON"),
            };
        }
    }

    private static ShadowException TooDeep() => new(400, "JSON contains too many levels of nesting; maximum is 6");

    /// <summary>A number that no reader holds would come back as another: it is no JSON that means anything.</summary>
    private static void CheckNumbers(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach ((_, JsonNode? member) in members)
                {
                    CheckNumbers(member);
                }

                break;
            case JsonArray items:
                foreach (JsonNode? item in items)
                {
                    CheckNumbers(item);
                }

                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.Number && !(value.TryGetValue(out double number) && double.IsFinite(number)):
                throw new ShadowException(400, "Invalid JSON");
        }
    }

    private static long? ReadVersion(JsonObject root)
    {
        if (!root.TryGetPropertyValue("version", out JsonNode? node) || node is null)
        {
            return null;
        }

        return node is JsonValue value && value.TryGetValue(out long version) && version >= 0 ? version : throw new ShadowException(400, "Invalid version");
    }

    private static string? ReadToken(JsonObject root)
    {
        if (!root.TryGetPropertyValue("clientToken", out JsonNode? node) || node is null)
        {
            return null;
        }

        return node is JsonValue value && value.TryGetValue(out string? token) && Encoding.UTF8.GetByteCount(token) <= MaxTokenBytes
            ? token
            : throw new ShadowException(400, "Invalid clientToken");
    }

    private static int Depth(JsonNode? node) => node switch
    {
        JsonObject members => 1 + members.Select(member => Depth(member.Value)).DefaultIfEmpty().Max(),
        JsonArray items => items.Select(Depth).DefaultIfEmpty().Max(),
        _ => 0,
    };
}
