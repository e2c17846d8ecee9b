using System.Collections.Concurrent;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.AwsIot;

/// <summary>When each thing was first seen, by whichever copy of the service; many things a record.</summary>
internal sealed class FleetSightings
{
    private const int ThingsARecord = 500;

    private readonly RecordStore _store;
    private readonly RecordTable<FleetSighting> _records;
    private readonly ConcurrentDictionary<string, Sighting> _seen = new(StringComparer.Ordinal);

    public FleetSightings(RecordStore store)
    {
        _store = store;
        _records = store.Open<FleetSighting>("fleetSighting", sighting => sighting.Id);
        foreach (FleetSighting sighting in _records.Range())
        {
            Take(sighting);
        }

        _records.Changed = (_, after) => Take(after);
    }

    /// <summary>When a thing was first seen, Unix seconds: now, where that is not known.</summary>
    public long See(string name, string id, long now) =>
        _seen.AddOrUpdate(name, _ => new Sighting(id, now, false), (_, known) => known.Id == id ? known : new Sighting(id, now, false)).Seen;

    /// <summary>Keeps when things were seen that nobody has kept yet.</summary>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        foreach (IGrouping<long, KeyValuePair<string, Sighting>> moment in _seen.Where(item => !item.Value.IsKept).GroupBy(item => item.Value.Seen))
        {
            foreach (KeyValuePair<string, Sighting>[] chunk in moment.Chunk(ThingsARecord))
            {
                var sighting = new FleetSighting($"{moment.Key}-{Guid.NewGuid():N}", moment.Key, chunk.ToDictionary(item => item.Key, item => item.Value.Id, StringComparer.Ordinal));
                await _store.WriteAsync("SeeThings", transaction => transaction.Put(_records, sighting), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private void Take(FleetSighting? sighting)
    {
        foreach ((string name, string id) in sighting?.Things ?? new Dictionary<string, string>())
        {
            // Of two copies that saw it, the first; of two things of one name, the later.
            var kept = new Sighting(id, sighting!.Seen, true);
            _seen.AddOrUpdate(name, kept, (_, known) => known.Id == id ? kept with { Seen = Math.Min(known.Seen, kept.Seen) } : known.Seen > kept.Seen ? known : kept);
        }
    }

    private sealed record Sighting(string Id, long Seen, bool IsKept);
}
