using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Registry;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Campaigns.Plans;

/// <summary>What must hold of the boards that a campaign is for: there are some, the image is made for them, and it is not below what they run.</summary>
internal static class AudienceRules
{
    private const int MaxExamples = 3;

    /// <summary>What keeps the campaign from being created, as the error that creating it would answer.</summary>
    /// <param name="request">The plan.</param>
    /// <param name="manifest">The image.</param>
    /// <param name="audience">How many things the stages' audiences have, whatever share of them is admitted.</param>
    /// <param name="targets">The things that the stages admit in the end.</param>
    public static IEnumerable<CloudException> Check(CampaignRequest request, Manifest manifest, int audience, IReadOnlyList<Thing> targets)
    {
        if (audience == 0 && !request.AllowEmpty)
        {
            yield return new CloudException(
                ErrorCodes.EmptyAudience,
                $"The campaign's audience is empty: no thing belongs to any of its stages ({string.Join(", ", request.Stages)}). Check the names of groups and regions. "
                + "To create the campaign for things that join later, use allowEmpty (--allow-empty).");
        }

        if (request.AcceptUnready)
        {
            yield break;
        }

        if (WrongProfile(request, manifest, targets) is CloudException mismatch)
        {
            yield return mismatch;
        }

        if (request.Replaces is null && Downgrade(request, targets) is CloudException downgrade)
        {
            yield return downgrade;
        }
    }

    private static CloudException? WrongProfile(CampaignRequest request, Manifest manifest, IReadOnlyList<Thing> targets)
    {
        Thing[] others = [.. targets.Where(thing => thing.Attributes.ContainsKey(WellKnownAttributes.Profile) && !manifest.Profiles.Contains(thing.Profile))];
        return others.Length == 0
            ? null
            : new CloudException(
                ErrorCodes.ProfileMismatch,
                $"The image of {request.Component} {request.Version} does not fit all boards. It is made for {string.Join(", ", manifest.Profiles)}; {others.Length} of {targets.Count} boards have a profile that it is not made for: "
                + $"{Examples(others, thing => thing.Profile)}. Use stages without these boards, or accept that they refuse the image (acceptUnready, --accept-unready).");
    }

    private static CloudException? Downgrade(CampaignRequest request, IReadOnlyList<Thing> targets)
    {
        if (SemanticVersion.Parse(request.Version) is not SemanticVersion version)
        {
            return null;
        }

        Thing[] above = [.. targets.Where(thing => SemanticVersion.Parse(RunningOf(thing, request)) is SemanticVersion runs && runs.CompareTo(version) > 0)];
        return above.Length == 0
            ? null
            : new CloudException(
                ErrorCodes.Downgrade,
                $"{above.Length} of {targets.Count} boards run a higher version of {request.Component} than {request.Version} and would refuse it: "
                + $"{Examples(above, thing => RunningOf(thing, request)!)}. To downgrade them, set replaces (--replaces) to the version that they run, "
                + "or accept that they refuse the image (acceptUnready, --accept-unready).");
    }

    private static string? RunningOf(Thing thing, CampaignRequest request) => thing.Firmware.GetValueOrDefault(request.Component);

    private static string Examples(Thing[] things, Func<Thing, string> value)
    {
        string examples = string.Join(", ", things.Take(MaxExamples).Select(thing => $"{thing.ThingName} ({value(thing)})"));
        return things.Length > MaxExamples ? $"{examples} and {things.Length - MaxExamples} more" : examples;
    }
}
