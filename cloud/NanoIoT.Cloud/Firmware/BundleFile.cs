using System.Security.Cryptography;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Firmware;

/// <summary>A bundle as a file: data, digests, and a signature; every length in it is checked before it is used.</summary>
public sealed class BundleFile
{
    private readonly ReadOnlyMemory<byte> _bytes;

    private BundleFile(ReadOnlyMemory<byte> bytes, Bundle header, bool areDigestsRight, ReadOnlyMemory<byte>? keyHash, ReadOnlyMemory<byte>? signature)
    {
        _bytes = bytes;
        Header = header;
        AreDigestsRight = areDigestsRight;
        KeyHash = keyHash;
        Signature = signature;
    }

    /// <summary>"NIS1", which begins the signature.</summary>
    public static ReadOnlySpan<byte> SignatureMagic => "NIS1"u8;

    /// <summary>The header.</summary>
    public Bundle Header { get; }

    /// <summary>Header and assemblies.</summary>
    public ReadOnlyMemory<byte> Data => _bytes[..Header.DataLength];

    /// <summary>Whether the digests in the file are the data's.</summary>
    public bool AreDigestsRight { get; }

    /// <summary>SHA-256 of the key it says it is signed with, or null where it is not signed.</summary>
    public ReadOnlyMemory<byte>? KeyHash { get; }

    private ReadOnlyMemory<byte>? Signature { get; }

    /// <summary>Whether bytes begin like a bundle.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>True where they do.</returns>
    public static bool IsBundle(ReadOnlySpan<byte> bytes) => bytes.StartsWith("NIB1"u8);

    /// <summary>Reads a bundle's header.</summary>
    /// <param name="bytes">The bundle, or its data alone.</param>
    /// <returns>The header.</returns>
    /// <exception cref="CloudException">The bytes are no bundle.</exception>
    public static Bundle ReadHeader(ReadOnlySpan<byte> bytes)
    {
        Bundle? header = Bundle.Read(bytes[..Math.Min(bytes.Length, Bundle.MaxHeaderBytes)].ToArray());
        return header is not null && header.DataLength <= bytes.Length
            ? header
            : throw new CloudException(ErrorCodes.InvalidRequest, "no bundle: its header is damaged, or the file is cut short");
    }

    /// <summary>Reads a bundle.</summary>
    /// <param name="bytes">The file: data, and if it is signed, digests and signature.</param>
    /// <returns>The bundle.</returns>
    /// <exception cref="CloudException">The bytes are no bundle.</exception>
    public static BundleFile Read(ReadOnlyMemory<byte> bytes)
    {
        Bundle header = ReadHeader(bytes.Span);
        DigestList digests = DigestList.Compute(bytes.Span[..header.DataLength], header.ChunkSize);
        ReadOnlyMemory<byte> rest = bytes[header.DataLength..];
        if (rest.Length == 0)
        {
            return new BundleFile(bytes, header, true, null, null);
        }

        int signatureBytes = SignatureMagic.Length + 32 + 64;
        if (rest.Length != digests.Bytes.Length + signatureBytes || !rest.Span[digests.Bytes.Length..].StartsWith(SignatureMagic))
        {
            throw new CloudException(ErrorCodes.InvalidRequest, $"no bundle: {rest.Length} bytes behind the data where digests and signature take {digests.Bytes.Length + signatureBytes}");
        }

        bool right = rest.Span[..digests.Bytes.Length].SequenceEqual(digests.Bytes);
        ReadOnlyMemory<byte> trailer = rest[(digests.Bytes.Length + SignatureMagic.Length)..];
        return new BundleFile(bytes, header, right, trailer[..32], trailer[32..]);
    }

    /// <summary>Whether a key's signature is on it.</summary>
    /// <param name="publicKey">The key, DER (SubjectPublicKeyInfo).</param>
    /// <returns>True where it is, and the digests are right.</returns>
    public bool IsSignedBy(ReadOnlyMemory<byte> publicKey) =>
        AreDigestsRight && Signature is ReadOnlyMemory<byte> signature && EcdsaSignature.Verify(publicKey, SHA256.HashData(Data.Span), signature.Span);
}
