namespace NanoIoT.Cloud.Campaigns;

/// <summary>A jump of the machine's clock that was confirmed.</summary>
/// <param name="JumpSeconds">How far the clock jumped: more than 0 where it was set forward.</param>
/// <param name="Campaigns">The campaigns that go on by the new time.</param>
public sealed record ClockConfirmation(long JumpSeconds, IReadOnlyList<string> Campaigns);
