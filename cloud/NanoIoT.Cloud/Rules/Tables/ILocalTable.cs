using System.Text.Json.Nodes;
using NanoIoT.Cloud.Rules.Delivery;

namespace NanoIoT.Cloud.Rules.Tables;

/// <summary>A table that another part of the service keeps, and that rules write to as to any other.</summary>
internal interface ILocalTable
{
    /// <summary>Its name.</summary>
    string Name { get; }

    /// <summary>The name of its partition key.</summary>
    string HashKey { get; }

    /// <summary>The name of its sort key, or null.</summary>
    string? RangeKey { get; }

    /// <summary>Takes an item; it is durable when the task ends.</summary>
    /// <param name="item">The item; null where the rule's result is not a JSON object.</param>
    /// <param name="source">The message it came of.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What is wrong with the item, or null.</returns>
    Task<string?> PutAsync(JsonObject? item, DeliverySource source, CancellationToken cancellationToken);
}
