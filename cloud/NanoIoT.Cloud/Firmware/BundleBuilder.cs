using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using NanoIoT.Cloud.Hosting;
using NanoIoT.HardwareProfiles;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Firmware;

/// <summary>Builds bundles (<see cref="Bundle"/> has the format).</summary>
public static class BundleBuilder
{
    /// <summary>
    /// Bytes a chunk. Each assembly begins a chunk, so that one that did not change has the digests it had; small chunks
    /// waste little at the seams and cost little when one byte changes.
    /// </summary>
    public const int ChunkSize = 1024;

    /// <summary>
    /// Bytes of managed heap that must remain beside what a bundle takes for good: agent, TLS session, application.
    /// </summary>
    public const int HeapReserve = 48 * 1024;

    private const int CrcOffset = 28;

    /// <summary>Bytes of managed heap that loading takes for good: 1.15 times each assembly, until the next reboot.</summary>
    /// <param name="assemblies">The assemblies.</param>
    /// <returns>The bytes.</returns>
    public static int HeapBytes(IEnumerable<BundleAssembly> assemblies) => assemblies.Sum(item => (int)((item.Content.Length * 115L) / 100));

    /// <summary>Builds the data, without digests and signature.</summary>
    /// <param name="assemblies">The assemblies, each behind those it refers to.</param>
    /// <param name="version">The version.</param>
    /// <param name="entryType">The type whose <c>Main</c> is the program.</param>
    /// <param name="profiles">The boards it is for.</param>
    /// <returns>The data, whole chunks.</returns>
    /// <exception cref="CloudException">It cannot be built, or a board has too little heap for it.</exception>
    public static byte[] Build(IReadOnlyList<BundleAssembly> assemblies, SemanticVersion version, string entryType, IEnumerable<HardwareProfile> profiles)
    {
        ArgumentNullException.ThrowIfNull(assemblies);
        ArgumentNullException.ThrowIfNull(version);
        ArgumentNullException.ThrowIfNull(profiles);
        Require(assemblies.Count is > 0 and <= Bundle.MaxAssemblies, $"a bundle holds 1 to {Bundle.MaxAssemblies} assemblies");
        Require(assemblies.All(item => item.Content.Length > 0), "an assembly is empty");
        Require(assemblies.Select(item => item.Name).Distinct(StringComparer.Ordinal).Count() == assemblies.Count, "two assemblies have one name");
        Require(!string.IsNullOrWhiteSpace(entryType) && Encoding.UTF8.GetByteCount(entryType) <= 256, "entry: the full name of the type with Main, at most 256 bytes");
        int heap = HeapBytes(assemblies);
        foreach (HardwareProfile profile in profiles)
        {
            Require(profile.Update.IsFiles, $"profile: {profile.Name} updates by MCUboot images, not by bundles");
            Require(
                heap <= profile.ManagedHeapBytes - HeapReserve,
                $"bundle: loading it takes {heap} bytes of managed heap for good; {profile.Name} has {profile.ManagedHeapBytes}, of which {HeapReserve} must remain for the agent");
        }

        return Write(assemblies, version.ToString(), entryType, heap);
    }

    /// <summary>Adds digests and signature: the bundle as a file.</summary>
    /// <param name="data">The data.</param>
    /// <param name="signer">The key.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The file.</returns>
    public static async Task<byte[]> SignAsync(ReadOnlyMemory<byte> data, IFirmwareSigner signer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(signer);
        Bundle header = BundleFile.ReadHeader(data.Span);
        DigestList digests = DigestList.Compute(data.Span, header.ChunkSize);
        byte[] signature = await signer.SignHashAsync(SHA256.HashData(data.Span), cancellationToken).ConfigureAwait(false);
        return [.. data.Span, .. digests.Bytes, .. BundleFile.SignatureMagic, .. SHA256.HashData(signer.PublicKey.Span), .. signature];
    }

    private static byte[] Write(IReadOnlyList<BundleAssembly> assemblies, string version, string entryType, int heap)
    {
        byte[] versionBytes = Encoding.UTF8.GetBytes(version);
        byte[] entryBytes = Encoding.UTF8.GetBytes(entryType);
        byte[][] names = [.. assemblies.Select(item => Encoding.UTF8.GetBytes(item.Name))];
        Require(names.All(item => item.Length is > 0 and <= byte.MaxValue), "an assembly's name takes 1 to 255 bytes");
        int headerLength = Bundle.FixedBytes + versionBytes.Length + entryBytes.Length + names.Sum(item => 9 + item.Length);
        Require(headerLength <= Bundle.MaxHeaderBytes, $"the header would take {headerLength} bytes, more than {Bundle.MaxHeaderBytes}");
        int end = Align(headerLength);
        int[] offsets = [.. assemblies.Select(item =>
        {
            int offset = end;
            end += Align(item.Content.Length);
            return offset;
        })];
        var data = new byte[end];
        BinaryPrimitives.WriteUInt32LittleEndian(data, Bundle.Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(4), (ushort)headerLength);
        BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(6), (ushort)assemblies.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(8), ChunkSize);
        BinaryPrimitives.WriteInt32LittleEndian(data.AsSpan(12), end);
        BinaryPrimitives.WriteInt32LittleEndian(data.AsSpan(16), heap);
        BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(20), (ushort)versionBytes.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(22), (ushort)entryBytes.Length);
        versionBytes.CopyTo(data, Bundle.FixedBytes);
        entryBytes.CopyTo(data, Bundle.FixedBytes + versionBytes.Length);
        int position = Bundle.FixedBytes + versionBytes.Length + entryBytes.Length;
        for (int i = 0; i < assemblies.Count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(data.AsSpan(position), offsets[i]);
            BinaryPrimitives.WriteInt32LittleEndian(data.AsSpan(position + 4), assemblies[i].Content.Length);
            data[position + 8] = (byte)names[i].Length;
            names[i].CopyTo(data, position + 9);
            position += 9 + names[i].Length;
            assemblies[i].Content.Span.CopyTo(data.AsSpan(offsets[i]));
        }

        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(CrcOffset), Crc32.HashToUInt32(data.AsSpan(0, headerLength)));
        return data;
    }

    private static int Align(int length) => (length + ChunkSize - 1) / ChunkSize * ChunkSize;

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, message);
        }
    }
}
