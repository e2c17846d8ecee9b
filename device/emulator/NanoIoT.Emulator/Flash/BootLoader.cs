using System.Security.Cryptography;

namespace NanoIoT.Emulator.Flash;

/// <summary>
/// A model of MCUboot over two slots. At boot it finishes a swap the power interrupted, else decides by the trailers:
/// <code>
/// secondary: magic, image_ok unset             test       swap, run on trial
/// secondary: magic, image_ok set               permanent  swap, run for good
/// primary:   magic, copy_done, image_ok unset  revert     the trial was not confirmed: swap back
/// anything else                                none
/// </code>
/// A swap is a list of steps, each of which erases one sector and copies another into it; a mark in the swap status is
/// written after each, so that it goes on after a power cut. A step that was cut is done again from its beginning, which
/// its source still allows: no step erases what a step before the next mark reads. The steps, for n sectors:
/// <code>
/// move       P[i] to P[i+1], i from n-1 to 0; then for each i: S[i] to P[i], P[i+1] to S[i]
/// offset     for each i: P[i] to S[i], S[i+1] to P[i]          (the staged image begins in S[1])
///            back, i from n-1 to 0: P[i] to S[i+1], S[i] to P[i]
/// overwrite  for each i: S[i] to P[i]
/// </code>
/// The swap status has a sector of its own here; MCUboot keeps it in the slot's trailer.
/// </summary>
public sealed class BootLoader
{
    private const byte Test = 2;
    private const byte Permanent = 3;
    private const byte Revert = 4;
    private const int MarksOffset = 16;

    private readonly VirtualFlash _primary;
    private readonly VirtualFlash _secondary;
    private readonly VirtualFlash _status;
    private readonly SwapStrategy _strategy;
    private readonly ECDsa _key;

    /// <summary>Creates the boot loader.</summary>
    /// <param name="power">What its operations draw on.</param>
    /// <param name="primary">The slot that runs.</param>
    /// <param name="secondary">The slot that is staged.</param>
    /// <param name="key">The key whose images it runs.</param>
    /// <param name="strategy">How it swaps.</param>
    public BootLoader(PowerSupply power, VirtualFlash primary, VirtualFlash secondary, ECDsa key, SwapStrategy strategy = SwapStrategy.Move)
    {
        ArgumentNullException.ThrowIfNull(primary);
        _primary = primary;
        _secondary = secondary;
        _key = key;
        _strategy = strategy;
        int marks = MarksOffset + (3 * primary.SectorCount);
        int sectors = (marks + primary.SectorBytes - 1) / primary.SectorBytes;
        _status = new VirtualFlash(power, sectors * primary.SectorBytes, primary.SectorBytes);
    }

    private BootLoader(VirtualFlash primary, VirtualFlash secondary, VirtualFlash status, ECDsa key, SwapStrategy strategy)
    {
        _primary = primary;
        _secondary = secondary;
        _status = status;
        _key = key;
        _strategy = strategy;
    }

    /// <summary>The swap status, which outlives power as the slots do.</summary>
    internal VirtualFlash Status => _status;

    /// <summary>A copy over copied slots.</summary>
    /// <param name="power">What the copy's operations draw on.</param>
    /// <param name="primary">The copied slot that runs.</param>
    /// <param name="secondary">The copied slot that is staged.</param>
    /// <returns>The copy.</returns>
    public BootLoader Clone(PowerSupply power, VirtualFlash primary, VirtualFlash secondary) =>
        new(primary, secondary, _status.Clone(power), _key, _strategy);

    /// <summary>Does what MCUboot does between reset and the jump.</summary>
    /// <returns>The image to run, or null where none is bootable: a brick.</returns>
    public McuBootImage? Boot()
    {
        if (ReadMark(0) is Test or Permanent or Revert)
        {
            FinishSwap();
        }
        else
        {
            byte type = Decide();
            if (type != 0)
            {
                BeginSwap(type);
                FinishSwap();
            }
        }

        McuBootImage? image = McuBootImage.Open(_primary);
        return image is not null && image.Check(_key) == ImageFault.None ? image : null;
    }

