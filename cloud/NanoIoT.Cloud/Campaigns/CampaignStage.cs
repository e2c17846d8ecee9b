using NanoIoT.Shared;

namespace NanoIoT.Cloud.Campaigns;

/// <summary>One stage of a campaign: who, how many of them, and what must hold before the next.</summary>
public sealed record CampaignStage
{
    /// <summary>The group, or null for all.</summary>
    public string? Group { get; init; }

    /// <summary>The region, or null for all.</summary>
    public string? Region { get; init; }

    /// <summary>Share of them that may go, 1 to 100 percent; which ones is the gate hash's to say.</summary>
    public int Percent { get; init; } = 100;

    /// <summary>Share of the stage's boards that must have succeeded, 0 to 100 percent.</summary>
    public int SuccessPercent { get; init; } = 100;

    /// <summary>Seconds between the threshold and the next stage, 0 to 604,800.</summary>
    public int BakeSeconds { get; init; }

    /// <summary>The stage's announcement topic.</summary>
    /// <param name="component">The component.</param>
    /// <returns>The topic.</returns>
    public string Topic(string component) => (Group, Region) switch
    {
        (null, null) => Topics.OtaAll(component),
        (null, string region) => Topics.OtaRegion(region, component),
        (string group, null) => Topics.OtaGroup(group, component),
        (string group, string region) => Topics.OtaGroupRegion(group, region, component),
    };

    /// <summary>The stage in a few words.</summary>
    /// <returns>The words.</returns>
    public override string ToString()
    {
        string audience = (Group, Region) switch
        {
            (null, null) => "all",
            (null, string region) => region,
            (string group, null) => group,
            (string group, string region) => group + "@" + region,
        };
        return $"{audience} {Percent} %";
    }
}
