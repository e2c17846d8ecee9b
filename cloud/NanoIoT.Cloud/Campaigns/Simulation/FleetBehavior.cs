namespace NanoIoT.Cloud.Campaigns.Simulation;

/// <summary>How a simulated fleet behaves. Shares are from 0 to 1, times in seconds.</summary>
public sealed record FleetBehavior
{
    /// <summary>Boards whose new firmware fails its trial and that come back with the old one.</summary>
    public double RolledBack { get; init; }

    /// <summary>Boards whose download or flash fails.</summary>
    public double Failed { get; init; }

    /// <summary>Boards that refuse the image.</summary>
    public double Rejected { get; init; }

    /// <summary>Boards that stop for good in the middle of the download.</summary>
    public double Stuck { get; init; }

    /// <summary>Boards that are off and never come.</summary>
    public double Offline { get; init; }

    /// <summary>Boards that are off when they are called and come later.</summary>
    public double Slow { get; init; }

    /// <summary>How much later those come at most.</summary>
    public int SlowSeconds { get; init; } = 86400;

    /// <summary>How long a download takes, give or take a quarter.</summary>
    public int DownloadSeconds { get; init; } = 60;

    /// <summary>From the staged image to the confirmed firmware.</summary>
    public int TrialSeconds { get; init; } = 60;

    /// <summary>Jumps of the service's clock: at which second of the simulation, and by how many seconds.</summary>
    public IReadOnlyList<(long At, long By)> ClockJumps { get; init; } = [];

    /// <summary>What the random numbers begin with: the same again gives the same again.</summary>
    public int Seed { get; init; } = 1;
}
