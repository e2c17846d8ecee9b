namespace NanoIoT.Cloud.Storage;

/// <summary>
/// Where records and the audit log are kept: SQLite or DynamoDB. Transactions are serializable: each sees what all before it
/// wrote, whichever service wrote it, and is durable, and shown by the tables, when its task ends.
/// </summary>
internal interface IRecordBackend : IAsyncDisposable
{
    /// <summary>Makes what is missing and reads what is there; before any table is opened.</summary>
    Task OpenAsync();

    /// <summary>Begins to follow what other services write, where they can.</summary>
    void Follow();

    /// <summary>Reads what other services have written until now, where they can.</summary>
    Task CatchUpAsync(CancellationToken cancellationToken);

    /// <summary>Where <c>nanoiot migrate</c> moved what tables hold; null where it did not, and for a data folder, whose manifest says it.</summary>
    Task<string?> MovedToAsync(CancellationToken cancellationToken);

    /// <summary>Writes something that means nothing, durably: whether the store can.</summary>
    Task ProbeAsync(CancellationToken cancellationToken);

    /// <summary>Fills a table, and keeps it up to date from then on.</summary>
    void Attach(IRecordTable table);

    /// <summary>Runs a transaction. Its work may run more than once: what it does beside the transaction must bear that.</summary>
    Task<T> WriteAsync<T>(string actor, string action, Func<RecordTransaction, T> work, CancellationToken cancellationToken);

    /// <summary>Sets one of the values beside a record.</summary>
    /// <returns>Whether there is such a record.</returns>
    Task<bool> SetBesideAsync(IRecordTable table, string action, string id, string name, string value, CancellationToken cancellationToken);

    /// <summary>Audit entries, newest first.</summary>
    Task<IReadOnlyList<AuditEntry>> ListAuditAsync(long? before, string? actor, string? resourcePrefix, int limit, CancellationToken cancellationToken);

    /// <summary>Deletes the oldest audit entries: those from before a time, Unix milliseconds, and those beyond the number that is kept.</summary>
    /// <returns>How many.</returns>
    Task<int> TrimAuditAsync(long before, CancellationToken cancellationToken);
}
