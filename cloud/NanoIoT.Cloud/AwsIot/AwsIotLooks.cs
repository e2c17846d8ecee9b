using System.Diagnostics;
using Microsoft.Extensions.Logging;
using NanoIoT.Cloud.Broker.External;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Registry;
using NanoIoT.Cloud.Replicas;

namespace NanoIoT.Cloud.AwsIot;

/// <summary>
/// Looks at AWS IoT's fleet index from time to time and at plans: who there is, what boards report, who is connected. What AWS IoT
/// lacks of a board is written by the copy of the service whose part the board falls to.
/// </summary>
internal sealed partial class AwsIotLooks(
    AwsIotClient client, AwsIotFleet fleet, AwsIotWrites writes, FleetSightings sightings, ExternalBroker broker, ISharedWork work, AwsIotOptions options, TimeProvider time, ILogger<AwsIotLooks> logger)
    : IAsyncDisposable
{
    /// <summary>A look may take this share of the time.</summary>
    private const int LooksShare = 10;

    /// <summary>Whoever asks waits for a look that takes no longer; a larger fleet is looked at in its own time.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(1);

    private readonly ILogger<AwsIotLooks> _logger = logger;
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly BackgroundLoop _loop = new();
    private long _ended;
    private TimeSpan _took;

    /// <summary>Looks for the first time.</summary>
    /// <exception cref="CloudException">AWS IoT does not answer, refuses the service, or lacks an index.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await client.RequireIndexAsync(cancellationToken).ConfigureAwait(false);
        await LookAsync(cancellationToken).ConfigureAwait(false);
        fleet.Reader = ReadAsync;
        fleet.Refresher = RefreshAsync;
    }

    /// <summary>Begins to look from time to time, and to write what AWS IoT lacks.</summary>
    public void Start()
    {
        writes.Start();
        _loop.Start(RunAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _loop.DisposeAsync().ConfigureAwait(false);
        await writes.DisposeAsync().ConfigureAwait(false);
        _one.Dispose();
    }

    private async Task RunAsync(CancellationToken end)
    {
        while (true)
        {
            MarkLacking();
            var interval = TimeSpan.FromSeconds(options.LookSeconds);
            await Task.Delay(_took * LooksShare > interval ? _took * LooksShare : interval, time, end).ConfigureAwait(false);
            try
            {
                await LookAsync(end).ConfigureAwait(false);
            }
            catch (Exception exception) when (!end.IsCancellationRequested)
            {
                LogFailed(exception.Message);
            }
        }
    }

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        if (_took < s_patience)
        {
            await LookAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_ended != 0 && Stopwatch.GetElapsedTime(_ended) < s_fresh)
            {
                return;
            }

            long began = Stopwatch.GetTimestamp();
            await LookAtAllAsync(cancellationToken).ConfigureAwait(false);
            _took = Stopwatch.GetElapsedTime(began);
            _ended = Stopwatch.GetTimestamp();
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task LookAtAllAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        var found = new HashSet<string>(StringComparer.Ordinal);
        await foreach (IReadOnlyList<IndexedThing> page in client.SearchAsync(options.Things, cancellationToken).ConfigureAwait(false))
        {
            foreach (IndexedThing item in page)
            {
                found.Add(item.Name);
                fleet.Take(item, sightings.See(item.Name, item.Id, now.ToUnixTimeSeconds()), now, isIndexed: true);
                if (item.Connection is not null)
                {
                    broker.Learn(item.Name, item.Connection);
                }
            }
        }

        fleet.Keep(found, now);

        // One copy of the service keeps them for all; before the start nobody has a part yet, and the next look makes up for it.
        if (work.Holds(0))
        {
            await sightings.KeepAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<Thing?> ReadAsync(string thingName, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        return await client.DescribeAsync(thingName, cancellationToken).ConfigureAwait(false) is IndexedThing item
            ? fleet.Take(item, sightings.See(item.Name, item.Id, now.ToUnixTimeSeconds()), now, isIndexed: false)
            : null;
    }

    private void MarkLacking()
    {
        foreach (Thing thing in fleet.List())
        {
            if (work.Holds(ISharedWork.PartOf(thing.ThingName)) && fleet.LackOf(thing.ThingName) is ({ Count: > 0 }, _) or (_, not null))
            {
                writes.Mark(thing.ThingName);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "AWS IoT could not be looked at; campaigns go on with what is known: {Reason}")]
    private partial void LogFailed(string reason);
}
