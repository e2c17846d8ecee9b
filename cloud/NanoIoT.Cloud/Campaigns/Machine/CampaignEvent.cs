namespace NanoIoT.Cloud.Campaigns.Machine;

/// <summary>A step a campaign took, as its history keeps it.</summary>
/// <param name="At">When, Unix milliseconds.</param>
/// <param name="Who">Whose step it was: a user, or <c>service</c>.</param>
/// <param name="What">What happened.</param>
/// <param name="Why">Why.</param>
/// <param name="Stage">The stage under way then, from 0.</param>
/// <param name="Version">The campaign's version after it.</param>
public sealed record CampaignEvent(long At, string Who, string What, string Why, int Stage, long Version);
