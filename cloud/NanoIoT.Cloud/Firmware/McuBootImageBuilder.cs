using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Firmware;

/// <summary>
/// Builds signed MCUboot images, byte for byte as imgtool does with <c>--header-size 0x200 --align 4</c>: header, payload,
/// protected TLVs, then TLVs: SHA-256, key hash, ECDSA P-256 signature (DER). Format: MCUboot's design document ("Image format").
/// </summary>
public static class McuBootImageBuilder
{
    /// <summary>Bytes of the header with its padding, as nanoFramework's firmware expects.</summary>
    public const int HeaderSize = 0x200;

    /// <summary>TLV type of the hash of the key an image is signed with.</summary>
    public const ushort KeyHashTlv = 0x01;

    /// <summary>TLV type of the SHA-256 of header, payload and protected TLVs.</summary>
    public const ushort Sha256Tlv = 0x10;

    /// <summary>TLV type of the ECDSA signature.</summary>
    public const ushort EcdsaTlv = 0x22;

    /// <summary>TLV type of the protected security counter.</summary>
    public const ushort SecurityCounterTlv = 0x50;

    /// <summary>Bytes of the trailer's end that every padded image has: flags, swap size and magic.</summary>
    public const int TrailerBytes = 40;

    internal const uint HeaderMagic = 0x96f3b83d;
    internal const ushort TlvMagic = 0x6907;
    internal const ushort ProtectedTlvMagic = 0x6908;
    private const int Alignment = 4;

    /// <summary>What ends a trailer that asks for a swap.</summary>
    public static ReadOnlySpan<byte> TrailerMagic => [0x77, 0xc2, 0x95, 0xf3, 0x60, 0xd2, 0xef, 0x7f, 0x35, 0x52, 0x50, 0x0f, 0x2c, 0xb6, 0x79, 0x80];

    /// <summary>Whether bytes begin like an MCUboot image.</summary>
    /// <param name="image">The bytes.</param>
    /// <returns>True where they do.</returns>
    public static bool IsImage(ReadOnlySpan<byte> image) => image.Length >= 32 && BinaryPrimitives.ReadUInt32LittleEndian(image) == HeaderMagic;

    /// <summary>Builds an image with a key in this process.</summary>
    /// <param name="payload">What the board runs.</param>
    /// <param name="version">The version.</param>
    /// <param name="key">The private key.</param>
    /// <returns>The image.</returns>
    /// <exception cref="CloudException">The version does not fit the header.</exception>
    public static byte[] Build(ReadOnlySpan<byte> payload, SemanticVersion version, ECDsa key)
    {
        ArgumentNullException.ThrowIfNull(key);
        byte[] signed = Unsigned(payload, version, new McuBootOptions());
        byte[] signature = key.SignHash(SHA256.HashData(signed), DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return AddTlvs(signed, key.ExportSubjectPublicKeyInfo(), signature);
    }

    /// <summary>Builds an image.</summary>
    /// <param name="payload">What the board runs.</param>
    /// <param name="version">The version; MCUboot's header holds major and minor up to 255, patch up to 65,535, and build metadata that is a number.</param>
    /// <param name="signer">The key.</param>
    /// <param name="options">What else goes in.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The image.</returns>
    /// <exception cref="CloudException">The version does not fit the header, or the image the slot.</exception>
    public static async Task<byte[]> BuildAsync(ReadOnlyMemory<byte> payload, SemanticVersion version, IFirmwareSigner signer, McuBootOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(options);
        byte[] signed = Unsigned(payload.Span, version, options);
        return Pad(await SignAsync(signed, signer, cancellationToken).ConfigureAwait(false), options);
    }

    /// <summary>Signs an image anew: what it is stays, its TLVs are replaced.</summary>
    /// <param name="image">The image, signed or not.</param>
    /// <param name="signer">The key.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The image, without padding.</returns>
    /// <exception cref="CloudException">The image is damaged.</exception>
    public static Task<byte[]> ResignAsync(ReadOnlyMemory<byte> image, IFirmwareSigner signer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(signer);
        McuBootImageFile file = McuBootImageFile.Read(image, requireTlvs: false);
        return SignAsync(image[..file.SignedLength].ToArray(), signer, cancellationToken);
    }

    private static async Task<byte[]> SignAsync(byte[] signed, IFirmwareSigner signer, CancellationToken cancellationToken)
    {
        byte[] signature = await signer.SignHashAsync(SHA256.HashData(signed), cancellationToken).ConfigureAwait(false);
        return AddTlvs(signed, signer.PublicKey.Span, signature);
    }

    private static byte[] Unsigned(ReadOnlySpan<byte> payload, SemanticVersion version, McuBootOptions options)
    {
        ArgumentNullException.ThrowIfNull(version);
        if (version.Major > byte.MaxValue || version.Minor > byte.MaxValue || version.Patch > ushort.MaxValue)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, $"version: {version} does not fit MCUboot's header (255.255.65535)");
        }

