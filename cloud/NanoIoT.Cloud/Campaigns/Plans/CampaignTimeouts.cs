using System.Text.Json.Serialization;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Campaigns.Plans;

/// <summary>
/// How long a board may stay in a state, in seconds from 1 to 31,536,000, or null for ever. A board that stays longer counts as
/// <c>timedOut</c>, which is unsuccessful; if it goes on after all, it counts as what it reports. A board that has begun to change
/// its firmware and says nothing more is the worst that a release can do, so <c>staged</c> and <c>testing</c> have an end by default.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CampaignTimeouts
{
    /// <summary>From its admission to its first report.</summary>
    public int? Pending { get; init; }

    /// <summary>Accepted, waiting for its spread, its window and its application's agreement.</summary>
    public int? Accepted { get; init; }

    /// <summary>Downloading.</summary>
    public int? Downloading { get; init; }

    /// <summary>Staged, waiting to reboot: a day unless said otherwise, as an application may wait for the night. A board that does not come back from the reboot stays in it.</summary>
    public int? Staged { get; init; } = DefaultStaged;

    /// <summary>Booted on trial: an hour unless said otherwise, which is longer than a trial with all its reboots takes.</summary>
    public int? Testing { get; init; } = DefaultTesting;

    internal const int DefaultStaged = 86_400;
    internal const int DefaultTesting = 3600;

    [JsonIgnore]
    internal IEnumerable<int?> All => [Pending, Accepted, Downloading, Staged, Testing];

    /// <summary>How long a board may stay in a state.</summary>
    /// <param name="state">The state.</param>
    /// <returns>Seconds, or null.</returns>
    internal int? Of(string state) => state switch
    {
        StageCounts.Pending => Pending,
        UpdateStates.Accepted => Accepted,
        UpdateStates.Downloading => Downloading,
        UpdateStates.Staged => Staged,
        UpdateStates.Testing => Testing,
        _ => null,
    };
}
