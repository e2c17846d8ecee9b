using Microsoft.Data.Sqlite;

namespace NanoIoT.Cloud.Storage.Sqlite;

/// <summary>The audit log's rows; written in the transaction of the change that they are of.</summary>
internal static class SqliteAudit
{
    public static void Insert(SqliteConnection connection, AuditNote note) => connection.Run(
        "INSERT INTO audit(at, actor, action, resource, before, after) VALUES (@0, @1, @2, @3, @4, @5)",
        note.At,
        note.Actor,
        note.Action,
        note.Resource,
        note.Before?.ToJsonString(RecordStore.Json),
        note.After?.ToJsonString(RecordStore.Json));
}
