namespace NanoIoT.Testing.Simulation;

/// <summary>What the simulated cloud knows of a board in a campaign.</summary>
/// <param name="Sequence">The newest report's number.</param>
/// <param name="State">Its state.</param>
/// <param name="Reason">Its reason, or null.</param>
/// <param name="Detail">Its detail, or null.</param>
/// <param name="From">The version before.</param>
/// <param name="To">The version announced.</param>
/// <param name="Copied">Bytes copied instead of fetched.</param>
/// <param name="Reports">How many reports counted.</param>
public sealed record SimulatedProgress(int Sequence, string State, string? Reason, string? Detail, string From, string To, long Copied, int Reports);
