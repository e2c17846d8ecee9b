using System.Text.Json.Nodes;
using NanoIoT.Cloud.Registry;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Shadows;

/// <summary>What desired of the <c>nanoiot</c> shadow tells a board of its thing: groups and region, by which it subscribes.</summary>
internal static class AgentDesired
{
    /// <summary>The members; a null takes one away.</summary>
    /// <param name="thing">The thing.</param>
    public static JsonObject Of(Thing thing) => new()
    {
        [Fields.Groups] = new JsonArray([.. thing.Groups.Select(group => (JsonNode?)group)]),
        [Fields.Region] = thing.Region.Length == 0 ? null : thing.Region,
    };

    /// <summary>An update of a shadow.</summary>
    /// <param name="desired">Members of desired.</param>
    public static JsonObject Request(JsonObject desired) => new() { ["state"] = new JsonObject { [Fields.Desired] = desired } };
}
