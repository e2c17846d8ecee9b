namespace NanoIoT.Cloud.Campaigns.Machine;

/// <summary>What becomes of a campaign now.</summary>
/// <param name="Transition">Its next step, or null where it waits or has ended.</param>
/// <param name="Waiting">What it waits for, or null.</param>
public readonly record struct Decision(Transition? Transition, string? Waiting)
{
    internal static Decision To(Campaign next, string what, string why) => new(new Transition(next, what, why), null);

    internal static Decision Wait(string reason) => new(null, reason);
}
