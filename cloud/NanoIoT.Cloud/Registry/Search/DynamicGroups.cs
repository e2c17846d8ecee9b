using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Shadows;

namespace NanoIoT.Cloud.Registry.Search;

/// <summary>
/// Keeps the members of dynamic groups what their queries find. What may change a membership (a thing, its shadows, its
/// connection, a query) marks the thing; one loop asks the queries again.
/// </summary>
internal sealed partial class DynamicGroups : IAsyncDisposable
{
    private readonly ThingRegistry _registry;
    private readonly SearchIndex _index;
    private readonly ILogger<DynamicGroups> _logger;
    private readonly ConcurrentDictionary<string, bool> _marked = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (string Query, SearchNode Node)> _queries = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _wake = new(0);
    private readonly BackgroundLoop _loop = new();

    public DynamicGroups(ThingRegistry registry, SearchIndex index, IShadowService shadows, IConnectivity connectivity, ILogger<DynamicGroups> logger)
    {
        _registry = registry;
        _index = index;
        _logger = logger;
        registry.ThingChanged += thing =>
        {
            Mark(thing.ThingName);
            return Task.CompletedTask;
        };
        shadows.Changed += Mark;
        connectivity.Changed += Mark;
    }

    public void Start()
    {
        foreach (Thing thing in _registry.Things.Range())
        {
            Mark(thing.ThingName);
        }

        _loop.Start(RunAsync);
    }

    /// <summary>Asks a group's query of every thing, now.</summary>
    public async Task RefreshAsync(string group)
    {
        foreach (Thing thing in _registry.Things.Range())
        {
            await UpdateAsync(thing.ThingName, group).ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync() => _loop.DisposeAsync();

    private void Mark(string thingName)
    {
        if (!_loop.IsEnded && _registry.HasDynamicGroups && _marked.TryAdd(thingName, true))
        {
            _wake.Release();
        }
    }

    private async Task RunAsync(CancellationToken end)
    {
        while (true)
        {
            try
            {
                await _wake.WaitAsync(end).ConfigureAwait(false);
                foreach (string thingName in _marked.Keys)
                {
                    _marked.TryRemove(thingName, out _);
                    await UpdateAsync(thingName, null).ConfigureAwait(false);
                }
            }
            catch (Exception exception) when (!end.IsCancellationRequested)
            {
                LogFailed(exception);
            }
        }
    }

    private async Task UpdateAsync(string thingName, string? only)
    {
        if (_registry.Find(thingName) is not Thing known)
        {
            return;
        }

        string[] wanted = Wanted(known, only);
        if (!wanted.SequenceEqual(known.DynamicGroups))
        {
            await _registry.SetDynamicGroupsAsync(thingName, thing => Wanted(thing, only)).ConfigureAwait(false);
        }
    }

    private string[] Wanted(Thing thing, string? only)
    {
        ThingDocument document = _index.Describe(thing);
        return [.. _registry.Groups.Range()
            .Where(group => group.Query is not null && (only is null || group.Name == only ? NodeOf(group).Matches(document) : thing.DynamicGroups.Contains(group.Name)))
            .Select(group => group.Name)];
    }

    private SearchNode NodeOf(ThingGroup group)
    {
        (string query, SearchNode node) = _queries.GetOrAdd(group.Name, _ => (group.Query!, SearchQuery.Parse(group.Query!)));
        if (query == group.Query)
        {
            return node;
        }

        node = SearchQuery.Parse(group.Query!);
        _queries[group.Name] = (group.Query!, node);
        return node;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "dynamic groups were not brought up to date")]
    private partial void LogFailed(Exception exception);
}
