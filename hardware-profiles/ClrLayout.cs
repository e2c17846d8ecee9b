namespace NanoIoT.HardwareProfiles;

/// <summary>The nanoCLR's slots.</summary>
/// <param name="Primary">The one that runs.</param>
/// <param name="Secondary">The one that is staged.</param>
public sealed record ClrLayout(SlotLayout Primary, SlotLayout Secondary);
