using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Registry;

/// <summary>Queries of the search index, asked of single things.</summary>
public interface IThingQueries
{
    /// <summary>Compiles a query.</summary>
    /// <param name="query">In the index's language.</param>
    /// <returns>Whether a thing matches now.</returns>
    /// <exception cref="CloudException">It is malformed, or the index is off.</exception>
    Func<Thing, bool> Compile(string query);
}
