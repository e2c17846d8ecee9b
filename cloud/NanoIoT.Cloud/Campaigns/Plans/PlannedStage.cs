namespace NanoIoT.Cloud.Campaigns.Plans;

/// <summary>A stage of a plan.</summary>
/// <param name="Name">The stage in a few words.</param>
/// <param name="Permyriad">What its gate opens to, in ten-thousandths.</param>
/// <param name="Audience">Boards that its group, region, list or query has.</param>
/// <param name="Boards">Boards it takes: those the gate admits and no earlier stage did.</param>
/// <param name="Current">Of those, boards that run the version already.</param>
/// <param name="BeginsSeconds">When it begins, seconds from the start.</param>
/// <param name="Openings">How often its gate is opened further.</param>
/// <param name="NeedsApproval">Whether somebody must approve it.</param>
public sealed record PlannedStage(string Name, int Permyriad, int Audience, int Boards, int Current, long BeginsSeconds, int Openings, bool NeedsApproval);
