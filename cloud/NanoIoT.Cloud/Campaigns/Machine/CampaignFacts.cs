namespace NanoIoT.Cloud.Campaigns.Machine;

/// <summary>What a campaign's next step depends on besides its record and the time.</summary>
/// <param name="Stages">Counts of the stages up to the one under way.</param>
/// <param name="Audience">Everybody the stage under way is for, by their places.</param>
/// <param name="Fresh">Those of them that no earlier stage admitted.</param>
/// <param name="Before">Campaigns that come first, and their status; null where one does not exist.</param>
public sealed record CampaignFacts(
    IReadOnlyList<StageCounts> Stages,
    GateCurve Audience,
    GateCurve Fresh,
    IReadOnlyDictionary<string, string?> Before);
