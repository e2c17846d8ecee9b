namespace NanoIoT.Cloud.Campaigns.Views;

/// <summary>A board of a campaign, as what it is.</summary>
/// <param name="Thing">Its name.</param>
/// <param name="State">Where it is in the campaign.</param>
/// <param name="Stage">The stage that admitted it, from 0; -1 where none did.</param>
/// <param name="Attempt">Which call of the campaign it answered.</param>
/// <param name="Running">The version it runs, as it said last; or null where it never did.</param>
/// <param name="From">The version before, where it reported.</param>
/// <param name="Reason">A code, or null.</param>
/// <param name="Detail">More, or null.</param>
/// <param name="Since">When it reported last, Unix milliseconds; or null.</param>
/// <param name="IsConnected">Whether it is connected.</param>
/// <param name="OfflineSince">Since when it is not, Unix milliseconds; null where it is, or was not seen since the service started.</param>
/// <param name="Notes">
/// <c>deleted</c>: the registry no longer has it; <c>replaced</c>: it has another board of that name; <c>downgraded</c>: it succeeded and runs another version now;
/// <c>unknownVersion</c>: it never said what it runs, or that is no version; <c>outside</c>: no stage admits it.
/// </param>
public sealed record BoardView(
    string Thing,
    string State,
    int Stage,
    int Attempt,
    string? Running,
    string? From,
    string? Reason,
    string? Detail,
    long? Since,
    bool IsConnected,
    long? OfflineSince,
    IReadOnlyList<string> Notes);
