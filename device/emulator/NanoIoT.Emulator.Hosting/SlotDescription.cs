namespace NanoIoT.Emulator.Hosting;

/// <summary>What a slot holds.</summary>
/// <param name="HasValidHeader">Whether an MCUboot header is there.</param>
/// <param name="Version">The header's version.</param>
/// <param name="Hash">The image's SHA-256, or empty.</param>
/// <param name="IsConfirmed">Whether image_ok is set.</param>
/// <param name="IsPending">Whether a swap is asked for.</param>
public sealed record SlotDescription(bool HasValidHeader, Version Version, byte[] Hash, bool IsConfirmed, bool IsPending);
