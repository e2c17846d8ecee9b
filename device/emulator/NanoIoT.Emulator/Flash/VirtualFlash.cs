namespace NanoIoT.Emulator.Flash;

/// <summary>
/// NOR flash: erased sectors read FF, a write only clears bits. Sectors that nobody wrote take no memory, and equal
/// content copied from elsewhere is shared until it changes, so a thousand boards fit a small machine.
/// </summary>
public sealed class VirtualFlash
{
    private readonly PowerSupply _power;
    private readonly byte[]?[] _sectors;
    private int _failing = -1;
    private Action<int, byte[]?>? _changed;
    private int _writesToFailure = -1;

    /// <summary>Creates erased flash.</summary>
    /// <param name="power">What its operations draw on.</param>
    /// <param name="size">Bytes, a multiple of sectorBytes.</param>
    /// <param name="sectorBytes">Bytes erased at once.</param>
    public VirtualFlash(PowerSupply power, int size, int sectorBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(size % sectorBytes, 0);
        _power = power;
        SectorBytes = sectorBytes;
        _sectors = new byte[size / sectorBytes][];
    }

    /// <summary>Bytes in all.</summary>
    public int Size => _sectors.Length * SectorBytes;

    /// <summary>Bytes erased at once.</summary>
    public int SectorBytes { get; }

    /// <summary>How many sectors there are.</summary>
    public int SectorCount => _sectors.Length;

    /// <summary>Whether a sector reads FF throughout.</summary>
    /// <param name="sector">Its number.</param>
    /// <returns>True where it does.</returns>
    public bool IsErased(int sector) => _sectors[sector] is not byte[] content || content.AsSpan().IndexOfAnyExcept((byte)0xFF) < 0;

    /// <summary>Erases a sector.</summary>
    /// <param name="sector">Its number.</param>
    public void Erase(int sector) => _power.Do(whole =>
    {
        byte[]? content = _sectors[sector];
        if (whole || content is null)
        {
            Replace(sector, null);
            return;
        }

        byte[] half = (byte[])content.Clone();
        half.AsSpan(0, SectorBytes / 2).Fill(0xFF);
        Replace(sector, half);
    });

    /// <summary>Clears bits.</summary>
    /// <param name="offset">The first byte.</param>
    /// <param name="data">What to write; must not cross a sector's end.</param>
    public void Write(int offset, ReadOnlySpan<byte> data)
    {
        byte[] copy = data.ToArray();
        int sector = offset / SectorBytes;
        int start = offset % SectorBytes;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + copy.Length, SectorBytes);
        _power.Do(whole =>
        {
            byte[] content = new byte[SectorBytes];
            Read(sector * SectorBytes, content);
            int length = whole ? copy.Length : copy.Length / 2;
            for (int i = 0; i < length; i++)
            {
                content[start + i] &= copy[i];
            }

            Replace(sector, content);
        });
    }

    /// <summary>Makes a sector fail: it can neither be written nor erased any more.</summary>
    /// <param name="sector">Its number, or -1 for none.</param>
    public void FailSector(int sector) => _failing = sector;

    /// <summary>Makes one of the next writes fail, once.</summary>
    /// <param name="writes">How many succeed before it.</param>
    public void FailWriteAfter(int writes) => _writesToFailure = writes;

    /// <summary>Writes, unless the sector fails.</summary>
    /// <param name="offset">The first byte.</param>
    /// <param name="data">What to write.</param>
    /// <returns>False where the flash failed.</returns>
    public bool TryWrite(int offset, ReadOnlySpan<byte> data)
    {
        if (offset / SectorBytes == _failing || _writesToFailure-- == 0)
        {
            return false;
        }

        Write(offset, data);
        return true;
    }

    /// <summary>Erases, unless the sector fails.</summary>
    /// <param name="sector">Its number.</param>
    /// <returns>False where the flash failed.</returns>
    public bool TryErase(int sector)
    {
        if (sector == _failing)
        {
            return false;
        }

        Erase(sector);
        return true;
    }

    /// <summary>A copy of everything, on other power: to try many things from one state.</summary>
    /// <param name="power">What the copy's operations draw on.</param>
    /// <returns>The copy.</returns>
    public VirtualFlash Clone(PowerSupply power)
    {
        var copy = new VirtualFlash(power, Size, SectorBytes);

        // Sectors are replaced, never changed in place, so both may share them.
        Array.Copy(_sectors, copy._sectors, _sectors.Length);
        return copy;
    }

    /// <summary>Reads.</summary>
    /// <param name="offset">The first byte.</param>
    /// <param name="buffer">Where they go.</param>
    public void Read(int offset, Span<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            int start = offset % SectorBytes;
            int length = Math.Min(buffer.Length, SectorBytes - start);
            if (_sectors[offset / SectorBytes] is byte[] content)
            {
                content.AsSpan(start, length).CopyTo(buffer);
            }
            else
            {
                buffer[..length].Fill(0xFF);
            }

            buffer = buffer[length..];
            offset += length;
        }
    }

    /// <summary>Writes an erased sector with another's content, as one write.</summary>
    /// <param name="sector">The sector to write, which must be erased.</param>
    /// <param name="source">Where the content is.</param>
    /// <param name="sourceSector">The sector to read.</param>
    public void CopySector(int sector, VirtualFlash source, int sourceSector)
    {
        ArgumentNullException.ThrowIfNull(source);
        _power.Do(whole =>
        {
            byte[]? content = source._sectors[sourceSector];
            if (!whole && content is not null)
            {
                content = (byte[])content.Clone();
                content.AsSpan(SectorBytes / 2).Fill(0xFF);
            }

            Replace(sector, content);
        });
    }

    /// <summary>Puts content in at the factory: no operation of the board's.</summary>
    /// <param name="content">The content, from the first byte.</param>
    /// <param name="shared">Sectors of an earlier board with the same content, or null.</param>
    public void Program(ReadOnlySpan<byte> content, VirtualFlash? shared = null)
    {
        Array.Clear(_sectors);
        for (int sector = 0; sector * SectorBytes < content.Length; sector++)
        {
            if (shared is not null)
            {
                _sectors[sector] = shared._sectors[sector];
                continue;
            }

            var bytes = new byte[SectorBytes];
            bytes.AsSpan().Fill(0xFF);
            ReadOnlySpan<byte> part = content[(sector * SectorBytes)..];
            part[..Math.Min(part.Length, SectorBytes)].CopyTo(bytes);
            _sectors[sector] = bytes;
        }
    }

    /// <summary>Tells of every sector that changes, from now on.</summary>
    internal void Watch(Action<int, byte[]?> changed) => _changed = changed;

    /// <summary>Puts a sector's content back as it was kept.</summary>
    internal void Restore(int sector, byte[]? content) => _sectors[sector] = content;

    private void Replace(int sector, byte[]? content)
    {
        _sectors[sector] = content;
        _changed?.Invoke(sector, content);
    }
}
