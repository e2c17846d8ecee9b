using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Progress;

namespace NanoIoT.Cloud.Campaigns.Views;

/// <summary>A campaign as the API shows it.</summary>
/// <param name="Campaign">The campaign.</param>
/// <param name="Waiting">What it waits for, or null.</param>
/// <param name="Stages">Its stages.</param>
/// <param name="Counts">Boards a state, over all stages so far.</param>
/// <param name="Targets">Boards it is for so far.</param>
/// <param name="Outside">Boards that took it and are in no stage: they came after a snapshot, or their group changed.</param>
/// <param name="Gone">Boards that took it and were deleted or replaced since.</param>
/// <param name="Unsuccessful">Boards that did not succeed, at most 100; <c>nanoiot campaign boards</c> lists all.</param>
/// <param name="Events">The last reports, newest first.</param>
/// <param name="Reports">Reports that counted, in all.</param>
/// <param name="Bytes">Bytes the boards downloaded, in all.</param>
/// <param name="Copied">Bytes their running images held already and that they copied instead, in all.</param>
public sealed record CampaignView(
    Campaign Campaign,
    string? Waiting,
    IReadOnlyList<StageView> Stages,
    IReadOnlyDictionary<string, int> Counts,
    int Targets,
    int Outside,
    int Gone,
    IReadOnlyList<ProgressEntry> Unsuccessful,
    IReadOnlyList<ProgressEntry> Events,
    long Reports,
    long Bytes,
    long Copied);
