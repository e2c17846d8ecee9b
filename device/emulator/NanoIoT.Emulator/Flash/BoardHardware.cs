using System.Security.Cryptography;
using NanoIoT.Emulator.Files;
using NanoIoT.Emulator.Hosting;
using NanoIoT.Emulator.Runtime;
using NanoIoT.HardwareProfiles;

namespace NanoIoT.Emulator.Flash;

/// <summary>What of a board outlives power: flash with its slots, the boot loader's state, drives; and the boot loader itself.</summary>
public sealed class BoardHardware
{
    private readonly HardwareProfile _profile;
    private readonly ECDsa _key;
    private readonly VirtualFlash _primary;
    private readonly VirtualFlash? _secondary;
    private readonly BootLoader? _bootLoader;
    private readonly VirtualFlash? _clrPrimary;
    private readonly VirtualFlash? _clrSecondary;
    private readonly BootLoader? _clrBootLoader;
    private readonly byte[]? _resident;

    /// <summary>Makes the hardware, as it leaves the factory.</summary>
    /// <param name="options">What it is made of.</param>
    public BoardHardware(VirtualBoardOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _profile = options.Profile;
        _key = options.BootKey;
        UpdateLayout layout = _profile.Update;
        _primary = Create(layout.Primary);
        _primary.Program(options.FactoryImage, options.SharesFactoryImageWith?.Hardware._primary);
        if (layout.IsFiles)
        {
            _resident = options.FactoryImage;
        }
        else
        {
            _secondary = Create(layout.Secondary!);
            _bootLoader = new BootLoader(Power, _primary, _secondary, _key, Strategy);
        }

        if (layout.Clr is not null && options.FactoryClrImage is not null)
        {
            _clrPrimary = Create(layout.Clr.Primary);
            _clrSecondary = Create(layout.Clr.Secondary);
            _clrPrimary.Program(options.FactoryClrImage, null);
            _clrBootLoader = new BootLoader(Power, _clrPrimary, _clrSecondary, _key, Strategy);
        }

        Files = new VirtualFileSystem(Power, Drives(_profile));
        foreach ((string path, byte[] content) in options.Files)
        {
            Files.Install(path, content);
        }
    }

    private BoardHardware(BoardHardware other)
    {
        _profile = other._profile;
        _key = other._key;
        _resident = other._resident;
        _primary = other._primary.Clone(Power);
        _secondary = other._secondary?.Clone(Power);
        _clrPrimary = other._clrPrimary?.Clone(Power);
        _clrSecondary = other._clrSecondary?.Clone(Power);
        _bootLoader = other._bootLoader?.Clone(Power, _primary, _secondary!);
        _clrBootLoader = other._clrBootLoader?.Clone(Power, _clrPrimary!, _clrSecondary!);
        Files = other.Files.Clone(Power);
    }

    /// <summary>The power, which counts operations and can be cut at one.</summary>
    public PowerSupply Power { get; } = new();

    /// <summary>The drives.</summary>
    public VirtualFileSystem Files { get; }

    /// <summary>The slot that images are staged in; null with files.</summary>
    public VirtualFlash? Secondary => _secondary;

    /// <summary>The version in the header of the image in the slot that runs, or null.</summary>
    public Version? ImageVersion => McuBootImage.Open(_primary)?.Version;

    /// <summary>The nanoCLR's version: its image's, or the profile's.</summary>
    public Version ClrVersion => (_clrPrimary is null ? null : McuBootImage.Open(_clrPrimary)?.Version) is Version version
        ? new Version(version.Major, version.Minor, version.Build)
        : Version.Parse(_profile.ClrVersion);

    private SwapStrategy Strategy => _profile.Update.Swap switch
    {
        "offset" => SwapStrategy.Offset,
        "overwrite" => SwapStrategy.Overwrite,
        _ => SwapStrategy.Move,
    };

    /// <summary>A copy of everything, on power of its own: to try many things from one state.</summary>
    /// <returns>The copy.</returns>
    public BoardHardware Clone() => new(this);

    /// <summary>Does what happens between reset and the program.</summary>
    /// <returns>The payload to run, or null where nothing is bootable: a brick.</returns>
    public byte[]? Boot()
    {
        Power.Step();
        if (_clrBootLoader is not null)
        {
            if (_clrBootLoader.Boot() is null)
            {
                return null;
            }

            // The nanoCLR confirms itself when it starts: it has no test cycle.
            var trailer = new SlotTrailer(_clrPrimary!);
            if (trailer is { HasMagic: true, IsCopyDone: true, IsImageOk: false })
            {
                trailer.SetImageOk();
            }
        }

        return _resident ?? _bootLoader!.Boot()?.ReadPayload();
    }

    /// <summary>The application's slots, as a boot sees them; null with files.</summary>
    /// <returns>The slots.</returns>
    public IBoardFirmware? CreateFirmware() =>
        _secondary is null ? null : new ImageSlots(_primary, _secondary, Strategy, _profile.Update.HasTrial);

    /// <summary>The nanoCLR's slots, as a boot sees them; null where it has none.</summary>
    /// <returns>The slots.</returns>
    public IBoardFirmware? CreateClrFirmware() => _clrPrimary is null ? null : new ImageSlots(_clrPrimary, _clrSecondary!, Strategy, hasTrial: false);

    /// <summary>Every flash that outlives power, in a fixed order.</summary>
    internal IReadOnlyList<VirtualFlash> Flashes() =>
        [.. new[] { _primary, _secondary, _bootLoader?.Status, _clrPrimary, _clrSecondary, _clrBootLoader?.Status }.OfType<VirtualFlash>()];

    private static IEnumerable<FileSystemLayout> Drives(HardwareProfile profile) =>
        profile.Update.Slots is null ? [profile.FileSystem] : [profile.FileSystem, profile.Update.Slots];

    private VirtualFlash Create(SlotLayout slot) => new(Power, slot.Size, slot.EraseBytes);
}
