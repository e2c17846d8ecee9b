namespace NanoIoT.Emulator.Flash;

/// <summary>What is wrong with an image.</summary>
public enum ImageFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Its TLVs are missing or do not add up.</summary>
    BadTlv,

    /// <summary>Its hash is not its content's.</summary>
    HashMismatch,

    /// <summary>It is not signed by the boot loader's key.</summary>
    BadSignature,
}
