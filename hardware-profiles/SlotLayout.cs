namespace NanoIoT.HardwareProfiles;

/// <summary>Where a slot is.</summary>
/// <param name="Device">The flash it is on.</param>
/// <param name="Offset">Its first byte there.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="EraseBytes">Bytes that are erased at once.</param>
public sealed record SlotLayout(string Device, int Offset, int Size, int EraseBytes);
