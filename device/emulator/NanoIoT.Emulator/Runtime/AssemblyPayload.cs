using System.Buffers.Binary;

namespace NanoIoT.Emulator.Runtime;

/// <summary>
/// What an image for an emulated board carries where one for hardware carries .pe files: IL assemblies in load order.
/// <c>"NIL1" · count u32 · count × (length u32 · bytes · padding to 4)</c>, little endian.
/// </summary>
public static class AssemblyPayload
{
    private const int MaxAssemblies = 64;
    private static readonly byte[] s_magic = "NIL1"u8.ToArray();

    /// <summary>Packs assemblies.</summary>
    /// <param name="assemblies">IL assemblies, each behind those it refers to.</param>
    /// <returns>The payload.</returns>
    public static byte[] Pack(IReadOnlyList<byte[]> assemblies)
    {
        ArgumentNullException.ThrowIfNull(assemblies);
        using var stream = new MemoryStream();
        Span<byte> number = stackalloc byte[4];
        stream.Write(s_magic);
        BinaryPrimitives.WriteInt32LittleEndian(number, assemblies.Count);
        stream.Write(number);
        foreach (byte[] assembly in assemblies)
        {
            BinaryPrimitives.WriteInt32LittleEndian(number, assembly.Length);
            stream.Write(number);
            stream.Write(assembly);
            number.Clear();
            stream.Write(number[..((4 - (assembly.Length % 4)) % 4)]);
        }

        return stream.ToArray();
    }

    /// <summary>Unpacks assemblies.</summary>
    /// <param name="payload">The payload.</param>
    /// <returns>The assemblies in load order.</returns>
    /// <exception cref="InvalidDataException">The payload is none.</exception>
    public static IReadOnlyList<byte[]> Unpack(ReadOnlySpan<byte> payload)
    {
        Require(payload.Length >= 8 && payload[..4].SequenceEqual(s_magic));
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(payload[4..]);
        Require(count <= MaxAssemblies);
        payload = payload[8..];
        var assemblies = new List<byte[]>((int)count);
        for (uint i = 0; i < count; i++)
        {
            Require(payload.Length >= 4);
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(payload);
            Require(length <= payload.Length - 4);
            assemblies.Add(payload.Slice(4, (int)length).ToArray());
            payload = payload[Math.Min(payload.Length, 4 + ((int)length + 3) / 4 * 4)..];
        }

        return assemblies;
    }

    private static void Require(bool holds)
    {
        if (!holds)
        {
            throw new InvalidDataException("The image's payload is not for an emulated board.");
        }
    }
}
