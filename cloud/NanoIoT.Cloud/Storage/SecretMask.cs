using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Storage;

/// <summary>
/// Secrets that users give in settings (of rules' actions): written, never read. Reads and the audit log have a mask in their place;
/// an update that sends the mask back keeps the secret.
/// </summary>
internal static class SecretMask
{
    public const string Mask = "********";

    private static readonly string[] s_members = ["hmacKey", "password", "secret", "token"];

    /// <summary>What the name of an HTTP header that proves who sends it contains.</summary>
    private static readonly string[] s_headers = ["auth", "token", "secret", "key", "cookie", "password", "credential", "signature"];

    /// <summary>Puts the mask in the place of every secret below a node.</summary>
    /// <param name="node">The node, which is changed.</param>
    public static JsonNode? Hide(JsonNode? node)
    {
        foreach (Secret secret in Find(node, string.Empty))
        {
            secret.Owner[secret.Member] = Mask;
        }

        return node;
    }

    /// <summary>Puts secrets in the place of the masks that an update sends back.</summary>
    /// <param name="node">The new settings, which are changed.</param>
    /// <param name="known">The settings there are, or null.</param>
    /// <param name="where">What the settings are called in an error.</param>
    /// <exception cref="CloudException">There is no secret to keep at a mask's place.</exception>
    public static void Restore(JsonNode? node, JsonNode? known, string where)
    {
        Dictionary<string, string>? secrets = null;
        Secret[] masked = [.. Find(node, string.Empty).Where(secret => secret.Value == Mask)];
        if (masked.Length > 0 && UrlsOf(known).Any() && !UrlsOf(node).ToHashSet(StringComparer.Ordinal).IsSubsetOf(UrlsOf(known)))
        {
            throw new CloudException(
                ErrorCodes.InvalidRequest, $"{where} has another URL than before, and a mask '{Mask}' in the place of a secret. Send the secret again: it is not sent to another target.");
        }

        foreach (Secret secret in masked)
        {
            secrets ??= Find(known, string.Empty).GroupBy(item => item.Path, StringComparer.Ordinal).ToDictionary(item => item.Key, item => item.First().Value, StringComparer.Ordinal);
            secret.Owner[secret.Member] = secrets.GetValueOrDefault(secret.Path)
                ?? throw new CloudException(
                    ErrorCodes.InvalidRequest, $"{where}{secret.Path} contains the mask '{Mask}', but no stored secret exists for it. Send the secret.");
        }
    }

    /// <summary>Every secret below a node. A header is found by its name, not by its place among the others.</summary>
    private static List<Secret> Find(JsonNode? node, string path)
    {
        var found = new List<Secret>();
        if (node is JsonObject members)
        {
            foreach ((string name, JsonNode? value) in members)
            {
                if (s_members.Contains(name, StringComparer.OrdinalIgnoreCase) && TextOf(value) is string secret)
                {
                    found.Add(new Secret(members, name, path + "." + name, secret));
                }
            }

            if (TextOf(members["key"]) is string header && TextOf(members["value"]) is string content && s_headers.Any(part => header.Contains(part, StringComparison.OrdinalIgnoreCase)))
            {
                found.Add(new Secret(members, "value", path + "." + header, content));
            }

            found.AddRange(members.SelectMany(member => Find(member.Value, path + "." + member.Key)));
        }
        else if (node is JsonArray items)
        {
            found.AddRange(items.SelectMany((item, index) => Find(item, path + (item is JsonObject { Count: 2 } header && header.ContainsKey("key") ? string.Empty : $"[{index}]"))));
        }

        return found;
    }

    /// <summary>The URLs that secrets below a node are sent to.</summary>
    private static IEnumerable<string> UrlsOf(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => member.Key == "url" && TextOf(member.Value) is string url ? [url] : UrlsOf(member.Value)),
        JsonArray items => items.SelectMany(UrlsOf),
        _ => [],
    };

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    /// <summary>A secret and its place.</summary>
    private sealed record Secret(JsonObject Owner, string Member, string Path, string Value);
}
