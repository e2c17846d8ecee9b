namespace NanoIoT.Cloud.Firmware;

/// <summary>One type-length-value of an MCUboot image.</summary>
/// <param name="Type">The type.</param>
/// <param name="IsProtected">Whether hash and signature cover it.</param>
/// <param name="Value">The value.</param>
public sealed record ImageTlv(ushort Type, bool IsProtected, ReadOnlyMemory<byte> Value)
{
    /// <summary>What the type is called (MCUboot's <c>image.h</c>).</summary>
    public string Name => Type switch
    {
        0x01 => "KEYHASH",
        0x10 => "SHA256",
        0x22 => "ECDSA_SIG",
        0x40 => "DEPENDENCY",
        0x50 => "SEC_CNT",
        _ => $"0x{Type:x4}",
    };
}
