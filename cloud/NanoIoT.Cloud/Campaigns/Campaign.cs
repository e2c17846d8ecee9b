using NanoIoT.Shared;

namespace NanoIoT.Cloud.Campaigns;

/// <summary>A campaign as the store keeps it.</summary>
public sealed record Campaign
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>What was asked for.</summary>
    public required CampaignRequest Request { get; init; }

    /// <summary>The gate hash's salt.</summary>
    public required string Salt { get; init; }

    /// <summary>One of <see cref="CampaignStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Why it is in that state, where it is not running.</summary>
    public string? Reason { get; init; }

    /// <summary>The stage under way, from 0.</summary>
    public int Stage { get; init; }

    /// <summary>When the stage under way met its threshold, Unix milliseconds, or null.</summary>
    public long? StageSatisfied { get; init; }

    /// <summary>The revision last used in an announcement.</summary>
    public long Revision { get; init; }

    /// <summary>When it was created, Unix milliseconds.</summary>
    public required long Created { get; init; }

    /// <summary>When it ended, Unix milliseconds, or null.</summary>
    public long? Ended { get; init; }

    /// <summary>The URL in its announcements.</summary>
    public required string Url { get; init; }

    /// <summary>When that URL stops working, Unix seconds.</summary>
    public required long UrlExpires { get; init; }

    /// <summary>What stands on each topic.</summary>
    public IReadOnlyDictionary<string, Announced> Announced { get; init; } = new Dictionary<string, Announced>();

    /// <summary>Whether it has ended.</summary>
    public bool IsOver => Status is CampaignStatus.Completed or CampaignStatus.Aborted or CampaignStatus.Canceled;

    /// <summary>What must stand on each topic now.</summary>
    /// <returns>Topics and announcements.</returns>
    public IReadOnlyDictionary<string, Announced> Wanted()
    {
        string state = Status switch
        {
            CampaignStatus.Paused => CampaignStates.Paused,
            CampaignStatus.Aborted or CampaignStatus.Canceled => CampaignStates.Canceled,
            _ => CampaignStates.Active,
        };
        var wanted = new Dictionary<string, Announced>(StringComparer.Ordinal);
        foreach (CampaignStage stage in Request.Stages.Take(Stage + 1))
        {
            string topic = stage.Topic(Request.Component);
            int permyriad = Math.Max(stage.Percent * 100, wanted.TryGetValue(topic, out Announced? before) ? before.Permyriad : 0);
            wanted[topic] = new Announced(state, permyriad, Url);
        }

        return wanted;
    }
}
