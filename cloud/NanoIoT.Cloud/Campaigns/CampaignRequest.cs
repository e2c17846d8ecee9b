namespace NanoIoT.Cloud.Campaigns;

/// <summary>A campaign to create.</summary>
public sealed record CampaignRequest
{
    /// <summary>Its id, or null for one of the service's choosing.</summary>
    public string? Id { get; init; }

    /// <summary>The component to update.</summary>
    public required string Component { get; init; }

    /// <summary>The published version to bring.</summary>
    public required string Version { get; init; }

    /// <summary>The stages, 1 to 32.</summary>
    public required IReadOnlyList<CampaignStage> Stages { get; init; }

    /// <summary>Abort when this share of boards that are done failed, rolled back or rejected; 1 to 100 percent.</summary>
    public int AbortPercent { get; init; } = 20;

    /// <summary>Boards that must be done before the share counts, at least 1.</summary>
    public int AbortMinimum { get; init; } = 5;

    /// <summary>Over how many seconds boards spread their start, 0 to 31,536,000.</summary>
    public int SpreadSeconds { get; init; }

    /// <summary>
    /// Whether it is accepted that boards have no way back by themselves: a nanoCLR confirms itself at its start, and boards
    /// with overwrite-only slots keep no old image. Such a campaign is refused without this.
    /// </summary>
    public bool AcceptNoTrial { get; init; }
}
