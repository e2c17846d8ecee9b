using System.Buffers.Binary;
using System.Security.Cryptography;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Firmware;

/// <summary>An MCUboot image as a file; every length in it is checked against the file before it is used.</summary>
public sealed class McuBootImageFile
{
    private const int FixedBytes = 32;
    private const int MaxTlvs = 64;

    private readonly ReadOnlyMemory<byte> _bytes;

    private McuBootImageFile(ReadOnlyMemory<byte> bytes, IReadOnlyList<ImageTlv> tlvs, int signedLength, int totalLength)
    {
        _bytes = bytes;
        Tlvs = tlvs;
        SignedLength = signedLength;
        TotalLength = totalLength;
    }

    /// <summary>The version: major.minor.revision, and +build where the build is not 0.</summary>
    public string Version
    {
        get
        {
            ReadOnlySpan<byte> header = _bytes.Span;
            uint build = BinaryPrimitives.ReadUInt32LittleEndian(header[24..]);
            return $"{header[20]}.{header[21]}.{BinaryPrimitives.ReadUInt16LittleEndian(header[22..])}{(build == 0 ? string.Empty : "+" + build)}";
        }
    }

    /// <summary>Bytes of the header with its padding.</summary>
    public int HeaderSize => BinaryPrimitives.ReadUInt16LittleEndian(_bytes.Span[8..]);

    /// <summary>Bytes of the payload.</summary>
    public int PayloadSize => BinaryPrimitives.ReadInt32LittleEndian(_bytes.Span[12..]);

    /// <summary>The header's flags.</summary>
    public uint Flags => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.Span[16..]);

    /// <summary>The payload.</summary>
    public ReadOnlyMemory<byte> Payload => _bytes.Slice(HeaderSize, PayloadSize);

    /// <summary>The TLVs, in their order.</summary>
    public IReadOnlyList<ImageTlv> Tlvs { get; }

    /// <summary>Bytes that hash and signature cover.</summary>
    public int SignedLength { get; }

    /// <summary>Bytes of the image with all TLVs; what follows is padding and trailer.</summary>
    public int TotalLength { get; }

    /// <summary>Whether the hash TLV is the content's hash.</summary>
    public bool IsHashRight => Find(McuBootImageBuilder.Sha256Tlv) is ReadOnlyMemory<byte> hash && hash.Span.SequenceEqual(SHA256.HashData(_bytes.Span[..SignedLength]));

    /// <summary>The security counter, or null.</summary>
    public uint? SecurityCounter => Find(McuBootImageBuilder.SecurityCounterTlv) is { Length: 4 } value ? BinaryPrimitives.ReadUInt32LittleEndian(value.Span) : null;

    /// <summary>SHA-256 of the key it says it is signed with, or null.</summary>
    public ReadOnlyMemory<byte>? KeyHash => Find(McuBootImageBuilder.KeyHashTlv);

    /// <summary>Reads an image.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="requireTlvs">Whether the TLVs must be there.</param>
    /// <returns>The image.</returns>
    /// <exception cref="CloudException">The bytes are no MCUboot image; the message says where.</exception>
    public static McuBootImageFile Read(ReadOnlyMemory<byte> bytes, bool requireTlvs = true)
    {
        ReadOnlySpan<byte> span = bytes.Span;
        Require(span.Length >= FixedBytes && BinaryPrimitives.ReadUInt32LittleEndian(span) == McuBootImageBuilder.HeaderMagic, "it does not begin with MCUboot's magic");
        int headerSize = BinaryPrimitives.ReadUInt16LittleEndian(span[8..]);
        int protectedSize = BinaryPrimitives.ReadUInt16LittleEndian(span[10..]);
        uint payloadSize = BinaryPrimitives.ReadUInt32LittleEndian(span[12..]);
        Require(headerSize >= FixedBytes, $"header of {headerSize} bytes");
        Require(headerSize + (long)payloadSize + protectedSize <= span.Length, $"header and payload of {headerSize + (long)payloadSize} bytes do not fit the file ({span.Length} bytes)");
        var tlvs = new List<ImageTlv>();
        int position = headerSize + (int)payloadSize;
        if (protectedSize > 0)
        {
            Require(ReadArea(bytes, position, McuBootImageBuilder.ProtectedTlvMagic, tlvs) == position + protectedSize, "protected TLVs of another length than the header says");
            position += protectedSize;
        }

        int end = position;
        bool hasTlvs = span.Length - position >= 4 && BinaryPrimitives.ReadUInt16LittleEndian(span[position..]) == McuBootImageBuilder.TlvMagic;
        if (requireTlvs || hasTlvs)
        {
            end = ReadArea(bytes, position, McuBootImageBuilder.TlvMagic, tlvs);
        }

        return new McuBootImageFile(bytes, tlvs, position, end);
    }

    /// <summary>A TLV's value.</summary>
    /// <param name="type">The type.</param>
    /// <returns>The first of that type, or null.</returns>
    public ReadOnlyMemory<byte>? Find(ushort type) => Tlvs.FirstOrDefault(item => item.Type == type)?.Value;

    /// <summary>Whether a key's signature is on it.</summary>
    /// <param name="publicKey">The key, DER (SubjectPublicKeyInfo).</param>
    /// <returns>True where it is, and the hash is right.</returns>
    public bool IsSignedBy(ReadOnlyMemory<byte> publicKey) =>
        IsHashRight && Find(McuBootImageBuilder.EcdsaTlv) is ReadOnlyMemory<byte> der && EcdsaSignature.FromDer(der) is byte[] signature
        && EcdsaSignature.Verify(publicKey, SHA256.HashData(_bytes.Span[..SignedLength]), signature);

    private static int ReadArea(ReadOnlyMemory<byte> bytes, int start, ushort magic, List<ImageTlv> tlvs)
    {
        ReadOnlySpan<byte> span = bytes.Span;
        Require(span.Length - start >= 4, "the TLVs are missing");
        int length = BinaryPrimitives.ReadUInt16LittleEndian(span[(start + 2)..]);
        Require(BinaryPrimitives.ReadUInt16LittleEndian(span[start..]) == magic, $"no TLV area at byte {start}");
        Require(length >= 4 && length <= span.Length - start, $"a TLV area of {length} bytes does not fit the file");
        int position = start + 4;
        int end = start + length;
        while (position < end)
        {
            Require(end - position >= 4, $"a TLV is cut short at byte {position}");
            int valueLength = BinaryPrimitives.ReadUInt16LittleEndian(span[(position + 2)..]);
            Require(valueLength <= end - position - 4, $"a TLV of {valueLength} bytes at byte {position} does not fit its area");
            Require(tlvs.Count < MaxTlvs, $"more than {MaxTlvs} TLVs");
            tlvs.Add(new ImageTlv(BinaryPrimitives.ReadUInt16LittleEndian(span[position..]), magic == McuBootImageBuilder.ProtectedTlvMagic, bytes.Slice(position + 4, valueLength)));
            position += 4 + valueLength;
        }

        return end;
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, "no MCUboot image: " + what);
        }
    }
}
