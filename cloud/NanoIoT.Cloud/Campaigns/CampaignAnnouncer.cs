using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Firmware;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Campaigns;

/// <summary>
/// Makes what stands on the topics agree with what must: what differs is published under a revision that is stored first, so a
/// revision never stands for two different announcements, and a crash in between is mended by doing it again.
/// </summary>
internal sealed class CampaignAnnouncer(CampaignBook book, IFirmwareRepository firmware, IMessageBus bus)
{
    /// <summary>Publishes what differs.</summary>
    /// <param name="campaign">The campaign, as it is stored.</param>
    /// <param name="wanted">What must stand on each topic.</param>
    /// <param name="isTakenOver">Whether a newer campaign has a topic.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The campaign as it is stored now; null where somebody else changed it meanwhile.</returns>
    public async Task<Campaign?> AnnounceAsync(Campaign campaign, Dictionary<string, Announced> wanted, Func<string, bool> isTakenOver, CancellationToken cancellationToken)
    {
        KeyValuePair<string, Announced>[] changed = [.. wanted.Where(item => campaign.Announced.GetValueOrDefault(item.Key) != item.Value && !isTakenOver(item.Key))];
        string[] dropped = [.. campaign.Announced.Keys.Where(topic => !wanted.ContainsKey(topic))];
        Artifact? artifact = firmware.Find(campaign.Request.Component, campaign.Request.Version);
        if ((changed.Length == 0 && dropped.Length == 0) || artifact is null)
        {
            return campaign;
        }

        if (campaign.Request.Replaces is string from)
        {
            artifact = await firmware.WayBackAsync(artifact, from, cancellationToken).ConfigureAwait(false);
        }

        // A campaign that another copy of the service created may have taken a topic over.
        await book.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        changed = [.. changed.Where(item => !isTakenOver(item.Key))];
        if (changed.Length == 0 && dropped.Length == 0)
        {
            return campaign;
        }

        Campaign next = campaign with { Revision = campaign.Revision + 1, Version = campaign.Version + 1 };
        if (!await book.SaveAsync(next, null, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        foreach ((string topic, Announced announced) in changed)
        {
            var announcement = new Announcement
            {
                Campaign = announced.Campaign,
                Revision = next.Revision,
                State = announced.State,
                Manifest = artifact.ManifestBytes,
                Signature = artifact.Signature,
                KeyId = artifact.KeyId,
                Url = next.Url,
                UrlExpires = next.UrlExpires,
                Permyriad = announced.Permyriad,
                Salt = next.Salt,
                SpreadSeconds = announced.SpreadSeconds,
                NotBefore = announced.NotBefore,
                NotAfter = announced.NotAfter,
            };
            await bus.PublishAsync(new BusMessage(topic, announcement.ToBytes(), 1, true), cancellationToken).ConfigureAwait(false);
        }

        await WithdrawAsync(dropped.Where(topic => !isTakenOver(topic)), cancellationToken).ConfigureAwait(false);
        var standing = campaign.Announced.Where(item => wanted.ContainsKey(item.Key)).ToDictionary(StringComparer.Ordinal);
        foreach ((string topic, Announced announced) in changed)
        {
            standing[topic] = announced;
        }

        next = next with { Announced = standing, Version = next.Version + 1 };
        return await book.SaveAsync(next, null, cancellationToken).ConfigureAwait(false) ? next : null;
    }

    /// <summary>Takes announcements away.</summary>
    /// <param name="topics">Their topics.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task WithdrawAsync(IEnumerable<string> topics, CancellationToken cancellationToken)
    {
        foreach (string topic in topics)
        {
            await bus.PublishAsync(new BusMessage(topic, ReadOnlyMemory<byte>.Empty, 1, true), cancellationToken).ConfigureAwait(false);
        }
    }
}
