namespace NanoIoT.HardwareProfiles;

/// <summary>A board's internal file system.</summary>
/// <param name="Drive">Its drive, e.g. <c>I:</c>.</param>
/// <param name="Type"><c>littlefs</c> or <c>fat</c>.</param>
/// <param name="Offset">Its first byte in flash.</param>
/// <param name="Size">Its bytes.</param>
public sealed record FileSystemLayout(string Drive, string Type, int Offset, int Size);
