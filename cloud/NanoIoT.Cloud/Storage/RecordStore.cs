using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NanoIoT.Cloud.Storage;

/// <summary>
/// Tables of small records that change by transactions: registry, identities, policies, users. Every change goes to the
/// audit log in the same transaction, with who made it and the record before and after.
/// </summary>
/// <param name="database">Where records are kept.</param>
/// <param name="time">The clock.</param>
public sealed class RecordStore(SqliteDatabase database, TimeProvider time)
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Opens a table and reads it.</summary>
    /// <typeparam name="T">A record.</typeparam>
    /// <param name="kind">The kind's name in the store.</param>
    /// <param name="id">The record's id, unique in the table.</param>
    /// <param name="alternate">Another unique id it is found by, or null.</param>
    /// <returns>The table.</returns>
    public RecordTable<T> Open<T>(string kind, Func<T, string> id, Func<T, string>? alternate = null)
        where T : class
    {
        var table = new RecordTable<T>(kind, id, alternate);
        foreach (string json in database.Read(connection => connection.Query("SELECT record FROM records WHERE kind = @0 ORDER BY id", row => row.GetString(0), kind)))
        {
            ((IRecordTable)table).Load(json);
        }

        return table;
    }

    /// <summary>Runs a transaction; its task ends when it is durable and the tables show it.</summary>
    /// <typeparam name="T">What it answers.</typeparam>
    /// <param name="action">What is done, for the audit log: an operation's name.</param>
    /// <param name="work">The work, on the store's writer. It may throw: then nothing of it is kept.</param>
    /// <param name="cancellationToken">Gives up waiting for a place in the queue.</param>
    /// <returns>The answer.</returns>
    public async Task<T> WriteAsync<T>(string action, Func<RecordTransaction, T> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        string actor = Actor.Current;
        (T answer, _) = await database.WriteAsync(
            connection =>
            {
                var transaction = new RecordTransaction(connection, actor, action, time.GetUtcNow().ToUnixTimeMilliseconds());
                return (work(transaction), transaction);
            },
            result => result.transaction.Apply(),
            cancellationToken).ConfigureAwait(false);
        return answer;
    }

    /// <summary>Runs a transaction that answers nothing.</summary>
    /// <param name="action">What is done, for the audit log.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Gives up waiting for a place in the queue.</param>
    /// <returns>The task.</returns>
    public Task WriteAsync(string action, Action<RecordTransaction> work, CancellationToken cancellationToken = default) => WriteAsync(
        action,
        transaction =>
        {
            work(transaction);
            return true;
        },
        cancellationToken);
}
