using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Shadows;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Registry.Search;

/// <summary>Asks queries of things and groups. There is no index to build or to fall behind: a query looks at what is there.</summary>
internal sealed class SearchIndex : IThingQueries
{
    public const string ThingsIndex = "AWS_Things";
    public const string GroupsIndex = "AWS_ThingGroups";
    public const string QueryVersion = "2017-09-30";
    private const string ConfigurationId = "indexing";

    private readonly ThingRegistry _registry;
    private readonly IShadowService _shadows;
    private readonly IConnectivity _connectivity;
    private readonly RecordTable<IndexingConfiguration> _configurations;
    private readonly RecordStore _store;

    public SearchIndex(ThingRegistry registry, IShadowService shadows, IConnectivity connectivity, RecordStore store)
    {
        _registry = registry;
        _shadows = shadows;
        _connectivity = connectivity;
        _store = store;
        _configurations = store.Open<IndexingConfiguration>("indexingConfiguration", _ => ConfigurationId);
    }

    public IndexingConfiguration Configuration => _configurations.Get(ConfigurationId) ?? new IndexingConfiguration();

    public Task ConfigureAsync(Func<IndexingConfiguration, IndexingConfiguration> change, CancellationToken cancellationToken) => _store.WriteAsync(
        "UpdateIndexingConfiguration",
        transaction => transaction.Put(_configurations, change(transaction.Get(_configurations, ConfigurationId) ?? new IndexingConfiguration())),
        cancellationToken);

    public ThingDocument Describe(Thing thing) => new(thing, _shadows, _connectivity, Configuration);

    /// <summary>Things that match, in the order of their names.</summary>
    public IEnumerable<ThingDocument> Things(SearchNode query, string? after = null)
    {
        IndexingConfiguration configuration = Configuration;
        return !configuration.HasThings
            ? throw new CloudException(ErrorCodes.IndexNotReady, "The index AWS_Things is off.")
            : _registry.Things.Range(after: after).Select(thing => new ThingDocument(thing, _shadows, _connectivity, configuration)).Where(query.Matches);
    }

    /// <inheritdoc/>
    public Func<Thing, bool> Compile(string query)
    {
        SearchNode node = SearchQuery.Parse(query);
        return Configuration.HasThings
            ? thing => node.Matches(Describe(thing))
            : throw new CloudException(ErrorCodes.IndexNotReady, "The index AWS_Things is off.");
    }

    /// <summary>Groups that match, in the order of their names.</summary>
    public IEnumerable<GroupDocument> Groups(SearchNode query, string? after = null) => Configuration.GroupMode == "OFF"
        ? throw new CloudException(ErrorCodes.IndexNotReady, "The index AWS_ThingGroups is off.")
        : _registry.Groups.Range(after: after).Select(group => new GroupDocument(group, group.Parent is null ? [] : _registry.GroupAndParents(group.Parent))).Where(query.Matches);
}
