namespace NanoIoT.Cloud.Campaigns.Plans;

/// <summary>What is in a plan's way.</summary>
/// <param name="Code">The error that creating it would answer.</param>
/// <param name="Message">Why.</param>
public sealed record PlanObstacle(string Code, string Message);
