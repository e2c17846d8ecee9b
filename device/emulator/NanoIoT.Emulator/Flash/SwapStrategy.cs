namespace NanoIoT.Emulator.Flash;

/// <summary>How MCUboot brings the staged image into the slot that runs (its design document, "Image slots").</summary>
public enum SwapStrategy
{
    /// <summary>Swap using move: the running image moves up by one sector, then sectors change places.</summary>
    Move,

    /// <summary>Swap using offset: the staged image is written one sector up, so that sectors change places at once.</summary>
    Offset,

    /// <summary>The staged image is copied over the running one: no trial, no way back.</summary>
    Overwrite,
}
