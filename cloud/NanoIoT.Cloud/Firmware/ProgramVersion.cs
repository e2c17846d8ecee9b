using System.Buffers.Binary;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Firmware;

/// <summary>
/// The versions that the assemblies of an image say of themselves: .pe files of nanoFramework one behind the other, as hardware has
/// them, or IL assemblies, as emulated boards have them. An image of other content says nothing, and is not judged.
/// </summary>
internal static class ProgramVersion
{
    private const int MaxAssemblies = 64;
    private static ReadOnlySpan<byte> IlMagic => "NIL1"u8;

    /// <summary>The program whose version is not the image's, or null where they agree or the image does not tell.</summary>
    /// <param name="payload">What an MCUboot image carries.</param>
    /// <param name="version">The image's version.</param>
    /// <returns>The program's name, where it is known, and its assembly's version.</returns>
    public static (string Name, Version Version)? Differs(ReadOnlyMemory<byte> payload, SemanticVersion version) =>
        Differs([.. Split(payload)], version);

    /// <inheritdoc cref="Differs(ReadOnlyMemory{byte}, SemanticVersion)"/>
    public static (string Name, Version Version)? Differs(BundleFile bundle, SemanticVersion version)
    {
        Bundle header = bundle.Header;
        return Differs([.. Enumerable.Range(0, header.Names.Length).Select(i => bundle.Data.Slice(header.Offsets[i], header.Lengths[i]))], version, header.Names);
    }

    private static (string Name, Version Version)? Differs(ReadOnlyMemory<byte>[] assemblies, SemanticVersion version, string[]? names = null)
    {
        (string Name, Version Version, bool IsEntry)[] known = [.. assemblies
            .Select((content, i) => Read(content.Span, content, names?[i] ?? string.Empty))
            .OfType<(string, Version, bool)>()
            .Where(item => item.Item2 != new Version(0, 0, 0, 0))];
        if (known.Length == 0 || version.Major > ushort.MaxValue || version.Minor > ushort.MaxValue || version.Patch > ushort.MaxValue)
        {
            return null;
        }

        // Where the files do not tell which has Main, any may be the program; the last is loaded behind those that it refers to.
        (string Name, Version Version, bool IsEntry) program = known.LastOrDefault(item => item.IsEntry, known[^1]);
        bool agrees = program.IsEntry ? IsSame(program.Version, version) : known.Any(item => IsSame(item.Version, version));
        return agrees ? null : (program.Name, program.Version);
    }

    private static bool IsSame(Version assembly, SemanticVersion version) =>
        assembly.Major == version.Major && assembly.Minor == version.Minor && assembly.Build == version.Patch;

    private static IEnumerable<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> payload) =>
        payload.Span.StartsWith(IlMagic) ? SplitIl(payload) : SplitPe(payload);

    private static IEnumerable<ReadOnlyMemory<byte>> SplitIl(ReadOnlyMemory<byte> payload)
    {
        payload = payload[IlMagic.Length..];
        if (payload.Length < 4)
        {
            yield break;
        }

        uint count = Math.Min(MaxAssemblies, BinaryPrimitives.ReadUInt32LittleEndian(payload.Span));
        payload = payload[4..];
        for (uint i = 0; i < count && payload.Length >= 4; i++)
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(payload.Span);
            if (length > payload.Length - 4)
            {
                yield break;
            }

            yield return payload.Slice(4, (int)length);
            payload = payload[Math.Min(payload.Length, 4 + Align((int)length))..];
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> SplitPe(ReadOnlyMemory<byte> payload)
    {
        for (int i = 0; i < MaxAssemblies && PeLayout.Of(payload.Span) is PeLayout layout; i++)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(payload.Span[layout.EndOffset..]);
            if (length < PeLayout.MinBytes || length > payload.Length)
            {
                yield break;
            }

            yield return payload[..length];
            payload = payload[Math.Min(payload.Length, Align(length))..];
        }
    }

    private static (string Name, Version Version, bool IsEntry)? Read(ReadOnlySpan<byte> bytes, ReadOnlyMemory<byte> content, string name)
    {
        if (PeLayout.Of(bytes) is not PeLayout layout)
        {
            return bytes.StartsWith("MZ"u8) ? ReadIl(content) : null;
        }

        ReadOnlySpan<byte> version = bytes[layout.VersionOffset..];
        return (
            name,
            new Version(
                BinaryPrimitives.ReadUInt16LittleEndian(version),
                BinaryPrimitives.ReadUInt16LittleEndian(version[2..]),
                BinaryPrimitives.ReadUInt16LittleEndian(version[4..]),
                BinaryPrimitives.ReadUInt16LittleEndian(version[6..])),
            false);
    }

    private static (string Name, Version Version, bool IsEntry)? ReadIl(ReadOnlyMemory<byte> content)
    {
        try
        {
            using var reader = new PEReader([.. content.Span]);
            if (!reader.HasMetadata)
            {
                return null;
            }

            MetadataReader metadata = reader.GetMetadataReader();
            if (!metadata.IsAssembly)
            {
                return null;
            }

            AssemblyDefinition assembly = metadata.GetAssemblyDefinition();
            return (metadata.GetString(assembly.Name), assembly.Version, reader.PEHeaders.CorHeader?.EntryPointTokenOrRelativeVirtualAddress is > 0);
        }
        catch (BadImageFormatException)
        {
            // What cannot be read says nothing.
            return null;
        }
    }

    private static int Align(int length) => (length + 3) / 4 * 4;

    /// <summary>Where a .pe has its version and its length: line v1 (NFMRK1) and v2 (NFMRK2).</summary>
    private readonly record struct PeLayout(int VersionOffset, int EndOffset)
    {
        public const int MinBytes = 124;

        public static PeLayout? Of(ReadOnlySpan<byte> bytes)
        {
            if (bytes.Length < MinBytes)
            {
                return null;
            }

            if (bytes.StartsWith("NFMRK1"u8))
            {
                return new PeLayout(28, 100);
            }

            return bytes.StartsWith("NFMRK2"u8) ? new PeLayout(24, 104) : null;
        }
    }
}
