using NanoIoT.Emulator.Hosting;

namespace NanoIoT.Emulator.Flash;

/// <summary>
/// The running boot's side of an image's slots: nanoFramework's in-field update. Sessions are in RAM and end with the boot;
/// what they wrote stays. A sector that fails (<see cref="VirtualFlash.FailSector"/>) is a flash error, as on hardware.
/// </summary>
internal sealed class ImageSlots : IBoardFirmware
{
    private readonly VirtualFlash _primary;
    private readonly VirtualFlash _secondary;
    private readonly SwapStrategy _strategy;
    private readonly bool _hasTrial;
    private bool _revertRequested;

    public ImageSlots(VirtualFlash primary, VirtualFlash secondary, SwapStrategy strategy = SwapStrategy.Move, bool hasTrial = true)
    {
        _strategy = strategy;
        _hasTrial = hasTrial;
        _primary = primary;
        _secondary = secondary;
    }

    private enum Result
    {
        Success = 0,
        Busy = 1,
        BadToken = 2,
        TooLarge = 4,
        FlashError = 5,
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
            bool isTesting = _hasTrial && primary is { HasMagic: true, IsCopyDone: true, IsImageOk: false };
            UpdateStatus status = _revertRequested ? UpdateStatus.RollbackPending
                : secondary.HasMagic ? (secondary.IsImageOk ? UpdateStatus.PermanentPending : UpdateStatus.TestPending)
                : isTesting ? UpdateStatus.Testing : UpdateStatus.Confirmed;
            return (int)status;
        }
    }

    /// <summary>Bytes an image may have: the last sector is the trailer's, and a swap needs one to move in.</summary>
    private int Capacity => _secondary.Size - (_secondary.SectorBytes * (_strategy == SwapStrategy.Overwrite ? 1 : 2));

    /// <summary>Where a staged image begins.</summary>
    private int ImageOffset => _strategy == SwapStrategy.Offset ? _secondary.SectorBytes : 0;

    private bool IsSwapOrTrial => Status != (int)UpdateStatus.Confirmed;

    public int Start(int totalLength)
    {
        Result result = CheckStart(totalLength);
        if (result != Result.Success)
        {
            return (int)result;
        }

        if (!EraseFrom(0))
        {
            return (int)Result.FlashError;
        }

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

        int first = ImageOffset / _secondary.SectorBytes;
        int used = _secondary.SectorCount - 1;
        while (used > first && _secondary.IsErased(used - 1))
        {
            used--;
        }

        if (used == first)
        {
            return (int)Result.NoImage;
        }

        var header = new byte[McuBootImage.HeaderBytes];
        _secondary.Read(ImageOffset, header);
        if (!header.AsSpan().SequenceEqual(expectedHeader.AsSpan(0, McuBootImage.HeaderBytes)))
        {
            return (int)Result.HeaderMismatch;
        }

        // The last sector may be torn: it is written again from its beginning.
        int last = used - 1;
        if (!EraseFrom(last))
        {
            return (int)Result.FlashError;
        }

        Open(totalLength, Math.Min(totalLength, (last - first) * _secondary.SectorBytes));
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

        int written = NextOffset;
        while (data.Length > 0)
        {
            int room = _secondary.SectorBytes - (written % _secondary.SectorBytes);
            ReadOnlySpan<byte> part = data[..Math.Min(room, data.Length)];
            if (!_secondary.TryWrite(ImageOffset + written, part))
            {
                // The chunk does not count: it can be stored again.
                return (int)Result.FlashError;
            }

            written += part.Length;
            data = data[part.Length..];
        }

        NextOffset = written;

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

        McuBootImage? image = McuBootImage.Open(_secondary, ImageOffset);
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
        if (!_hasTrial)
        {
            // What a swap left in the secondary slot is the image before: it is asked for as an update is, for good.
            if (McuBootImage.Open(_secondary) is null || new SlotTrailer(_secondary).HasMagic)
            {
                return false;
            }

            new SlotTrailer(_secondary).SetImageOk();
            new SlotTrailer(_secondary).WriteMagic();
            return true;
        }

        // An image on trial goes at the next reboot by itself; a confirmed one does not.
        _revertRequested = Status == (int)UpdateStatus.Testing;
        return _revertRequested;
    }

    public SlotDescription Describe(bool secondary)
    {
        VirtualFlash flash = secondary ? _secondary : _primary;
        var trailer = new SlotTrailer(flash);
        McuBootImage? image = McuBootImage.Open(flash, secondary ? ImageOffset : 0);
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

    private bool EraseFrom(int sector)
    {
        for (int i = sector; i < _secondary.SectorCount; i++)
        {
            if (!_secondary.IsErased(i) && !_secondary.TryErase(i))
            {
                return false;
            }
        }

        return true;
    }

    private void Open(int totalLength, int nextOffset)
    {
        SessionToken = (uint)Random.Shared.Next(1, int.MaxValue);
        SessionLength = totalLength;
        NextOffset = nextOffset;
    }
}
