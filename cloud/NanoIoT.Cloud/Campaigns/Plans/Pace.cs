using System.Text.Json.Serialization;

namespace NanoIoT.Cloud.Campaigns.Plans;

/// <summary>
/// How fast a stage admits boards. Constant: so many a minute. Exponential, by AWS's formula: the rate begins at a base and is
/// multiplied each time another so many boards were admitted, or succeeded, up to a maximum.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record Pace
{
    /// <summary>Boards a minute at most, 1 to 1,000,000.</summary>
    public required int MaximumPerMinute { get; init; }

    /// <summary>Boards a minute at first, 1 to the maximum; null for a constant pace.</summary>
    public int? BaseRatePerMinute { get; init; }

    /// <summary>What the rate is multiplied by, 1.1 to 5.</summary>
    public double IncrementFactor { get; init; } = 2;

    /// <summary>The rate grows each time so many more boards were admitted, at least 1; or null.</summary>
    public int? NotifiedThings { get; init; }

    /// <summary>The rate grows each time so many more boards succeeded, at least 1; or null.</summary>
    public int? SucceededThings { get; init; }

    /// <summary>Boards a minute now.</summary>
    /// <param name="notified">Boards the stage has admitted.</param>
    /// <param name="succeeded">Of those, how many succeeded.</param>
    /// <returns>The rate.</returns>
    public double Rate(int notified, int succeeded)
    {
        if (BaseRatePerMinute is not int start)
        {
            return MaximumPerMinute;
        }

        int increases = SucceededThings is int successes ? succeeded / successes : notified / NotifiedThings!.Value;
        return Math.Min(MaximumPerMinute, start * Math.Pow(IncrementFactor, increases));
    }

    /// <summary>How many boards are admitted by one opening of the gate: all that are left once the rate grows no more.</summary>
    /// <param name="rate">Boards a minute now.</param>
    /// <returns>Boards.</returns>
    public int Slice(double rate) => rate >= MaximumPerMinute ? int.MaxValue : SucceededThings ?? NotifiedThings ?? int.MaxValue;
}
