using System.Security.Cryptography;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Firmware;

/// <summary>The digests behind an image: of its chunks, in pages, and of the pages (<see cref="Manifest"/>).</summary>
/// <param name="Bytes">What stands behind the image.</param>
/// <param name="Root">What the manifest vouches for: HMAC-SHA-256 of the list, or of the pages' digests.</param>
public sealed record DigestList(byte[] Bytes, byte[] Root)
{
    /// <summary>Computes the digests.</summary>
    /// <param name="image">The image.</param>
    /// <param name="chunkSize">Bytes a chunk.</param>
    /// <returns>The list.</returns>
    public static DigestList Compute(ReadOnlySpan<byte> image, int chunkSize)
    {
        byte[] list = HashAll(image, chunkSize);
        const int page = Manifest.ChunksPerPage * Contract.DigestBytes;
        byte[] top = list.Length > page ? HashAll(list, page) : list;
        byte[] root = HMACSHA256.HashData(Contract.GetDigestKey(), top);
        return new DigestList(list.Length > page ? [.. list, .. top] : list, root);
    }

    private static byte[] HashAll(ReadOnlySpan<byte> data, int size)
    {
        byte[] key = Contract.GetDigestKey();
        var digests = new byte[(data.Length + size - 1) / size * Contract.DigestBytes];
        for (int i = 0; i * size < data.Length; i++)
        {
            HMACSHA256.HashData(key, data.Slice(i * size, Math.Min(size, data.Length - (i * size))), digests.AsSpan(i * Contract.DigestBytes));
        }

        return digests;
    }
}
