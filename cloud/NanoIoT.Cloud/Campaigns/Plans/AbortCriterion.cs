using System.Text.Json.Serialization;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Campaigns.Plans;

/// <summary>What aborts a campaign: too large a share of the boards that are done came out in one way.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record AbortCriterion
{
    internal const string Any = "any";

    /// <summary><c>failed</c>, <c>rolledBack</c>, <c>rejected</c>, <c>timedOut</c>, or <c>any</c> of them.</summary>
    public string Outcome { get; init; } = Any;

    /// <summary>The share of boards that are done, 1 to 100 percent.</summary>
    public int Percent { get; init; } = 20;

    /// <summary>Boards that must be done before the share counts, at least 1.</summary>
    public int Minimum { get; init; } = 5;

    /// <summary>The outcomes there are.</summary>
    internal static IReadOnlyList<string> Outcomes { get; } = [Any, UpdateStates.Failed, UpdateStates.RolledBack, UpdateStates.Rejected, StageCounts.TimedOut];

    /// <summary>Why it is met, or null.</summary>
    /// <param name="counts">All boards of the campaign.</param>
    /// <returns>The words.</returns>
    internal string? Met(StageCounts counts)
    {
        int bad = Outcome == Any ? counts.Unsuccessful : counts.Of(Outcome);
        return bad > 0 && counts.Done >= Minimum && bad * 100L >= (long)Percent * counts.Done
            ? $"{bad} of {counts.Done} boards that are done {(Outcome == Any ? "did not succeed" : $"are {Outcome}")} (limit {Percent} % of at least {Minimum})"
            : null;
    }
}
