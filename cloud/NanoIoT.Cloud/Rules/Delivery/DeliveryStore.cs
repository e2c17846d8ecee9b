using System.Text.Json;
using Microsoft.Data.Sqlite;
using NanoIoT.Cloud.Storage;
using NanoIoT.Cloud.Storage.Sqlite;

namespace NanoIoT.Cloud.Rules.Delivery;

/// <summary>Results that wait for their targets, and those no target took.</summary>
internal sealed class DeliveryStore(SqliteDatabase database, TimeProvider time)
{
    /// <summary>Dead letters a rule keeps; the oldest go first.</summary>
    public const int MaxDeadLetters = 10_000;

    private const string JobColumns = "seq, lane, rule, action, settings, payload, source, enqueued, original";
    private const string LetterColumns = "id, rule, lane, action, settings, payload, source, enqueued, original, failed, code, reason";

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>How many wait in each queue.</summary>
    public IReadOnlyDictionary<string, int> Counts() => database.Read(connection => connection.Query(
        "SELECT lane, count(*) FROM deliveries GROUP BY lane", row => (Lane: row.GetString(0), Count: (int)row.GetInt64(1)))).ToDictionary(item => item.Lane, item => item.Count);

    /// <summary>Queues results; they are durable when the task ends.</summary>
    public Task AddAsync(IReadOnlyList<DeliveryJob> jobs, CancellationToken cancellationToken) => database.WriteAsync(connection => Insert(connection, jobs), cancellationToken);

    /// <summary>The oldest of a queue.</summary>
    public IReadOnlyList<DeliveryJob> Load(string lane, int limit) => database.Read(connection => connection.Query(
        $"SELECT {JobColumns} FROM deliveries WHERE lane = @0 ORDER BY seq LIMIT @1", ReadJob, lane, limit));

    /// <summary>Ends deliveries: those that are done, those that go to an error action and those that become dead letters, all at once.</summary>
    public Task FinishAsync(IReadOnlyList<DeliveryJob> done, IReadOnlyList<(DeliveryJob Job, string Code, string Reason)> dead, IReadOnlyList<DeliveryJob> next) => database.WriteAsync(connection =>
    {
        foreach (DeliveryJob job in done)
        {
            connection.Run("DELETE FROM deliveries WHERE seq = @0", job.Sequence);
        }

        foreach ((DeliveryJob job, string code, string reason) in dead)
        {
            InsertDead(connection, job, code, reason);
        }

        return Insert(connection, next);
    });

    /// <summary>Dead letters, oldest first.</summary>
    public IReadOnlyList<DeadLetter> DeadLetters(string? rule, long after, int limit) => database.Read(connection => connection.Query(
        $"SELECT {LetterColumns} FROM dead_letters WHERE id > @0 AND (@1 IS NULL OR rule = @1) ORDER BY id LIMIT @2", ReadLetter, after, rule, limit));

    /// <summary>Takes dead letters away, and queues them again where that is asked.</summary>
    /// <returns>Those that were there.</returns>
    public Task<IReadOnlyList<DeadLetter>> TakeDeadAsync(string? rule, long? id, int limit, bool requeues) => database.WriteAsync(connection =>
    {
        IReadOnlyList<DeadLetter> letters = connection.Query(
            $"SELECT {LetterColumns} FROM dead_letters WHERE (@0 IS NULL OR rule = @0) AND (@1 IS NULL OR id = @1) ORDER BY id LIMIT @2", ReadLetter, rule, id, limit);
        foreach (DeadLetter letter in letters)
        {
            connection.Run("DELETE FROM dead_letters WHERE id = @0", letter.Id);
        }

        if (requeues)
        {
            Insert(connection, [.. letters.Select(letter => letter.Job)]);
        }

        return letters;
    });

    /// <summary>Deletes dead letters from before a time, Unix milliseconds.</summary>
    /// <returns>How many.</returns>
    public Task<int> TrimAsync(long before, CancellationToken cancellationToken) =>
        database.WriteAsync(connection => connection.Run("DELETE FROM dead_letters WHERE failed < @0", before), cancellationToken);

    private static DeliveryJob ReadJob(SqliteDataReader row) => new(row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.Blob(5), JsonSerializer.Deserialize<DeliverySource>(row.GetString(6), RecordStore.Json)!)
    {
        Sequence = row.GetInt64(0),
        Enqueued = row.GetInt64(7),
        Original = row.IsDBNull(8) ? (ReadOnlyMemory<byte>?)null : row.Blob(8),
    };

    private static DeadLetter ReadLetter(SqliteDataReader row) => new(
        row.GetInt64(0),
        new DeliveryJob(row.GetString(2), row.GetString(1), row.GetString(3), row.GetString(4), row.Blob(5), JsonSerializer.Deserialize<DeliverySource>(row.GetString(6), RecordStore.Json)!)
        {
            Enqueued = row.GetInt64(7),
            Original = row.IsDBNull(8) ? (ReadOnlyMemory<byte>?)null : row.Blob(8),
        },
        row.GetInt64(9),
        row.GetString(10),
        row.GetString(11));

    private bool Insert(SqliteConnection connection, IReadOnlyList<DeliveryJob> jobs)
    {
        long now = Now;
        foreach (DeliveryJob job in jobs)
        {
            connection.Run(
                "INSERT INTO deliveries(lane, rule, action, settings, payload, source, enqueued, original) VALUES (@0, @1, @2, @3, @4, @5, @6, @7)",
                job.Lane,
                job.Rule,
                job.Action,
                job.Settings,
                job.Payload.ToArray(),
                JsonSerializer.Serialize(job.Source, RecordStore.Json),
                now,
                job.Original?.ToArray());
        }

        return true;
    }

    private void InsertDead(SqliteConnection connection, DeliveryJob job, string code, string reason)
    {
        connection.Run("DELETE FROM deliveries WHERE seq = @0", job.Sequence);
        connection.Run(
            "INSERT INTO dead_letters(rule, lane, action, settings, payload, source, enqueued, original, failed, code, reason) VALUES (@0, @1, @2, @3, @4, @5, @6, @7, @8, @9, @10)",
            job.Rule,
            job.Lane,
            job.Action,
            job.Settings,
            job.Payload.ToArray(),
            JsonSerializer.Serialize(job.Source, RecordStore.Json),
            job.Enqueued,
            job.Original?.ToArray(),
            Now,
            code,
            reason);
        connection.Run(
            "DELETE FROM dead_letters WHERE rule = @0 AND id <= (SELECT id FROM dead_letters WHERE rule = @0 ORDER BY id DESC LIMIT 1 OFFSET @1)", job.Rule, MaxDeadLetters);
    }
}

/// <summary>A result no target took.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Job">The result.</param>
/// <param name="Failed">When it was given up, Unix milliseconds.</param>
/// <param name="Code">A stable code of why.</param>
/// <param name="Reason">Why.</param>
internal sealed record DeadLetter(long Id, DeliveryJob Job, long Failed, string Code, string Reason);
