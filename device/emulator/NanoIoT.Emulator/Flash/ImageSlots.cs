using NanoIoT.Emulator.Hosting;

namespace NanoIoT.Emulator.Flash;

/// <summary>
/// The running boot's side of the slots: nanoFramework's in-field update. Sessions are in RAM and end with the boot; what
/// they wrote stays.
/// </summary>
internal sealed class DeploymentSlots : IBoardFirmware
{
    private readonly VirtualFlash _primary;
    private readonly VirtualFlash _secondary;
    private bool _revertRequested;

    public DeploymentSlots(VirtualFlash primary, VirtualFlash secondary)
    {
        _primary = primary;
        _secondary = secondary;
    }

    private enum Result
    {
        Success = 0,
        Busy = 1,
        BadToken = 2,
        TooLarge = 4,
        BadMagic = 6,
        SwapInFlight = 7,
        NoImage = 8,
        HeaderMismatch = 9,
        Incomplete = 10,
        BadTlv = 11,
        HashMismatch = 12,
        BadArgument = 13,
    }

    private enum UpdateStatus
    {
        Confirmed,
        Testing,
        TestPending,
        PermanentPending,
        RollbackPending,
    }

    public int SessionLength { get; private set; }

    public int NextOffset { get; private set; }

    public uint SessionToken { get; private set; }

    public int Status
    {
        get
        {
            var primary = new SlotTrailer(_primary);
            var secondary = new SlotTrailer(_secondary);
            bool isTesting = primary is { HasMagic: true, IsCopyDone: true, IsImageOk: false };
            UpdateStatus status = _revertRequested ? UpdateStatus.RollbackPending
                : secondary.HasMagic ? (secondary.IsImageOk ? UpdateStatus.PermanentPending : UpdateStatus.TestPending)
                : isTesting ? UpdateStatus.Testing : UpdateStatus.Confirmed;
            return (int)status;
        }
    }

    /// <summary>Bytes an image may have: the last sector is the trailer's.</summary>
    private int Capacity => _secondary.Size - _secondary.SectorBytes;

    private bool IsSwapOrTrial => Status != (int)UpdateStatus.Confirmed;

    public int Start(int totalLength)
    {
        Result result = CheckStart(totalLength);
        if (result != Result.Success)
        {
            return (int)result;
        }

        EraseFrom(0);
        Open(totalLength, 0);
        return (int)Result.Success;
    }

    public int Resume(int totalLength, byte[] expectedHeader)
    {
        Result result = CheckStart(totalLength);
        if (result != Result.Success)
        {
            return (int)result;
        }

        int used = Capacity / _secondary.SectorBytes;
        while (used > 0 && _secondary.IsErased(used - 1))
        {
            used--;
        }

        if (used == 0)
        {
            return (int)Result.NoImage;
        }

        var header = new byte[McuBootImage.HeaderBytes];
        _secondary.Read(0, header);
        if (!header.AsSpan().SequenceEqual(expectedHeader.AsSpan(0, McuBootImage.HeaderBytes)))
        {
            return (int)Result.HeaderMismatch;
        }

        // The last sector may be torn: it is written again from its beginning.
        int last = used - 1;
        EraseFrom(last);
        Open(totalLength, last * _secondary.SectorBytes);
        return (int)Result.Success;
    }

    public int Store(uint token, ReadOnlySpan<byte> data)
    {
        if (token == 0 || token != SessionToken)
        {
            return (int)Result.BadToken;
        }

        if (data.Length > SessionLength - NextOffset)
        {
            return (int)Result.TooLarge;
        }

        if (NextOffset == 0 && data.Length < McuBootImage.HeaderBytes)
        {
            return (int)Result.BadArgument;
        }

        while (data.Length > 0)
        {
            int room = _secondary.SectorBytes - (NextOffset % _secondary.SectorBytes);
            ReadOnlySpan<byte> part = data[..Math.Min(room, data.Length)];
            _secondary.Write(NextOffset, part);
            NextOffset += part.Length;
            data = data[part.Length..];
        }

        return (int)Result.Success;
    }

    public int Complete(uint token)
    {
        if (token == 0 || token != SessionToken)
        {
            return (int)Result.BadToken;
        }

        if (NextOffset != SessionLength)
        {
            return (int)Result.Incomplete;
        }

        McuBootImage? image = McuBootImage.Open(_secondary);
        if (image is null)
        {
            return (int)Result.BadMagic;
        }

        switch (image.Check(null))
        {
            case ImageFault.BadTlv:
                return (int)Result.BadTlv;
            case ImageFault.HashMismatch:
                return (int)Result.HashMismatch;
            default:
                SessionToken = 0;
                new SlotTrailer(_secondary).WriteMagic();
                return (int)Result.Success;
        }
    }

    public int Abort(uint token, bool eraseSlot)
    {
        if (token == 0 || token != SessionToken)
        {
            return (int)Result.BadToken;
        }

        SessionToken = 0;
        if (eraseSlot)
        {
            EraseFrom(0);
        }

        return (int)Result.Success;
    }

    public int Erase()
    {
        if (IsSwapOrTrial)
        {
            return (int)Result.SwapInFlight;
        }

        SessionToken = 0;
        EraseFrom(0);
        return (int)Result.Success;
    }

    public bool Confirm()
    {
        if (Status == (int)UpdateStatus.Testing)
        {
            new SlotTrailer(_primary).SetImageOk();
        }

        return Status == (int)UpdateStatus.Confirmed;
    }

    public bool RequestRevert()
    {
        // An image on trial goes at the next reboot by itself; a confirmed one does not.
        _revertRequested = Status == (int)UpdateStatus.Testing;
        return _revertRequested;
    }

    public SlotDescription Describe(bool secondary)
    {
        VirtualFlash flash = secondary ? _secondary : _primary;
        var trailer = new SlotTrailer(flash);
        McuBootImage? image = McuBootImage.Open(flash);
        byte[] hash = image is not null && image.Check(null) == ImageFault.None ? image.Hash : [];
        bool confirmed = !secondary && Status == (int)UpdateStatus.Confirmed;
        return new SlotDescription(image is not null, image?.Version ?? new Version(0, 0), hash, confirmed, secondary && trailer.HasMagic);
    }

    private Result CheckStart(int totalLength) =>
        totalLength < McuBootImage.HeaderBytes ? Result.BadArgument
        : totalLength > Capacity ? Result.TooLarge
        : SessionToken != 0 ? Result.Busy
        : IsSwapOrTrial ? Result.SwapInFlight
        : Result.Success;

    private void EraseFrom(int sector)
    {
        for (int i = sector; i < _secondary.SectorCount; i++)
        {
            if (!_secondary.IsErased(i))
            {
                _secondary.Erase(i);
            }
        }
    }

    private void Open(int totalLength, int nextOffset)
    {
        SessionToken = (uint)Random.Shared.Next(1, int.MaxValue);
        SessionLength = totalLength;
        NextOffset = nextOffset;
    }
}
