namespace NanoIoT.Emulator.Flash;

/// <summary>
/// MCUboot's trailer at a slot's very end: magic (16 bytes), and before it image_ok, copy_done and swap_info, 8 bytes
/// each. A flag is set by writing 01.
/// </summary>
internal sealed class SlotTrailer
{
    private static readonly byte[] s_magic = [0x77, 0xc2, 0x95, 0xf3, 0x60, 0xd2, 0xef, 0x7f, 0x35, 0x52, 0x50, 0x0f, 0x2c, 0xb6, 0x79, 0x80];

    private readonly VirtualFlash _flash;

    public SlotTrailer(VirtualFlash flash)
    {
        _flash = flash;
    }

    public bool HasMagic
    {
        get
        {
            Span<byte> magic = stackalloc byte[16];
            _flash.Read(_flash.Size - 16, magic);
            return magic.SequenceEqual(s_magic);
        }
    }

    public bool IsImageOk => Flag(24);

    public bool IsCopyDone => Flag(32);

    public void WriteMagic() => _flash.Write(_flash.Size - 16, s_magic);

    public void SetImageOk() => _flash.Write(_flash.Size - 24, [1]);

    public void SetCopyDone() => _flash.Write(_flash.Size - 32, [1]);

    public void Erase() => _flash.Erase(_flash.SectorCount - 1);

    private bool Flag(int fromEnd)
    {
        Span<byte> value = stackalloc byte[1];
        _flash.Read(_flash.Size - fromEnd, value);
        return value[0] == 1;
    }
}
