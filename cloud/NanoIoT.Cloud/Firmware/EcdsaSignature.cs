using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;

namespace NanoIoT.Cloud.Firmware;

/// <summary>P-256 signatures in their two forms: r and s of 32 bytes each (IEEE P1363), and ASN.1 DER (RFC 3279).</summary>
public static class EcdsaSignature
{
    private const int NumberBytes = 32;

    /// <summary>Writes DER.</summary>
    /// <param name="signature">r and s.</param>
    /// <returns>The DER.</returns>
    public static byte[] ToDer(ReadOnlySpan<byte> signature)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(new BigInteger(signature[..NumberBytes], isUnsigned: true, isBigEndian: true));
            writer.WriteInteger(new BigInteger(signature[NumberBytes..], isUnsigned: true, isBigEndian: true));
        }

        return writer.Encode();
    }

    /// <summary>Reads DER.</summary>
    /// <param name="der">The DER.</param>
    /// <returns>r and s, or null where it is none, or a number does not fit.</returns>
    public static byte[]? FromDer(ReadOnlyMemory<byte> der)
    {
        try
        {
            var reader = new AsnReader(der, AsnEncodingRules.DER);
            AsnReader sequence = reader.ReadSequence();
            BigInteger r = sequence.ReadInteger();
            BigInteger s = sequence.ReadInteger();
            sequence.ThrowIfNotEmpty();
            reader.ThrowIfNotEmpty();
            var signature = new byte[2 * NumberBytes];
            return Write(r, signature.AsSpan(0, NumberBytes)) && Write(s, signature.AsSpan(NumberBytes)) ? signature : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>Verifies.</summary>
    /// <param name="publicKey">The key, DER (SubjectPublicKeyInfo).</param>
    /// <param name="hash">SHA-256 of what was signed.</param>
    /// <param name="signature">r and s.</param>
    /// <returns>True where the signature is the key's.</returns>
    public static bool Verify(ReadOnlyMemory<byte> publicKey, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
    {
        using ECDsa key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(publicKey.Span, out _);
        return key.VerifyHash(hash, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private static bool Write(BigInteger number, Span<byte> target)
    {
        if (number.Sign < 0 || number.GetByteCount(isUnsigned: true) > target.Length)
        {
            return false;
        }

        target.Clear();
        return number.TryWriteBytes(target[(target.Length - number.GetByteCount(isUnsigned: true))..], out _, isUnsigned: true, isBigEndian: true);
    }
}
