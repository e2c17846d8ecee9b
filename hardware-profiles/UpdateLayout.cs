namespace NanoIoT.HardwareProfiles;

/// <summary>How a board is updated.</summary>
public sealed record UpdateLayout
{
    /// <summary><c>mcuboot</c> or <c>files</c>.</summary>
    public required string Path { get; init; }

    /// <summary>MCUboot's strategy: <c>move</c>, <c>offset</c> or <c>overwrite</c> (which has no trial and no way back); null with files.</summary>
    public string? Swap { get; init; }

    /// <summary>Bytes a write must be a multiple of.</summary>
    public int WriteAlignment { get; init; } = 4;

    /// <summary>The deployment image's slot that runs; with files the deployment region, where loader and agent are.</summary>
    public required SlotLayout Primary { get; init; }

    /// <summary>The deployment image's slot that is staged; null with files.</summary>
    public SlotLayout? Secondary { get; init; }

    /// <summary>The nanoCLR's slots, or null where it cannot be updated in the field.</summary>
    public ClrLayout? Clr { get; init; }

    /// <summary>With files: the drive of the slots.</summary>
    public FileSystemLayout? Slots { get; init; }

    /// <summary>Whether the board updates by files.</summary>
    public bool IsFiles => Path == "files";

    /// <summary>Whether a new application runs on trial and the old one comes back.</summary>
    public bool HasTrial => Swap != "overwrite";

    /// <summary>Bytes an MCUboot image may have: the last erase unit is the trailer's, and a swap needs one to move in.</summary>
    /// <param name="slot">The slot.</param>
    /// <returns>Bytes.</returns>
    public int ImageCapacity(SlotLayout slot)
    {
        ArgumentNullException.ThrowIfNull(slot);
        return slot.Size - (slot.EraseBytes * (Swap == "overwrite" ? 1 : 2));
    }
}
