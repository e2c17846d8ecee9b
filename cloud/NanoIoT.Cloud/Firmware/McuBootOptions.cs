namespace NanoIoT.Cloud.Firmware;

/// <summary>What goes into an MCUboot image beside its payload.</summary>
public sealed record McuBootOptions
{
    /// <summary>The security counter (a protected TLV), or null for none: MCUboot refuses an image with a lower one.</summary>
    public uint? SecurityCounter { get; init; }

    /// <summary>Bytes of the slot to pad to, with the trailer that asks for a swap; or null for the image alone.</summary>
    public int? PadTo { get; init; }

    /// <summary>With padding: whether the trailer says the image is confirmed, so that its swap is for good.</summary>
    public bool IsConfirmed { get; init; }
}
