using Amazon.DynamoDBv2.Model;

namespace NanoIoT.Cloud.Storage.DynamoDb;

/// <summary>Writes of items that are not records, in one transaction with their audit entry.</summary>
public interface IAuditedWrites
{
    /// <summary>Writes items and the next entry of the audit log, all or nothing.</summary>
    /// <param name="audit">The entry.</param>
    /// <param name="items">The items; their tables' whole names.</param>
    /// <param name="cancellationToken">Gives up waiting for a turn.</param>
    /// <returns>False where a condition of an item did not hold: then nothing was written.</returns>
    Task<bool> WriteAsync(AuditNote audit, IReadOnlyList<TransactWriteItem> items, CancellationToken cancellationToken);
}
