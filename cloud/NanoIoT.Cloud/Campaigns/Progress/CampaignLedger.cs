using System.Collections.Concurrent;

namespace NanoIoT.Cloud.Campaigns.Progress;

/// <summary>Every board's entry of a campaign, in memory: what counts are counted from.</summary>
internal sealed class CampaignLedger
{
    private readonly ConcurrentDictionary<string, ProgressEntry> _entries;

    public CampaignLedger(IEnumerable<ProgressEntry> entries)
    {
        _entries = new ConcurrentDictionary<string, ProgressEntry>(entries.Select(entry => KeyValuePair.Create(entry.Thing, entry)), StringComparer.Ordinal);
    }

    public ICollection<ProgressEntry> Entries => _entries.Values;

    public ProgressEntry? Find(string thing) => _entries.GetValueOrDefault(thing);

    /// <summary>Takes an entry that is stored, unless a newer one is here already.</summary>
    public void Take(ProgressEntry entry) =>
        _entries.AddOrUpdate(entry.Thing, entry, (_, known) => known.IsBefore(entry.Attempt, entry.Sequence) ? entry : known);
}
