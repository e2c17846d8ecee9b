using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Progress;
using NanoIoT.Cloud.Campaigns.Stores;
using NanoIoT.Cloud.Replicas;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Campaigns;

/// <summary>
/// Campaigns and their boards' progress in memory, as the store has them. Where other copies of the service write to the store too,
/// they say so by hints, and what hangs on it is read from the store first.
/// </summary>
internal sealed class CampaignBook
{
    private const string CampaignHint = "campaign";
    private const string EntryHint = "entry";
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    private readonly ICampaignStore _store;
    private readonly ReplicaHints _hints;
    private readonly ConcurrentDictionary<string, Campaign> _campaigns = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, CampaignLedger> _ledgers = new(StringComparer.Ordinal);

    public CampaignBook(ICampaignStore store, ReplicaHints hints)
    {
        _store = store;
        _hints = hints;
        hints.Listen(CampaignHint, hint => ReadAsync(hint["id"]!.GetValue<string>(), CancellationToken.None));
        hints.Listen(EntryHint, OnEntryAsync);
    }

    /// <summary>All campaigns.</summary>
    public ICollection<Campaign> All => _campaigns.Values;

    public Campaign? Find(string id) => _campaigns.GetValueOrDefault(id);

    public CampaignLedger LedgerOf(string id) => _ledgers.GetOrAdd(id, _ => new CampaignLedger([]));

