namespace NanoIoT.Cloud.Campaigns.Machine;

/// <summary>A stage that began.</summary>
/// <param name="Share">What its gate may open to, in ten-thousandths of its audience: settled when it begins.</param>
/// <param name="Began">When, Unix milliseconds.</param>
public sealed record StageGate(int Share, long Began);
