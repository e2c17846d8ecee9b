using System.Security.Cryptography;
using NanoIoT.HardwareProfiles;

namespace NanoIoT.Emulator.Runtime;

/// <summary>What a virtual board is made of.</summary>
public sealed class VirtualBoardOptions
{
    /// <summary>The board's name, for the log.</summary>
    public required string Name { get; init; }

    /// <summary>Its hardware profile.</summary>
    public required HardwareProfile Profile { get; init; }

    /// <summary>The signed MCUboot image it leaves the factory with.</summary>
    public required byte[] FactoryImage { get; init; }

    /// <summary>The key whose images its boot loader runs.</summary>
    public required ECDsa BootKey { get; init; }

    /// <summary>Files of its internal file system: path and content.</summary>
    public IReadOnlyDictionary<string, byte[]> Files { get; init; } = new Dictionary<string, byte[]>();

    /// <summary>A board with the same factory image, whose memory for it is shared; or null.</summary>
    public VirtualBoard? SharesFactoryImageWith { get; init; }
}
