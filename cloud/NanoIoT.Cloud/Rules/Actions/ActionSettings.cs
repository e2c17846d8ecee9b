using System.Text.Json.Nodes;
using NanoIoT.Cloud.Rest;

namespace NanoIoT.Cloud.Rules.Actions;

/// <summary>Checks of an action's settings.</summary>
internal static class ActionSettings
{
    /// <summary>A text that must be there.</summary>
    public static string Require(JsonObject settings, string name, string action) =>
        OperationRequest.TextOf(settings, name) is { Length: > 0 } text ? text : throw OperationRequest.Invalid($"{action}.{name}: missing");

    /// <summary>Refuses members that are not texts.</summary>
    public static void CheckTexts(JsonObject settings, params IEnumerable<string> names)
    {
        foreach (string name in names)
        {
            _ = OperationRequest.TextOf(settings, name);
        }
    }

    /// <summary>Whether a text is filled in only with each message.</summary>
    public static bool IsTemplate(string text) => text.Contains("${", StringComparison.Ordinal);

    /// <summary>A whole number within its range.</summary>
    public static int Number(JsonObject? settings, string name, int from, int to, int usual, string action) => settings?[name] is not JsonNode node ? usual
        : node is JsonValue value && value.TryGetValue(out int number) && number >= from && number <= to ? number : throw OperationRequest.Invalid($"{action}.{name}: {from} to {to}");

    /// <summary>Refuses members nobody reads: a misspelt one would be lost silently.</summary>
    public static void CheckKnown(JsonObject settings, string where, IReadOnlyCollection<string> known)
    {
        if (settings.FirstOrDefault(member => !known.Contains(member.Key)).Key is string unknown)
        {
            throw OperationRequest.Invalid($"{where}.{unknown}: not known (known: {string.Join(", ", known)})");
        }
    }
}