        // Payload padded to the write alignment of the boards.
        int payloadSize = (payload.Length + Alignment - 1) / Alignment * Alignment;
        int protectedSize = options.SecurityCounter is null ? 0 : 12;
        var signed = new byte[HeaderSize + payloadSize + protectedSize];
        BinaryPrimitives.WriteUInt32LittleEndian(signed, HeaderMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(signed.AsSpan(8), HeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(signed.AsSpan(10), (ushort)protectedSize);
        BinaryPrimitives.WriteUInt32LittleEndian(signed.AsSpan(12), (uint)payloadSize);
        signed[20] = (byte)version.Major;
        signed[21] = (byte)version.Minor;
        BinaryPrimitives.WriteUInt16LittleEndian(signed.AsSpan(22), (ushort)version.Patch);
        BinaryPrimitives.WriteUInt32LittleEndian(signed.AsSpan(24), BuildNumber(version));
        payload.CopyTo(signed.AsSpan(HeaderSize));
        if (options.SecurityCounter is uint counter)
        {
            Span<byte> tlvs = signed.AsSpan(HeaderSize + payloadSize);
            BinaryPrimitives.WriteUInt16LittleEndian(tlvs, ProtectedTlvMagic);
            BinaryPrimitives.WriteUInt16LittleEndian(tlvs[2..], (ushort)protectedSize);
            BinaryPrimitives.WriteUInt16LittleEndian(tlvs[4..], SecurityCounterTlv);
            BinaryPrimitives.WriteUInt16LittleEndian(tlvs[6..], 4);
            BinaryPrimitives.WriteUInt32LittleEndian(tlvs[8..], counter);
        }

        return signed;
    }

    private static uint BuildNumber(SemanticVersion version)
    {
        string text = version.ToString();
        int plus = text.IndexOf('+', StringComparison.Ordinal);
        return plus >= 0 && uint.TryParse(text.AsSpan(plus + 1), NumberStyles.None, CultureInfo.InvariantCulture, out uint build) ? build : 0;
    }

    private static byte[] AddTlvs(byte[] signed, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> signature)
    {
        byte[] hash = SHA256.HashData(signed);
        byte[] keyHash = SHA256.HashData(publicKey);
        byte[] der = EcdsaSignature.ToDer(signature);
        using var image = new MemoryStream();
        image.Write(signed);
        Span<byte> head = stackalloc byte[4];
        BinaryPrimitives.WriteUInt16LittleEndian(head, TlvMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(head[2..], (ushort)(4 + 12 + hash.Length + keyHash.Length + der.Length));
        image.Write(head);
        WriteTlv(image, Sha256Tlv, hash);
        WriteTlv(image, KeyHashTlv, keyHash);
        WriteTlv(image, EcdsaTlv, der);
        return image.ToArray();
    }

    private static byte[] Pad(byte[] image, McuBootOptions options)
    {
        if (options.PadTo is not int slot)
        {
            return image;
        }

        if (image.Length > slot - TrailerBytes)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, $"image: {image.Length} bytes and the trailer do not fit the slot ({slot} bytes)");
        }

        var padded = new byte[slot];
        padded.AsSpan().Fill(0xff);
        image.CopyTo(padded, 0);
        TrailerMagic.CopyTo(padded.AsSpan(slot - TrailerMagic.Length));
        if (options.IsConfirmed)
        {
            padded[slot - TrailerMagic.Length - 8] = 1;
        }

        return padded;
    }

    private static void WriteTlv(MemoryStream image, ushort type, byte[] value)
    {
        Span<byte> head = stackalloc byte[4];
        BinaryPrimitives.WriteUInt16LittleEndian(head, type);
        BinaryPrimitives.WriteUInt16LittleEndian(head[2..], (ushort)value.Length);
        image.Write(head);
        image.Write(value);
    }
}
