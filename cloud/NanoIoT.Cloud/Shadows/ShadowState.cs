using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NanoIoT.Cloud.Shadows;

/// <summary>
/// A shadow: desired and reported with a timestamp a leaf, and a version. Merging is AWS's: objects merge, null removes a
/// key, arrays and scalars replace.
/// </summary>
internal sealed class ShadowState
{
    private const int MaxStateBytes = 8192;

    /// <summary>What goes to boards has no <c>\u</c> escapes: nanoFramework.Json misreads most.</summary>
    public static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonObject _root;

    private ShadowState(JsonObject root, long version)
    {
        _root = root;
        Version = version;
    }

    public long Version { get; }

    public JsonObject? Desired => _root["desired"] as JsonObject;

    public JsonObject? Reported => _root["reported"] as JsonObject;

    private JsonObject? DesiredMetadata => _root["desiredMetadata"] as JsonObject;

    private JsonObject? ReportedMetadata => _root["reportedMetadata"] as JsonObject;

    public static ShadowState Empty(long version) => new([], version);

    public static ShadowState Load(string document, long version) => new((JsonObject)JsonNode.Parse(document)!, version);

    public string Save() => _root.ToJsonString(Json);

    /// <summary>The shadow after an update.</summary>
    /// <exception cref="ShadowException">It would be too large.</exception>
    public ShadowState Apply(ShadowRequest request, long now)
    {
        var root = request.ClearsState ? [] : (JsonObject)_root.DeepClone();
        Apply(root, "desired", request.HasDesired, request.Desired, now);
        Apply(root, "reported", request.HasReported, request.Reported, now);
        var next = new ShadowState(root, Version + 1);
        int size = Encoding.UTF8.GetByteCount((next.Desired?.ToJsonString(Json) ?? string.Empty) + (next.Reported?.ToJsonString(Json) ?? string.Empty));
        return size <= MaxStateBytes ? next : throw new ShadowException(413, "The payload exceeds the maximum size allowed");
    }

    /// <summary>Desired values that differ from reported, with their metadata; null where none does.</summary>
    public (JsonObject State, JsonObject Metadata)? Delta()
    {
        if (Desired is not JsonObject desired)
        {
            return null;
        }

        (JsonObject state, JsonObject metadata) = Difference(desired, Reported, DesiredMetadata ?? []);
        return state.Count == 0 ? null : (state, metadata);
    }

    /// <summary>The state and metadata as <c>documents</c> shows them.</summary>
    public JsonObject Document()
    {
        var state = new JsonObject();
        var metadata = new JsonObject();
        Add(state, "desired", Desired);
        Add(state, "reported", Reported);
        Add(metadata, "desired", DesiredMetadata);
        Add(metadata, "reported", ReportedMetadata);
        return new JsonObject { ["state"] = state, ["metadata"] = metadata, ["version"] = Version };
    }

    /// <summary>The document as a get answers it: with the delta where there is one.</summary>
    public JsonObject DocumentWithDelta()
    {
        JsonObject document = Document();
        if (Delta() is (JsonObject delta, _))
        {
            document["state"]!["delta"] = delta;
        }

        return document;
    }

    /// <summary>Metadata of just the keys a request sent.</summary>
    public static JsonNode? MetadataOf(JsonNode? sent, long now) => sent switch
    {
        null => null,
        JsonObject members => new JsonObject(members.Where(member => member.Value is not null).Select(member => KeyValuePair.Create(member.Key, MetadataOf(member.Value, now)))),
        JsonArray items => new JsonArray([.. items.Select(item => MetadataOf(item, now) ?? Stamp(now))]),
        _ => Stamp(now),
    };

    private static JsonObject Stamp(long now) => new() { ["timestamp"] = now };

    private static void Add(JsonObject target, string name, JsonObject? section)
    {
        if (section is { Count: > 0 })
        {
            target[name] = section.DeepClone();
        }
    }

    private static void Apply(JsonObject root, string section, bool isSent, JsonObject? sent, long now)
    {
        if (!isSent)
        {
            return;
        }

        if (sent is null)
        {
            root.Remove(section);
            root.Remove(section + "Metadata");
            return;
        }

        if (root[section] is not JsonObject values)
        {
            root[section] = values = [];
        }

        if (root[section + "Metadata"] is not JsonObject metadata)
        {
            root[section + "Metadata"] = metadata = [];
        }

        Merge(values, metadata, sent, now);
    }

    private static void Merge(JsonObject values, JsonObject metadata, JsonObject sent, long now)
    {
        foreach ((string key, JsonNode? value) in sent)
        {
            if (value is null)
            {
                values.Remove(key);
                metadata.Remove(key);
            }
            else if (value is JsonObject members)
            {
                if (values[key] is not JsonObject inner)
                {
                    values[key] = inner = [];
                    metadata[key] = new JsonObject();
                }

                Merge(inner, (JsonObject)metadata[key]!, members, now);
            }
            else
            {
                values[key] = value.DeepClone();
                metadata[key] = MetadataOf(value, now);
            }
        }
    }

    private static (JsonObject State, JsonObject Metadata) Difference(JsonObject desired, JsonObject? reported, JsonObject metadata)
    {
        var state = new JsonObject();
        var stamps = new JsonObject();
        foreach ((string key, JsonNode? value) in desired)
        {
            JsonNode? other = reported?[key];
            if (value is JsonObject members && other is JsonObject otherMembers)
            {
                (JsonObject inner, JsonObject innerStamps) = Difference(members, otherMembers, metadata[key] as JsonObject ?? []);
                if (inner.Count > 0)
                {
                    state[key] = inner;
                    stamps[key] = innerStamps;
                }
            }
            else if (!JsonNode.DeepEquals(value, other))
            {
                state[key] = value?.DeepClone();
                stamps[key] = metadata[key]?.DeepClone();
            }
        }

        return (state, stamps);
    }
}
