using System.Text.Json;

namespace NanoIoT.HardwareProfiles;

/// <summary>What one kind of board has: flash map, slots, file system, RAM, networking, flash tool arguments.</summary>
public sealed record HardwareProfile
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web);

    /// <summary>The profile's name, which boards report and manifests are for.</summary>
    public required string Name { get; init; }

    /// <summary>What it is, for a person.</summary>
    public required string Description { get; init; }

    /// <summary>nanoFramework's platform, e.g. <c>ESP32</c>.</summary>
    public required string Platform { get; init; }

    /// <summary>Bytes of the main flash.</summary>
    public required int FlashBytes { get; init; }

    /// <summary>The nanoCLR version the profile's firmware carries.</summary>
    public required string ClrVersion { get; init; }

    /// <summary>Bytes of the managed heap.</summary>
    public required int ManagedHeapBytes { get; init; }

    /// <summary>Kinds of network.</summary>
    public required IReadOnlyList<string> Networking { get; init; }

    /// <summary>How the board is updated.</summary>
    public required UpdateLayout Update { get; init; }

    /// <summary>Its internal file system.</summary>
    public required FileSystemLayout FileSystem { get; init; }

    /// <summary>How it is flashed.</summary>
    public required FlashTool FlashTool { get; init; }

    /// <summary>Reads a profile.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <returns>The profile.</returns>
    /// <exception cref="JsonException">The JSON is no profile.</exception>
    public static HardwareProfile Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<HardwareProfile>(json, s_options) ?? throw new JsonException("empty profile");
}
