namespace NanoIoT.Cloud.Registry;

/// <summary>The tags of a resource.</summary>
/// <param name="Resource">Type and id.</param>
/// <param name="Tags">Keys and values.</param>
public sealed record ResourceTags(string Resource, IReadOnlyDictionary<string, string> Tags);
