namespace NanoIoT.Cloud.Campaigns.Machine;

/// <summary>A step of a campaign.</summary>
/// <param name="Next">The campaign after it.</param>
/// <param name="What">What happens, in one word: the event's name in the campaign's history.</param>
/// <param name="Why">Why.</param>
public sealed record Transition(Campaign Next, string What, string Why);
