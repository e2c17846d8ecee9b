using System.Security.Cryptography;

namespace NanoIoT.Emulator.Flash;

/// <summary>
/// A model of MCUboot over two slots. At boot it finishes a swap the power interrupted, else decides by the trailers:
/// <code>
/// secondary: magic, image_ok unset         test       swap, run on trial
/// secondary: magic, image_ok set           permanent  swap, run for good
/// primary:   magic, copy_done, image_ok unset  revert  the trial was not confirmed: swap back
/// anything else                            none
/// </code>
/// A swap exchanges one sector after the other through a scratch sector, and writes a mark after each step, so that it
/// goes on after a power cut: (1) secondary to scratch, (2) primary to secondary, (3) scratch to primary. A step that was
/// cut is done again from its beginning, which its source still allows.
/// </summary>
public sealed class BootLoader
{
    private const byte Test = 2;
    private const byte Permanent = 3;
    private const byte Revert = 4;
    private const int MarksOffset = 16;

    private readonly VirtualFlash _primary;
    private readonly VirtualFlash _secondary;
    private readonly VirtualFlash _scratch;
    private readonly VirtualFlash _status;
    private readonly ECDsa _key;

    /// <summary>Creates the boot loader.</summary>
    /// <param name="power">What its operations draw on.</param>
    /// <param name="primary">The slot that runs.</param>
    /// <param name="secondary">The slot that is staged.</param>
    /// <param name="key">The key whose images it runs.</param>
    public BootLoader(PowerSupply power, VirtualFlash primary, VirtualFlash secondary, ECDsa key)
    {
        ArgumentNullException.ThrowIfNull(primary);
        _primary = primary;
        _secondary = secondary;
        _key = key;
        _scratch = new VirtualFlash(power, primary.SectorBytes, primary.SectorBytes);
        _status = new VirtualFlash(power, primary.SectorBytes, primary.SectorBytes);
    }

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
            McuBootImage? image = McuBootImage.Open(_secondary);
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
        _status.Erase(0);

        // The count is whole before the type says that it counts.
        _status.Write(1, [(byte)sectors, (byte)(sectors >> 8)]);
        _status.Write(0, [type]);
    }

    private void FinishSwap()
    {
        int sectors = ReadMark(1) | (ReadMark(2) << 8);
        byte type = ReadMark(0);
        for (int i = 0; i < sectors; i++)
        {
            Step(i, 0, () =>
            {
                _scratch.Erase(0);
                _scratch.CopySector(0, _secondary, i);
            });
            Step(i, 1, () =>
            {
                _secondary.Erase(i);
                _secondary.CopySector(i, _primary, i);
            });
            Step(i, 2, () =>
            {
                _primary.Erase(i);
                _primary.CopySector(i, _scratch, 0);
            });
        }

        var primary = new SlotTrailer(_primary);
        primary.Erase();
        if (type != Test)
        {
            primary.SetImageOk();
        }

        primary.SetCopyDone();
        primary.WriteMagic();
        new SlotTrailer(_secondary).Erase();
        _status.Erase(0);
    }

    private void Step(int sector, int step, Action action)
    {
        int mark = MarksOffset + (sector * 3) + step;
        if (ReadMark(mark) != 0)
        {
            action();
            _status.Write(mark, [0]);
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
