using System.Text.Json.Nodes;

namespace NanoIoT.Cloud.Storage;

/// <summary>Every kind of record there is, and which table of DynamoDB has it.</summary>
internal static class RecordKinds
{
    public const string Registry = "registry";
    public const string Identities = "identities";
    public const string Rules = "rules";
    public const string Artifacts = "artifacts";

    /// <summary>The tables, without what their names begin with.</summary>
    public static readonly string[] Tables = [Registry, Identities, Rules, Artifacts];

    private static readonly Dictionary<string, string> s_tables = new(StringComparer.Ordinal)
    {
        ["thing"] = Registry,
        ["thingType"] = Registry,
        ["thingGroup"] = Registry,
        ["billingGroup"] = Registry,
        ["thingPrincipal"] = Registry,
        ["tags"] = Registry,
        ["indexingConfiguration"] = Registry,
        ["fleetSighting"] = Registry,
        ["certificate"] = Identities,
        ["caCertificate"] = Identities,
        ["policy"] = Identities,
        ["policyTarget"] = Identities,
        ["registrationCode"] = Identities,
        ["provisioningTemplate"] = Identities,
        ["user"] = Identities,
        ["service"] = Identities,
        ["rule"] = Rules,
        ["ruleDestination"] = Rules,
        ["notificationTopic"] = Rules,
        ["topicSubscription"] = Rules,
        ["localTable"] = Rules,
        ["artifact"] = Artifacts,
    };

    /// <summary>The member of a record whose values DynamoDB keeps beside it, or null.</summary>
    public static string? BesideOf(string kind) => kind == "thing" ? "firmware" : null;

    /// <summary>A record's alternate id as its table says it, for a move between stores, which knows no tables.</summary>
    public static string? AlternateOf(string kind, JsonObject record) => kind switch
    {
        "thingPrincipal" => Text(record, "principal") + "|" + Text(record, "thing"),
        "policyTarget" => Text(record, "target") + "|" + Text(record, "policy"),
        "certificate" => Text(record, "caId") + "|" + Text(record, "id"),
        _ => null,
    };

    /// <summary>The table of a kind.</summary>
    public static string TableOf(string kind) => s_tables[kind];

    private static string? Text(JsonObject record, string name) => record[name]?.GetValue<string>();
}
