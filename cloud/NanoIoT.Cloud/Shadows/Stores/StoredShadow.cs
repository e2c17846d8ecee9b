namespace NanoIoT.Cloud.Shadows.Stores;

/// <summary>A shadow as it is stored.</summary>
/// <param name="Document">Its document; null where it was deleted.</param>
/// <param name="Version">Its version: a new shadow of the name goes on from it.</param>
/// <param name="Deleted">When it was deleted, Unix seconds; 0 where it was not.</param>
internal sealed record StoredShadow(string? Document, long Version, long Deleted = 0);
