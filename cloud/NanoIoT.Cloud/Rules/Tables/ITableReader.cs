using System.Text.Json.Nodes;
using NanoIoT.Cloud.Rules.Delivery;

namespace NanoIoT.Cloud.Rules.Tables;

/// <summary>Reads items of tables.</summary>
internal interface ITableReader
{
    /// <summary>An item.</summary>
    /// <param name="table">The table.</param>
    /// <param name="hash">Its partition key.</param>
    /// <param name="range">Its sort key, where the table has one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The item, or null.</returns>
    /// <exception cref="DeliveryException">It cannot be read.</exception>
    Task<JsonObject?> GetAsync(string table, TableKey hash, TableKey? range, CancellationToken cancellationToken);
}
