namespace NanoIoT.Cloud.Campaigns.Progress;

/// <summary>A board's last word in a campaign.</summary>
public sealed record ProgressEntry
{
    /// <summary>The board.</summary>
    public required string Thing { get; init; }

    /// <summary>The id the registry gave it then: a board of the same name with another one replaced it.</summary>
    public string ThingId { get; init; } = string.Empty;

    /// <summary>The stage that admitted it, from 0; -1 where none did; null where whoever stored the report did not know the stages: then it is the one that admits it now.</summary>
    public int? Stage { get; init; }

    /// <summary>Which call of the campaign it answered: 0, or that of a retry.</summary>
    public int Attempt { get; init; }

    /// <summary>The report's number; -1 where it was called again and has not answered.</summary>
    public int Sequence { get; init; }

    /// <summary>One of <see cref="NanoIoT.Shared.UpdateStates"/>, or <c>pending</c> where it was called again.</summary>
    public required string State { get; init; }

    /// <summary>A code, or null.</summary>
    public string? Reason { get; init; }

    /// <summary>More, or null.</summary>
    public string? Detail { get; init; }

    /// <summary>The version before.</summary>
    public string From { get; init; } = string.Empty;

    /// <summary>The version announced.</summary>
    public string To { get; init; } = string.Empty;

    /// <summary>Bytes downloaded.</summary>
    public long Bytes { get; init; }

    /// <summary>Bytes the running image held already, copied instead of downloaded.</summary>
    public long Copied { get; init; }

    /// <summary>When the board says it was, Unix seconds; 0 where its clock was not set.</summary>
    public long Timestamp { get; init; }

    /// <summary>When the report came, Unix milliseconds.</summary>
    public long Received { get; init; }

    /// <summary>How many reports counted so far.</summary>
    public int Reports { get; init; }

    /// <summary>Whether another report is the newer one: of a later call, or of the same with a higher number.</summary>
    /// <param name="attempt">The other's call.</param>
    /// <param name="sequence">The other's number.</param>
    /// <returns>True where it is.</returns>
    public bool IsBefore(int attempt, int sequence) => attempt > Attempt || (attempt == Attempt && sequence > Sequence);
}
