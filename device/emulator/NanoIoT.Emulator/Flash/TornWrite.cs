namespace NanoIoT.Emulator.Flash;

/// <summary>How much of an operation is done when the power goes in it.</summary>
public enum TornWrite
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>The first half.</summary>
    Half,

    /// <summary>All of it, but nothing after.</summary>
    Whole,
}