    /// <summary>Reads all there is.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await _store.OpenAsync(cancellationToken).ConfigureAwait(false);
        foreach (Campaign campaign in await _store.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            _ledgers[campaign.Id] = new CampaignLedger(await _store.ProgressAsync(campaign.Id, cancellationToken).ConfigureAwait(false));
            _campaigns[campaign.Id] = campaign;
        }
    }

    /// <summary>A campaign as it is stored now, where others write too.</summary>
    public async Task<Campaign?> ReadAsync(string id, CancellationToken cancellationToken)
    {
        if (!_store.IsShared)
        {
            return Find(id);
        }

        Campaign? stored = await _store.FindAsync(id, cancellationToken).ConfigureAwait(false);
        if (stored is null)
        {
            Forget(id);
        }
        else
        {
            await ShowAsync(stored, cancellationToken).ConfigureAwait(false);
        }

        return stored;
    }

    /// <summary>Every campaign as it is stored now, where others write too.</summary>
    public async Task ReadAllAsync(CancellationToken cancellationToken)
    {
        if (!_store.IsShared)
        {
            return;
        }

        string[] known = [.. _campaigns.Keys];
        var stored = new HashSet<string>(StringComparer.Ordinal);
        foreach (Campaign campaign in await _store.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            stored.Add(campaign.Id);
            await ShowAsync(campaign, cancellationToken).ConfigureAwait(false);
        }

        foreach (string gone in known.Where(id => !stored.Contains(id)))
        {
            // Created meanwhile, maybe: asked for by itself.
            await ReadAsync(gone, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads campaigns, and the progress of those that run, as they are stored now, where others write too.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        if (!_store.IsShared)
        {
            return;
        }

        await ReadAllAsync(cancellationToken).ConfigureAwait(false);
        foreach (Campaign campaign in All.Where(item => !item.IsOver))
        {
            CampaignLedger ledger = LedgerOf(campaign.Id);
            foreach (ProgressEntry entry in await _store.ProgressAsync(campaign.Id, cancellationToken).ConfigureAwait(false))
            {
                ledger.Take(entry);
            }
        }
    }

    /// <summary>Stores a campaign and the step it took.</summary>
    /// <returns>Whether nobody else was first.</returns>
    public Task<bool> SaveAsync(Campaign campaign, CampaignEvent? step, CancellationToken cancellationToken) => SaveAsync(campaign, step, null, cancellationToken);

    /// <summary>Stores a campaign, the step it took, and the audit entry of who asked for it, in one transaction.</summary>
    /// <returns>Whether nobody else was first.</returns>
    public async Task<bool> SaveAsync(Campaign campaign, CampaignEvent? step, AuditNote? audit, CancellationToken cancellationToken)
    {
        if (!await _store.SaveAsync(campaign, step, audit, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        if (campaign.Version == 1)
        {
            // Nothing of an earlier campaign of this id is its.
            _ledgers[campaign.Id] = new CampaignLedger([]);
        }

        Show(campaign);
        Tell(campaign.Id);
        return true;
    }

    public async Task DeleteAsync(string id, AuditNote? audit, CancellationToken cancellationToken)
    {
        await _store.DeleteAsync(id, audit, cancellationToken).ConfigureAwait(false);
        Forget(id);
        Tell(id);
    }

    /// <summary>Deletes the progress of campaigns that ended before a time, Unix milliseconds.</summary>
    /// <returns>How many entries.</returns>
    public async Task<int> TrimAsync(long before, CancellationToken cancellationToken)
    {
        string[] ended = [.. All.Where(campaign => campaign.Ended < before && LedgerOf(campaign.Id).Entries.Count > 0).Select(campaign => campaign.Id)];
        int deleted = ended.Length == 0 ? 0 : await _store.DeleteProgressAsync(ended, cancellationToken).ConfigureAwait(false);
        if (deleted > 0)
        {
            foreach (string id in ended)
            {
                _ledgers[id] = new CampaignLedger([]);
            }
        }

        return deleted;
    }

    /// <summary>Stores a board's entry.</summary>
    /// <returns>Whether it was new.</returns>
    public async Task<bool> AddAsync(Campaign campaign, ProgressEntry entry, CancellationToken cancellationToken)
    {
        CampaignLedger ledger = LedgerOf(campaign.Id);
        ProgressEntry? stored = await _store.AddAsync(campaign.Id, entry, campaign.Attempt, cancellationToken).ConfigureAwait(false);
        bool isNew = stored is not null;
        if (!isNew && ledger.Find(entry.Thing)?.IsBefore(entry.Attempt, entry.Sequence) != false)
        {
            // Stored before, maybe by a service that ended before it counted it or told of it.
            stored = await _store.FindProgressAsync(campaign.Id, entry.Thing, campaign.Attempt, cancellationToken).ConfigureAwait(false);
        }

        if (stored is not null)
        {
            ledger.Take(stored);
            _hints.Send(EntryHint, () => new JsonObject { ["id"] = campaign.Id, ["entry"] = JsonSerializer.SerializeToNode(stored, s_json) });
        }

        return isNew;
    }

    private Task OnEntryAsync(JsonObject hint)
    {
        // One of a campaign that is not known here is read with the campaign.
        if (Find(hint["id"]!.GetValue<string>()) is Campaign campaign)
        {
            LedgerOf(campaign.Id).Take(hint["entry"].Deserialize<ProgressEntry>(s_json)!);
        }

        return Task.CompletedTask;
    }

    /// <summary>Shows a campaign that was read; one that was not known comes with its boards' progress.</summary>
    private async Task ShowAsync(Campaign campaign, CancellationToken cancellationToken)
    {
        if (Find(campaign.Id)?.Created != campaign.Created)
        {
            _ledgers[campaign.Id] = new CampaignLedger(await _store.ProgressAsync(campaign.Id, cancellationToken).ConfigureAwait(false));
        }

        Show(campaign);
    }

    private void Tell(string id) => _hints.Send(CampaignHint, () => new JsonObject { ["id"] = id });

    private void Show(Campaign campaign) => _campaigns.AddOrUpdate(campaign.Id, campaign, (_, known) => known.Version > campaign.Version && known.Created == campaign.Created ? known : campaign);

    private void Forget(string id)
    {
        _campaigns.TryRemove(id, out _);
        _ledgers.TryRemove(id, out _);
    }
}
