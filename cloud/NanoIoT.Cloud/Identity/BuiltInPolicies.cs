using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity.Policies;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Identity;

/// <summary>The policies the service brings: a board reaches its own topics, its groups' announcements, and no others.</summary>
internal static class BuiltInPolicies
{
    private const string Thing = "${" + PolicyKeys.OwnThing + "}";
    private const string Region = "${iot:Connection.Thing.Attributes[region]}";
    private const string Group = "${" + PolicyKeys.Group + "}";

    public static string Device(Arns arns)
    {
        string[] own = [Topics.ThingPrefix + Thing + "/*", Topics.AwsThingPrefix + Thing + "/shadow/*"];
        string[] rotation = [CertificateTopics.CreateFromCsr + "*", CertificateTopics.Provision(CertificateTopics.RotationTemplate) + "*"];
        string[] announcements =
        [
            Topics.OtaAll("*"), Topics.OtaThing(Thing, "*"), Topics.OtaRegion(Region, "*"), Topics.OtaGroup(Group, "*"), Topics.OtaGroupRegion(Group, Region, "*"),
        ];
        return Document(
            // The second is the connection on which a board changes its certificate, beside its own.
            Statement(arns, "Allow", ["iot:Connect"], "client/", [Thing, Thing + ":certificate"]),
            Statement(arns, "Allow", ["iot:Publish", "iot:RetainPublish"], "topic/", [.. own, .. rotation]),
            Statement(arns, "Deny", ["iot:Publish"], "topic/", [Topics.ThingPrefix + "*/accepted", Topics.ThingPrefix + "*/rejected"]),
            Statement(arns, "Allow", ["iot:Subscribe"], "topicfilter/", [.. own, .. rotation, .. announcements]),
            Statement(arns, "Deny", ["iot:Subscribe"], "topicfilter/", [Topics.OtaPrefix + "*#"]),
            Statement(arns, "Allow", ["iot:Receive"], "topic/", [.. own, .. rotation, .. announcements]),
            Statement(arns, "Allow", ["iot:GetThingShadow", "iot:UpdateThingShadow", "iot:DeleteThingShadow", "iot:ListNamedShadowsForThing"], "thing/", [Thing]));
    }

    public static string Claim(Arns arns)
    {
        string[] topics = [CertificateTopics.Create + "*", CertificateTopics.CreateFromCsr + "*", CertificateTopics.ProvisionPrefix + "*"];
        return Document(
            Statement(arns, "Allow", ["iot:Connect"], "client/", ["*"]),
            Statement(arns, "Allow", ["iot:Publish", "iot:Receive"], "topic/", topics),
            Statement(arns, "Allow", ["iot:Subscribe"], "topicfilter/", topics));
    }

    private static string Document(params JsonNode[] statements) =>
        new JsonObject { ["Version"] = "2012-10-17", ["Statement"] = new JsonArray(statements) }.ToJsonString(Storage.RecordStore.Json);

    private static JsonObject Statement(Arns arns, string effect, string[] actions, string type, string[] names) => new()
    {
        ["Effect"] = effect,
        ["Action"] = new JsonArray([.. actions.Select(action => (JsonNode?)action)]),
        ["Resource"] = new JsonArray([.. names.Select(name => (JsonNode?)arns.Of(type + name))]),
    };
}
