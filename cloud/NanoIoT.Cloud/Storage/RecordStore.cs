using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NanoIoT.Cloud.Storage;

/// <summary>
/// Tables of small records that change by transactions: registry, identities, policies, users, rules, artifacts. Every change goes
/// to the audit log in the same transaction, with who made it and the record before and after.
/// </summary>
public sealed class RecordStore
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly IRecordBackend _backend;

    internal RecordStore(IRecordBackend backend) => _backend = backend;

    /// <summary>Opens a table and reads it.</summary>
    /// <typeparam name="T">A record.</typeparam>
    /// <param name="kind">The kind's name in the store, one of <see cref="RecordKinds"/>.</param>
    /// <param name="id">The record's id, unique in the table.</param>
    /// <param name="alternate">Another unique id it is found by, or null.</param>
    /// <param name="beside">Values that are set one by one, and how a record gets others; or null.</param>
    /// <returns>The table.</returns>
    public RecordTable<T> Open<T>(
        string kind,
        Func<T, string> id,
        Func<T, string>? alternate = null,
        (Func<T, IReadOnlyDictionary<string, string>> Get, Func<T, IReadOnlyDictionary<string, string>, T> With)? beside = null)
        where T : class
    {
        var table = new RecordTable<T>(kind, id, alternate, beside);
        _backend.Attach(table);
        return table;
    }

    /// <summary>Makes the tables show what other services have written until now.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The task.</returns>
    public Task CatchUpAsync(CancellationToken cancellationToken = default) => _backend.CatchUpAsync(cancellationToken);

    /// <summary>Runs a transaction; its task ends when it is durable and the tables show it.</summary>
    /// <typeparam name="T">What it answers.</typeparam>
    /// <param name="action">What is done, for the audit log: an operation's name.</param>
    /// <param name="work">The work, on the store's writer; it may run more than once. It may throw: then nothing of it is kept.</param>
    /// <param name="cancellationToken">Gives up waiting for a place in the queue.</param>
    /// <returns>The answer.</returns>
    public Task<T> WriteAsync<T>(string action, Func<RecordTransaction, T> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return _backend.WriteAsync(Actor.Current, action, work, cancellationToken);
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

    /// <summary>
    /// Sets one of the values beside a record, which a whole fleet may do at once: no transaction with others, and in DynamoDB one
    /// write unit and no audit entry.
    /// </summary>
    /// <typeparam name="T">The record's type.</typeparam>
    /// <param name="table">Its table.</param>
    /// <param name="action">What is done, for the audit log.</param>
    /// <param name="id">Its id.</param>
    /// <param name="name">The value's name.</param>
    /// <param name="value">The value.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether there is such a record.</returns>
    public Task<bool> SetBesideAsync<T>(RecordTable<T> table, string action, string id, string name, string value, CancellationToken cancellationToken = default)
        where T : class => _backend.SetBesideAsync(table, action, id, name, value, cancellationToken);
}
