using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Storage;

/// <summary>
/// Secrets that users give in settings (of rules' actions): written, never read. Reads and the audit log have a mask in their place;
/// an update that sends the mask back keeps the secret. The values in the query of a URL are secrets too.
/// </summary>
internal static class SecretMask
{
    public const string Mask = "********";

    private static readonly string[] s_members = ["hmacKey", "password", "secret", "token"];

    /// <summary>Members with a URL, the query of which is masked.</summary>
    private static readonly string[] s_urls = ["url", "confirmationUrl", "endpoint"];

    /// <summary>What the name of an HTTP header that proves who sends it contains.</summary>
    private static readonly string[] s_headers = ["auth", "token", "secret", "key", "cookie", "password", "credential", "signature"];

    /// <summary>Puts the mask in the place of every secret below a node.</summary>
    /// <param name="node">The node, which is changed.</param>
    public static JsonNode? Hide(JsonNode? node)
    {
        foreach (Secret secret in Find(node, string.Empty))
        {
            secret.Owner[secret.Member] = secret.Masked;
        }

        return node;
    }

    /// <summary>Puts the mask in the place of each value in a URL's query; names stay.</summary>
    /// <param name="text">The URL, which may have templates. A text that is not such a URL stays as it is.</param>
    /// <returns>The text that may be shown.</returns>
    public static string HideQuery(string text)
    {
        if (!HasQuery(text))
        {
            return text;
        }

        int query = text.IndexOf('?', StringComparison.Ordinal) + 1;
        return text[..query] + string.Join('&', text[query..].Split('&').Select(HideValue));
    }

    /// <summary>Puts secrets in the place of the masks that an update sends back.</summary>
    /// <param name="node">The new settings, which are changed.</param>
    /// <param name="known">The settings there are, or null.</param>
    /// <param name="where">What the settings are called in an error.</param>
    /// <exception cref="CloudException">There is no secret to keep at a mask's place.</exception>
    public static void Restore(JsonNode? node, JsonNode? known, string where)
    {
        Secret[] masked = [.. Find(node, string.Empty).Where(secret => secret.IsMasked)];
        if (masked.Length == 0)
        {
            return;
        }

        Dictionary<string, Secret> stored = Find(known, string.Empty)
            .GroupBy(secret => secret.Path, StringComparer.Ordinal)
            .ToDictionary(secrets => secrets.Key, secrets => secrets.First(), StringComparer.Ordinal);
        foreach (Secret url in masked.Where(secret => secret.IsUrl))
        {
            RestoreUrl(url, stored.GetValueOrDefault(url.Path), where);
        }

        RestoreSecrets([.. masked.Where(secret => !secret.IsUrl)], stored, node, known, where);
    }

    /// <summary>Puts the stored URL in the place of a masked one that is the same but for the mask.</summary>
    private static void RestoreUrl(Secret url, Secret? stored, string where) =>
        url.Owner[url.Member] = stored?.Masked == url.Value ? stored.Value : throw new CloudException(
            ErrorCodes.InvalidRequest,
            $"{where}{url.Path} contains the mask '{Mask}' in its query, and its rest is not as in the stored URL. "
            + "Send the whole URL.");

    private static void RestoreSecrets(
        Secret[] masked, Dictionary<string, Secret> stored, JsonNode? node, JsonNode? known, string where)
    {
        if (masked.Length > 0 && UrlsOf(known).Any() && !UrlsOf(node).ToHashSet(StringComparer.Ordinal).IsSubsetOf(UrlsOf(known)))
        {
            throw new CloudException(
                ErrorCodes.InvalidRequest, $"{where} has another URL than before, and a mask '{Mask}' in the place of a secret. Send the secret again: it is not sent to another target.");
        }

        foreach (Secret secret in masked)
        {
            secret.Owner[secret.Member] = stored.GetValueOrDefault(secret.Path)?.Value
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

                if (s_urls.Contains(name, StringComparer.Ordinal) && TextOf(value) is string url && HasQuery(url))
                {
                    found.Add(new Secret(members, name, path + "." + name, url) { IsUrl = true });
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

    private static bool HasQuery(string url) =>
        url.StartsWith("http", StringComparison.OrdinalIgnoreCase) && url.Contains('?', StringComparison.Ordinal);

    /// <summary>A pair of a query with its value masked. What has no name is a value, and is masked whole.</summary>
    private static string HideValue(string pair)
    {
        int value = pair.IndexOf('=', StringComparison.Ordinal) + 1;
        return pair.Length == 0 ? pair : pair[..value] + Mask;
    }

    /// <summary>A secret and its place.</summary>
    private sealed record Secret(JsonObject Owner, string Member, string Path, string Value)
    {
        /// <summary>Whether it is a URL, the query of which is secret.</summary>
        public bool IsUrl { get; init; }

        /// <summary>What is shown in its place.</summary>
        public string Masked => IsUrl ? HideQuery(Value) : Mask;

        /// <summary>Whether the mask stands in its place, or in a part of it.</summary>
        public bool IsMasked => IsUrl
            ? Value[Value.IndexOf('?', StringComparison.Ordinal)..].Contains(Mask, StringComparison.Ordinal)
            : Value == Mask;
    }
}
