namespace NanoIoT.Cloud.Campaigns;

/// <summary>A campaign as the API shows it.</summary>
/// <param name="Campaign">The campaign.</param>
/// <param name="Stages">Its stages.</param>
/// <param name="Counts">Boards a state, over all targets so far.</param>
/// <param name="Targets">Boards it is for so far.</param>
/// <param name="Unsuccessful">Boards that did not succeed.</param>
/// <param name="Events">The last reports, newest first.</param>
/// <param name="Reports">Reports that counted, in all.</param>
/// <param name="Bytes">Bytes the boards downloaded, in all.</param>
/// <param name="Copied">Bytes their running images held already and that they copied instead, in all.</param>
public sealed record CampaignView(
    Campaign Campaign,
    IReadOnlyList<StageView> Stages,
    IReadOnlyDictionary<string, int> Counts,
    int Targets,
    IReadOnlyList<ProgressEntry> Unsuccessful,
    IReadOnlyList<ProgressEntry> Events,
    long Reports,
    long Bytes,
    long Copied);