    private byte Decide()
    {
        var primary = new SlotTrailer(_primary);
        var secondary = new SlotTrailer(_secondary);
        if (secondary.HasMagic)
        {
            McuBootImage? image = McuBootImage.Open(_secondary, _strategy == SwapStrategy.Offset ? _secondary.SectorBytes : 0)
                ?? McuBootImage.Open(_secondary);
            if (image is not null && image.Check(_key) == ImageFault.None)
            {
                return secondary.IsImageOk ? Permanent : Test;
            }

            // An image that is not signed by our key is never run, and not looked at again.
            for (int sector = _secondary.SectorCount - 1; sector >= 0; sector--)
            {
                if (!_secondary.IsErased(sector))
                {
                    _secondary.Erase(sector);
                }
            }

            return 0;
        }

        return primary is { HasMagic: true, IsCopyDone: true, IsImageOk: false } ? Revert : (byte)0;
    }

    private void BeginSwap(byte type)
    {
        int sectors = Math.Max(UsedSectors(_primary), UsedSectors(_secondary));
        bool backwards = _strategy == SwapStrategy.Offset && (type == Revert || McuBootImage.Open(_secondary, _secondary.SectorBytes) is null);
        if (_strategy == SwapStrategy.Offset)
        {
            // The staged image's sectors, without the one it is offset by.
            sectors = Math.Max(UsedSectors(_primary), UsedSectors(_secondary) - (backwards ? 0 : 1));
        }

        EraseStatus();

        // What the swap is, is whole before the type says that it counts.
        _status.Write(1, [(byte)sectors, (byte)(sectors >> 8), backwards ? (byte)1 : (byte)0]);
        _status.Write(0, [type]);
    }

    private void FinishSwap()
    {
        int sectors = ReadMark(1) | (ReadMark(2) << 8);
        bool backwards = ReadMark(3) == 1;
        byte type = ReadMark(0);
        int mark = MarksOffset;
        foreach ((VirtualFlash target, int targetSector, VirtualFlash source, int sourceSector) in Steps(sectors, backwards))
        {
            if (ReadMark(mark) != 0)
            {
                target.Erase(targetSector);
                target.CopySector(targetSector, source, sourceSector);
                _status.Write(mark, [0]);
            }

            mark++;
        }

        var primary = new SlotTrailer(_primary);
        primary.Erase();
        if (type != Test || _strategy == SwapStrategy.Overwrite)
        {
            primary.SetImageOk();
        }

        primary.SetCopyDone();
        primary.WriteMagic();
        new SlotTrailer(_secondary).Erase();
        EraseStatus();
    }

    private IEnumerable<(VirtualFlash Target, int TargetSector, VirtualFlash Source, int SourceSector)> Steps(int sectors, bool backwards)
    {
        switch (_strategy)
        {
            case SwapStrategy.Move:
                for (int i = sectors - 1; i >= 0; i--)
                {
                    yield return (_primary, i + 1, _primary, i);
                }

                for (int i = 0; i < sectors; i++)
                {
                    yield return (_primary, i, _secondary, i);
                    yield return (_secondary, i, _primary, i + 1);
                }

                break;
            case SwapStrategy.Offset when backwards:
                for (int i = sectors - 1; i >= 0; i--)
                {
                    yield return (_secondary, i + 1, _primary, i);
                    yield return (_primary, i, _secondary, i);
                }

                break;
            case SwapStrategy.Offset:
                for (int i = 0; i < sectors; i++)
                {
                    yield return (_secondary, i, _primary, i);
                    yield return (_primary, i, _secondary, i + 1);
                }

                break;
            default:
                for (int i = 0; i < sectors; i++)
                {
                    yield return (_primary, i, _secondary, i);
                }

                break;
        }
    }

    private void EraseStatus()
    {
        // The sector with the type goes first: without the type, marks that are left mean nothing, and are erased before
        // the next swap writes its own.
        for (int sector = 0; sector < _status.SectorCount; sector++)
        {
            if (sector == 0 || !_status.IsErased(sector))
            {
                _status.Erase(sector);
            }
        }
    }

    private byte ReadMark(int offset)
    {
        Span<byte> value = stackalloc byte[1];
        _status.Read(offset, value);
        return value[0];
    }

    private static int UsedSectors(VirtualFlash flash)
    {
        // The last sector is the trailer's, which is not swapped.
        int used = flash.SectorCount - 1;
        while (used > 0 && flash.IsErased(used - 1))
        {
            used--;
        }

        return used;
    }
}
