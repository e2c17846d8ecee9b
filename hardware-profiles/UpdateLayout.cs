namespace NanoIoT.HardwareProfiles;

/// <summary>The update slots of a board.</summary>
/// <param name="Path"><c>mcuboot</c> or <c>files</c>.</param>
/// <param name="Swap">MCUboot's strategy: <c>move</c>, <c>offset</c> or <c>overwrite</c>.</param>
/// <param name="WriteAlignment">Bytes a write must be a multiple of.</param>
/// <param name="Primary">The slot that runs.</param>
/// <param name="Secondary">The slot that is staged.</param>
public sealed record UpdateLayout(string Path, string Swap, int WriteAlignment, SlotLayout Primary, SlotLayout Secondary);
