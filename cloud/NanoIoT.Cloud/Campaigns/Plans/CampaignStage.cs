using System.Globalization;
using System.Text.Json.Serialization;
using NanoIoT.Cloud.Registry;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Campaigns.Plans;

/// <summary>One stage of a campaign: who, how many of them, how fast, and what must hold before the next.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CampaignStage
{
    /// <summary>The group, or null for all.</summary>
    public string? Group { get; init; }

    /// <summary>The region, or null for all.</summary>
    public string? Region { get; init; }

    /// <summary>Just these things, at most 1,000, instead of a group or region; or null.</summary>
    public IReadOnlyList<string>? Things { get; init; }

    /// <summary>Just the things a query of the search index matches, at most 1,000, instead of a group or region; or null.</summary>
    public string? Query { get; init; }

    /// <summary>Share of them that may go, 1 to 100 percent; which ones is the gate hash's to say.</summary>
    public int Percent { get; init; } = 100;

    /// <summary>How many of them may go, at least 1, instead of a percentage; or null. At most so many go, as the gate opens in ten-thousandths.</summary>
    public int? Count { get; init; }

    /// <summary>How fast boards are admitted, or null for all at once.</summary>
    public Pace? Pace { get; init; }

    /// <summary>Share of the stage's boards that must have succeeded, 0 to 100 percent.</summary>
    public int SuccessPercent { get; init; } = 100;

    /// <summary>Seconds between the threshold and the next stage, 0 to 604,800.</summary>
    public int BakeSeconds { get; init; }

    /// <summary>Whether somebody must approve before it begins.</summary>
    public bool Approval { get; init; }

    /// <summary>Whether its boards are announced to one by one.</summary>
    [JsonIgnore]
    public bool IsByThing => Things is not null || Query is not null;

    /// <summary>The stage's announcement topic, where it is not by thing.</summary>
    /// <param name="component">The component.</param>
    /// <returns>The topic.</returns>
    public string Topic(string component) => (Group, Region) switch
    {
        (null, null) => Topics.OtaAll(component),
        (null, string region) => Topics.OtaRegion(region, component),
        (string group, null) => Topics.OtaGroup(group, component),
        (string group, string region) => Topics.OtaGroupRegion(group, region, component),
    };

    /// <summary>Whether a thing is in the stage's group and region.</summary>
    /// <param name="thing">The thing.</param>
    /// <returns>True where it is.</returns>
    public bool Holds(Thing thing)
    {
        ArgumentNullException.ThrowIfNull(thing);
        return (Group is null || thing.StaticGroups.Contains(Group) || thing.DynamicGroups.Contains(Group)) && (Region is null || thing.Region == Region);
    }

    /// <summary>The stage in a few words.</summary>
    /// <returns>The words.</returns>
    public override string ToString()
    {
        string audience = (Group, Region) switch
        {
            _ when Things is not null => "things",
            _ when Query is not null => Query,
            (null, null) => "all",
            (null, string region) => region,
            (string group, null) => group,
            (string group, string region) => group + "@" + region,
        };
        return audience + " " + (Count is int count ? count.ToString(CultureInfo.InvariantCulture) : $"{Percent} %");
    }
}
