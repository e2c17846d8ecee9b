namespace NanoIoT.Cloud.Storage;

/// <summary>A record's change in a transaction.</summary>
/// <param name="Table">Its table.</param>
/// <param name="Id">Its id.</param>
/// <param name="Before">It before; null where it is new.</param>
/// <param name="After">It after; null where it is gone.</param>
internal sealed record RecordChange(IRecordTable Table, string Id, object? Before, object? After);
