namespace NanoIoT.Cloud.Campaigns.Plans;

/// <summary>What a campaign would do.</summary>
/// <param name="Id">The id it was worked out for: create it with this one and the same boards are admitted.</param>
/// <param name="Component">The component.</param>
/// <param name="Version">The version.</param>
/// <param name="Stages">Its stages.</param>
/// <param name="Boards">Boards it is for.</param>
/// <param name="Current">Of those, boards that run the version already.</param>
/// <param name="Seconds">How long it takes where every board is online and succeeds: pace, spread, download, trial and bake times; approvals and windows not counted.</param>
/// <param name="Obstacles">What is in its way; empty where it can be created.</param>
/// <param name="Remarks">What is worth knowing.</param>
/// <param name="Cost">What it takes.</param>
public sealed record PlanView(string Id, string Component, string Version, IReadOnlyList<PlannedStage> Stages, int Boards, int Current, long Seconds, IReadOnlyList<PlanObstacle> Obstacles, IReadOnlyList<string> Remarks, PlanCost Cost);
