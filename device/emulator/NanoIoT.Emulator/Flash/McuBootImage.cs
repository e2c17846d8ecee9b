using System.Buffers.Binary;
using System.Security.Cryptography;

namespace NanoIoT.Emulator.Flash;

/// <summary>
/// A view of an MCUboot image in a slot, every length checked against the slot before it is used. Format: MCUboot's
/// design document ("Image format").
/// </summary>
public sealed class McuBootImage
{
    /// <summary>Bytes of the header proper.</summary>
    public const int HeaderBytes = 32;

    private const uint HeaderMagic = 0x96f3b83d;
    private const ushort TlvMagic = 0x6907;
    private const ushort ProtectedTlvMagic = 0x6908;
    private const ushort Sha256Tlv = 0x10;
    private const ushort EcdsaTlv = 0x22;

    private readonly VirtualFlash _flash;
    private readonly int _offset;

    private McuBootImage(VirtualFlash flash, int offset, int headerSize, int protectedSize, int imageSize, Version version)
    {
        _flash = flash;
        _offset = offset;
        HeaderSize = headerSize;
        ProtectedSize = protectedSize;
        ImageSize = imageSize;
        Version = version;
    }

    /// <summary>Bytes before the payload.</summary>
    public int HeaderSize { get; }

    /// <summary>Bytes of the protected TLVs.</summary>
    public int ProtectedSize { get; }

    /// <summary>Bytes of the payload.</summary>
    public int ImageSize { get; }

    /// <summary>The header's version.</summary>
    public Version Version { get; }

    /// <summary>The hash TLV, once <see cref="Check"/> found it.</summary>
    public byte[] Hash { get; private set; } = [];

    /// <summary>Bytes of header, payload and all TLVs, once <see cref="Check"/> found them.</summary>
    public int TotalLength { get; private set; }

    /// <summary>Reads the header.</summary>
    /// <param name="flash">The slot.</param>
    /// <param name="offset">Where in the slot it begins.</param>
    /// <returns>The image, or null where there is none.</returns>
    public static McuBootImage? Open(VirtualFlash flash, int offset = 0)
    {
        ArgumentNullException.ThrowIfNull(flash);
        Span<byte> header = stackalloc byte[HeaderBytes];
        flash.Read(offset, header);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != HeaderMagic)
        {
            return null;
        }

        int headerSize = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        int protectedSize = BinaryPrimitives.ReadUInt16LittleEndian(header[10..]);
        uint imageSize = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
        if (headerSize < HeaderBytes || imageSize > flash.Size || headerSize + (long)imageSize + protectedSize > flash.Size - offset)
        {
            return null;
        }

        var version = new Version(header[20], header[21], BinaryPrimitives.ReadUInt16LittleEndian(header[22..]), (int)(BinaryPrimitives.ReadUInt32LittleEndian(header[24..]) & int.MaxValue));
        return new McuBootImage(flash, offset, headerSize, protectedSize, (int)imageSize, version);
    }

    /// <summary>The payload.</summary>
    /// <returns>Its bytes.</returns>
    public byte[] ReadPayload()
    {
        var payload = new byte[ImageSize];
        _flash.Read(_offset + HeaderSize, payload);
        return payload;
    }

    /// <summary>Checks the TLVs and the hash, and the signature where a key is given.</summary>
    /// <param name="key">The boot loader's key, or null to leave the signature out, as staging does.</param>
    /// <returns>What is wrong, if anything.</returns>
    public ImageFault Check(ECDsa? key)
    {
        int signedLength = HeaderSize + ImageSize + ProtectedSize;
        Span<byte> info = stackalloc byte[4];
        if (ProtectedSize > 0)
        {
            _flash.Read(_offset + HeaderSize + ImageSize, info);
            if (BinaryPrimitives.ReadUInt16LittleEndian(info) != ProtectedTlvMagic || BinaryPrimitives.ReadUInt16LittleEndian(info[2..]) != ProtectedSize)
            {
                return ImageFault.BadTlv;
            }
        }

        int room = _flash.Size - _offset;
        if (signedLength + 4 > room)
        {
            return ImageFault.BadTlv;
        }

        _flash.Read(_offset + signedLength, info);
        int tlvLength = BinaryPrimitives.ReadUInt16LittleEndian(info[2..]);
        if (BinaryPrimitives.ReadUInt16LittleEndian(info) != TlvMagic || tlvLength < 4 || signedLength + tlvLength > room)
        {
            return ImageFault.BadTlv;
        }

        var tlvs = new byte[tlvLength - 4];
        _flash.Read(_offset + signedLength + 4, tlvs);
        TotalLength = signedLength + tlvLength;
        byte[]? hash = Find(tlvs, Sha256Tlv);
        if (hash is not { Length: 32 })
        {
            return ImageFault.BadTlv;
        }

        var signed = new byte[signedLength];
        _flash.Read(_offset, signed);
        if (!SHA256.HashData(signed).AsSpan().SequenceEqual(hash))
        {
            return ImageFault.HashMismatch;
        }

        Hash = hash;
        if (key is null)
        {
            return ImageFault.None;
        }

        byte[]? signature = Find(tlvs, EcdsaTlv);
        return signature is not null && key.VerifyHash(hash, signature, DSASignatureFormat.Rfc3279DerSequence) ? ImageFault.None : ImageFault.BadSignature;
    }

    private static byte[]? Find(ReadOnlySpan<byte> tlvs, ushort type)
    {
        while (tlvs.Length >= 4)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(tlvs[2..]);
            if (length > tlvs.Length - 4)
            {
                return null;
            }

            if (BinaryPrimitives.ReadUInt16LittleEndian(tlvs) == type)
            {
                return tlvs.Slice(4, length).ToArray();
            }

            tlvs = tlvs[(4 + length)..];
        }

        return null;
    }
}
