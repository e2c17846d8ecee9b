using System.Text.Json.Nodes;

namespace NanoIoT.Cloud.Shadows;

/// <summary>Shadows as this service last knew them, for searches and for people.</summary>
public interface IShadowDocuments
{
    /// <summary>A shadow's document, without the time it was asked for.</summary>
    /// <param name="thingName">The thing.</param>
    /// <param name="shadowName">The shadow's name; empty for the classic one.</param>
    /// <returns>The document, or null.</returns>
    JsonObject? TryGet(string thingName, string shadowName);

    /// <summary>The names of a thing's named shadows.</summary>
    /// <param name="thingName">The thing.</param>
    /// <returns>The names, sorted.</returns>
    IReadOnlyList<string> PeekNames(string thingName);
}
