using System.Text.Json;

namespace NanoIoT.Emulator.Isolation;

/// <summary>What a board in a process of its own is made of.</summary>
public sealed record IsolatedBoardOptions
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its hardware profile's name.</summary>
    public required string Profile { get; init; }

    /// <summary>What it leaves the factory with (<see cref="Runtime.VirtualBoardOptions.FactoryImage"/>).</summary>
    public required byte[] FactoryImage { get; init; }

    /// <summary>The boot loader's key, PEM.</summary>
    public required string BootKeyPem { get; init; }

    /// <summary>Files of its drives.</summary>
    public required Dictionary<string, byte[]> Files { get; init; }

    /// <summary>The file that keeps its flash.</summary>
    public required string StateFile { get; init; }

    /// <summary>The process's heap limit in bytes: what is beyond is out of memory, as on a board.</summary>
    public long HeapLimitBytes { get; init; } = 128L * 1024 * 1024;

    /// <summary>Reads options.</summary>
    /// <param name="path">The JSON file.</param>
    /// <returns>The options.</returns>
    public static IsolatedBoardOptions Load(string path) =>
        JsonSerializer.Deserialize<IsolatedBoardOptions>(File.ReadAllBytes(path)) ?? throw new JsonException("empty options");

    /// <summary>Writes options.</summary>
    /// <param name="path">The JSON file.</param>
    public void Save(string path) => File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(this));
}
