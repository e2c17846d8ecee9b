using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Registry;
using NanoIoT.Cloud.Registry.Search;

namespace NanoIoT.Cloud.AwsIot;

/// <summary>Queries of the index's language asked of what this service last saw of AWS IoT's things.</summary>
internal sealed class AwsIotQueries(AwsIotFleet fleet, IConnectivity connectivity) : IThingQueries
{
    private static readonly IndexingConfiguration s_all = new();

    /// <inheritdoc/>
    public Func<Thing, bool> Compile(string query)
    {
        SearchNode node = SearchQuery.Parse(query);
        return thing => node.Matches(new ThingDocument(thing, fleet, connectivity, s_all));
    }
}
