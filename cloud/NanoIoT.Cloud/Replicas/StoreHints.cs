using System.Text.Json.Nodes;
using NanoIoT.Cloud.Shadows.Stores;
using NanoIoT.Cloud.Storage.DynamoDb;

namespace NanoIoT.Cloud.Replicas;

/// <summary>Tells other copies of the service of shadows, and of values beside records, that this one stored.</summary>
internal static class StoreHints
{
    private const string BesideHint = "beside";
    private const string ShadowHint = "shadow";

    /// <summary>Connects the stores with the hints.</summary>
    public static void Connect(ReplicaHints hints, DynamoDbRecords records, DynamoDbShadowStore shadows)
    {
        records.BesideSet = (kind, id, name, value) => hints.Send(BesideHint, () => new JsonObject { ["table"] = kind, ["id"] = id, ["name"] = name, ["value"] = value });
        records.AlsoRefresh = shadows.RefreshAsync;
        shadows.Stored = (thing, name) => hints.Send(ShadowHint, () => new JsonObject { ["thing"] = thing, ["name"] = name });
        hints.Listen(BesideHint, hint =>
        {
            records.ShowBeside(hint["table"]!.GetValue<string>(), hint["id"]!.GetValue<string>(), hint["name"]!.GetValue<string>(), hint["value"]!.GetValue<string>());
            return Task.CompletedTask;
        });
        hints.Listen(ShadowHint, hint => shadows.LookAsync(hint["thing"]!.GetValue<string>(), hint["name"]!.GetValue<string>(), CancellationToken.None));
    }
}
