namespace NanoIoT.Cloud.Campaigns;

/// <summary>A board's last word in a campaign.</summary>
/// <param name="Thing">The board.</param>
/// <param name="Sequence">The report's number.</param>
/// <param name="State">One of <see cref="NanoIoT.Shared.UpdateStates"/>.</param>
/// <param name="Reason">A code, or null.</param>
/// <param name="Detail">More, or null.</param>
/// <param name="From">The version before.</param>
/// <param name="To">The version announced.</param>
/// <param name="Bytes">Bytes downloaded.</param>
/// <param name="Copied">Bytes the running image held already, copied instead of downloaded.</param>
/// <param name="Received">When the report came, Unix milliseconds.</param>
/// <param name="Reports">How many reports counted so far.</param>
public sealed record ProgressEntry(string Thing, int Sequence, string State, string? Reason, string? Detail, string From, string To, long Bytes, long Copied, long Received, int Reports);
