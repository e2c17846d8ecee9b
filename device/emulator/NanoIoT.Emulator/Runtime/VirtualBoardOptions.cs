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

    /// <summary>
    /// What it leaves the factory with in the slot that runs: a signed MCUboot image; with files the payload of the
    /// deployment region (<see cref="AssemblyPayload"/>): loader, agent and a program.
    /// </summary>
    public required byte[] FactoryImage { get; init; }

    /// <summary>The key whose images its boot loader runs.</summary>
    public required ECDsa BootKey { get; init; }

    /// <summary>The nanoCLR's signed MCUboot image, on boards where it can be updated; or null.</summary>
    public byte[]? FactoryClrImage { get; init; }

    /// <summary>Files of its drives: path and content.</summary>
    public IReadOnlyDictionary<string, byte[]> Files { get; init; } = new Dictionary<string, byte[]>();

    /// <summary>A board with the same factory image, whose memory for it is shared; or null.</summary>
    public VirtualBoard? SharesFactoryImageWith { get; init; }

    /// <summary>Called in the place of a reboot, by a host that reboots the board itself; or null.</summary>
    public Action? Rebooting { get; init; }
}
