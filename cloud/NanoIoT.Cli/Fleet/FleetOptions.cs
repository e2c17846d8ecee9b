namespace NanoIoT.Cli.Fleet;

/// <summary>The boards to emulate.</summary>
internal sealed record FleetOptions
{
    /// <summary>How many.</summary>
    public required int Boards { get; init; }

    /// <summary>What their names begin with.</summary>
    public string Prefix { get; init; } = "board-";

    /// <summary>The groups, each with a share of the boards that follow the former's.</summary>
    public required IReadOnlyList<(string Group, int Boards)> Groups { get; init; }

    /// <summary>The regions, in turn.</summary>
    public IReadOnlyList<string> Regions { get; init; } = ["eu", "us"];

    /// <summary>The hardware profiles, in turn.</summary>
    public IReadOnlyList<string> Profiles { get; init; } = ["ESP32_S3", "ORGPAL_PALTHREE"];

    /// <summary>Seconds new firmware may take to be healthy.</summary>
    public int TrialSeconds { get; init; } = 60;
}
