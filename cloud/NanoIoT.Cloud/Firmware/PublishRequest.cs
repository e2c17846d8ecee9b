namespace NanoIoT.Cloud.Firmware;

/// <summary>What to publish.</summary>
public sealed record PublishRequest
{
    /// <summary>The component, e.g. <c>app</c>.</summary>
    public required string Component { get; init; }

    /// <summary>The version (Semantic Versioning).</summary>
    public required string Version { get; init; }

    /// <summary>The hardware profiles it is for.</summary>
    public required IReadOnlyList<string> Profiles { get; init; }

    /// <summary>A signed MCUboot image, or the bare payload that one is to be made of.</summary>
    public required ReadOnlyMemory<byte> Image { get; init; }

    /// <summary>The lowest running version it may replace, or null.</summary>
    public string? MinVersion { get; init; }

    /// <summary>The lowest nanoCLR version it runs on, or null.</summary>
    public string? MinClr { get; init; }

    /// <summary>Whether it is accepted that the program in the image has another assembly version than <see cref="Version"/>.</summary>
    public bool AcceptVersionMismatch { get; init; }

    /// <summary>Grows when older images must not come back.</summary>
    public int RollbackIndex { get; init; }
}
