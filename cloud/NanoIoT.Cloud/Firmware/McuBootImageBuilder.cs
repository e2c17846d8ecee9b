using System.Buffers.Binary;
using System.Security.Cryptography;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Firmware;

/// <summary>
/// Builds a signed MCUboot image: header of 512 bytes, payload, then TLVs: SHA-256, key hash, ECDSA P-256 signature (DER).
/// Format: MCUboot's design document ("Image format").
/// </summary>
public static class McuBootImageBuilder
{
    /// <summary>Bytes of the header with its padding, as nanoFramework's firmware expects.</summary>
    public const int HeaderSize = 0x200;

    private const uint HeaderMagic = 0x96f3b83d;
    private const ushort TlvMagic = 0x6907;

    /// <summary>Whether bytes begin like an MCUboot image.</summary>
    /// <param name="image">The bytes.</param>
    /// <returns>True where they do.</returns>
    public static bool IsImage(ReadOnlySpan<byte> image) => image.Length >= 32 && BinaryPrimitives.ReadUInt32LittleEndian(image) == HeaderMagic;

    /// <summary>The version in an image's header as major.minor.revision.</summary>
    /// <param name="image">The image.</param>
    /// <returns>The version.</returns>
    public static string VersionOf(ReadOnlySpan<byte> image) =>
        $"{image[20]}.{image[21]}.{BinaryPrimitives.ReadUInt16LittleEndian(image[22..])}";

    /// <summary>Builds an image.</summary>
    /// <param name="payload">What the board runs.</param>
    /// <param name="version">The version; MCUboot's header holds major and minor up to 255, patch up to 65,535.</param>
    /// <param name="key">The private key.</param>
    /// <returns>The image.</returns>
    /// <exception cref="CloudException">The version does not fit the header.</exception>
    public static byte[] Build(ReadOnlySpan<byte> payload, SemanticVersion version, ECDsa key)
    {
        ArgumentNullException.ThrowIfNull(version);
        ArgumentNullException.ThrowIfNull(key);
        if (version.Major > byte.MaxValue || version.Minor > byte.MaxValue || version.Patch > ushort.MaxValue)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, $"version: {version} does not fit MCUboot's header (255.255.65535)");
        }

        // Payload padded to the write alignment of the boards.
        int payloadSize = (payload.Length + 3) / 4 * 4;
        var signed = new byte[HeaderSize + payloadSize];
        BinaryPrimitives.WriteUInt32LittleEndian(signed, HeaderMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(signed.AsSpan(8), HeaderSize);
        BinaryPrimitives.WriteUInt32LittleEndian(signed.AsSpan(12), (uint)payloadSize);
        signed[20] = (byte)version.Major;
        signed[21] = (byte)version.Minor;
        BinaryPrimitives.WriteUInt16LittleEndian(signed.AsSpan(22), (ushort)version.Patch);
        payload.CopyTo(signed.AsSpan(HeaderSize));

        byte[] hash = SHA256.HashData(signed);
        byte[] keyHash = SHA256.HashData(key.ExportSubjectPublicKeyInfo());
        byte[] signature = key.SignHash(hash, DSASignatureFormat.Rfc3279DerSequence);
        using var image = new MemoryStream();
        image.Write(signed);
        Span<byte> head = stackalloc byte[4];
        BinaryPrimitives.WriteUInt16LittleEndian(head, TlvMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(head[2..], (ushort)(4 + 12 + hash.Length + keyHash.Length + signature.Length));
        image.Write(head);
        WriteTlv(image, 0x10, hash);
        WriteTlv(image, 0x01, keyHash);
        WriteTlv(image, 0x22, signature);
        return image.ToArray();
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
