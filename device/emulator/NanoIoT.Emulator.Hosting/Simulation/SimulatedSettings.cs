namespace NanoIoT.Emulator.Simulation;

/// <summary>The settings of a simulated board's agent.</summary>
public sealed record SimulatedSettings
{
    /// <summary>The thing.</summary>
    public required string Thing { get; init; }

    /// <summary>The hardware profile.</summary>
    public required string Profile { get; init; }

    /// <summary>The trusted key's id.</summary>
    public required string KeyId { get; init; }

    /// <summary>The trusted key, an uncompressed point.</summary>
    public required byte[] PublicPoint { get; init; }

    /// <summary>Seconds new firmware may take to be healthy.</summary>
    public int TrialSeconds { get; init; } = 60;

    /// <summary>Seconds a reading may wait before it is sent.</summary>
    public int TelemetrySeconds { get; init; } = 60;

    /// <summary>Whether MQTT is let go during downloads.</summary>
    public bool LowMemory { get; init; }

    /// <summary>In low-memory mode: seconds of download between two looks at MQTT.</summary>
    public int DownloadSliceSeconds { get; init; } = 120;

    /// <summary>Whether the application has an update policy.</summary>
    public bool HasPolicy { get; init; }

    /// <summary>Whether the application takes the classic shadow's desired state.</summary>
    public bool HasDesiredState { get; init; }

    /// <summary>Whether the agent asks for the classic shadow.</summary>
    public bool UseClassicShadow { get; init; }

    /// <summary>Download attempts without progress before the update fails.</summary>
    public int MaxDownloadAttempts { get; init; } = 6;

    /// <summary>How long the download server may be down before the update fails, in seconds.</summary>
    public int DownloadTimeoutSeconds { get; init; } = 86_400;
}
