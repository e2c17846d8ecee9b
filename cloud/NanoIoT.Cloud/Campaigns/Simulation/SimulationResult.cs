using NanoIoT.Cloud.Campaigns.Machine;

namespace NanoIoT.Cloud.Campaigns.Simulation;

/// <summary>What came of a simulated campaign.</summary>
/// <param name="Campaign">The campaign at its end, or where the simulation gave up.</param>
/// <param name="Waiting">What it waits for, where it has not ended.</param>
/// <param name="Counts">Boards a state, over the stages that began.</param>
/// <param name="Seconds">How long it took, by the fleet's time.</param>
/// <param name="StageSeconds">When each stage began.</param>
/// <param name="Steps">The steps it took: second, what, why.</param>
/// <param name="Openings">How often each stage's gate was opened further: each is an announcement to its audience.</param>
/// <param name="Boards">Boards each stage took.</param>
/// <param name="Begun">Boards that began.</param>
/// <param name="MostDownloads">The most downloads at one time.</param>
/// <param name="Broken">Invariants that did not hold; none is how it should be.</param>
public sealed record SimulationResult(
    Campaign Campaign,
    string? Waiting,
    IReadOnlyDictionary<string, int> Counts,
    long Seconds,
    IReadOnlyList<long> StageSeconds,
    IReadOnlyList<(long Second, string What, string Why)> Steps,
    IReadOnlyList<int> Openings,
    IReadOnlyList<int> Boards,
    int Begun,
    int MostDownloads,
    IReadOnlyList<string> Broken);
