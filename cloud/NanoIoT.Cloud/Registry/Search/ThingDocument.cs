using System.Globalization;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Shadows;

namespace NanoIoT.Cloud.Registry.Search;

/// <summary>A thing as the index shows it: registry, shadows and connectivity. Shadows are read when a query asks for one.</summary>
internal sealed class ThingDocument(Thing thing, IShadowDocuments shadows, IConnectivity connectivity, IndexingConfiguration configuration) : ISearchDocument
{
    private const string AttributesPrefix = "attributes.";
    private const string ShadowPrefix = "shadow.";
    private const string NamedPrefix = "shadow.name.";

    private readonly Dictionary<string, JsonObject?> _shadows = new(StringComparer.Ordinal);

    public Thing Thing => thing;

    /// <summary>Names of its groups, the billing group's among them, as AWS.</summary>
    public IEnumerable<string> GroupNames => thing.BillingGroupName is null ? thing.Groups : thing.Groups.Append(thing.BillingGroupName);

    public IEnumerable<string> Values(string field)
    {
        switch (field)
        {
            case "thingName":
                return [thing.ThingName];
            case "thingId":
                return [thing.ThingId];
            case "thingTypeName":
                return thing.ThingTypeName is null ? [] : [thing.ThingTypeName];
            case "thingGroupNames":
                return GroupNames;
            case "billingGroupName":
                return thing.BillingGroupName is null ? [] : [thing.BillingGroupName];
            case "registry.version" or "version":
                return [thing.Version.ToString(CultureInfo.InvariantCulture)];
        }

        if (field.StartsWith(AttributesPrefix, StringComparison.Ordinal))
        {
            return thing.VisibleAttributes().TryGetValue(field[AttributesPrefix.Length..], out string? value) ? [value] : [];
        }

        return field.StartsWith("connectivity.", StringComparison.Ordinal) ? Connectivity(field)
            : field.StartsWith(NamedPrefix, StringComparison.Ordinal) ? Named(field[NamedPrefix.Length..])
            : field.StartsWith(ShadowPrefix, StringComparison.Ordinal) && configuration.HasShadows ? Leaves(ShadowOf(string.Empty), field[ShadowPrefix.Length..])
            : [];
    }

    public IEnumerable<string> AllValues()
    {
        IEnumerable<string> values = [thing.ThingName, thing.ThingId, thing.ThingTypeName ?? string.Empty, .. GroupNames, .. thing.VisibleAttributes().Values];
        if (configuration.HasShadows)
        {
            values = values.Concat(AllLeaves(ShadowOf(string.Empty)));
        }

        return configuration.HasNamedShadows ? values.Concat(shadows.PeekNames(thing.ThingName).SelectMany(name => AllLeaves(ShadowOf(name)))) : values;
    }

    /// <summary>The shadows as a search answers them, or null where there are none.</summary>
    public string? ShadowJson()
    {
        if (!configuration.HasShadows)
        {
            return null;
        }

        JsonObject root = (JsonObject?)ShadowOf(string.Empty)?.DeepClone() ?? [];
        if (configuration.HasNamedShadows && shadows.PeekNames(thing.ThingName) is { Count: > 0 } names)
        {
            root["name"] = new JsonObject(names.Select(name => KeyValuePair.Create(name, ShadowOf(name)?.DeepClone())));
        }

        return root.Count == 0 ? null : root.ToJsonString(Storage.RecordStore.Json);
    }

    public JsonObject? ConnectivityJson()
    {
        if (!configuration.HasConnectivity)
        {
            return null;
        }

        if (connectivity.StatusOf(thing.ThingName) is not ConnectionStatus status)
        {
            // It has never connected, so that there is no time to name.
            return new JsonObject { ["connected"] = false };
        }

        var json = new JsonObject { ["connected"] = status.IsConnected, ["timestamp"] = status.Timestamp };
        if (status.DisconnectReason is not null)
        {
            json["disconnectReason"] = status.DisconnectReason;
        }

        return json;
    }

    /// <summary>A value as text: numbers and truths as JSON writes them.</summary>
    private static IEnumerable<string> Leaves(JsonNode? node, string path)
    {
        foreach (string part in path.Split('.'))
        {
            if (node is not JsonObject members || !members.TryGetPropertyValue(part, out node))
            {
                return [];
            }
        }

        return node is JsonObject ? [] : AllLeaves(node);
    }

    private static IEnumerable<string> AllLeaves(JsonNode? node) => node switch
    {
        null => [],
        JsonObject members => members.SelectMany(member => AllLeaves(member.Value)),
        JsonArray items => items.SelectMany(AllLeaves),
        JsonValue value => [value.TryGetValue(out string? text) ? text : value.ToJsonString()],
        _ => [],
    };

    private IEnumerable<string> Named(string rest)
    {
        int dot = rest.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 || !configuration.HasNamedShadows ? [] : Leaves(ShadowOf(rest[..dot]), rest[(dot + 1)..]);
    }

    private IEnumerable<string> Connectivity(string field)
    {
        if (!configuration.HasConnectivity)
        {
            return [];
        }

        if (connectivity.StatusOf(thing.ThingName) is not ConnectionStatus status)
        {
            return field == "connectivity.connected" ? ["false"] : [];
        }

        return field switch
        {
            "connectivity.connected" => [status.IsConnected ? "true" : "false"],
            "connectivity.timestamp" => [status.Timestamp.ToString(CultureInfo.InvariantCulture)],
            "connectivity.disconnectReason" => status.DisconnectReason is null ? [] : [status.DisconnectReason],
            _ => [],
        };
    }

    private JsonObject? ShadowOf(string name)
    {
        if (!_shadows.TryGetValue(name, out JsonObject? state))
        {
            JsonObject? document = shadows.TryGet(thing.ThingName, name);
            state = (JsonObject?)document?["state"]?.DeepClone();
            if (state is not null)
            {
                state["metadata"] = document!["metadata"]?.DeepClone();
                state["hasDelta"] = state.ContainsKey("delta");
                state["version"] = document["version"]?.DeepClone();
            }

            _shadows.Add(name, state);
        }

        return state;
    }
}
