using System.Text.Json;
using Microsoft.Data.Sqlite;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Progress;
using NanoIoT.Cloud.Storage;
using NanoIoT.Cloud.Storage.Sqlite;

namespace NanoIoT.Cloud.Campaigns.Stores;

/// <summary>Campaigns and progress in SQLite.</summary>
/// <param name="database">The file.</param>
public sealed class SqliteCampaignStore(SqliteDatabase database) : ICampaignStore
{
    private const string ProgressColumns = "thing, thing_id, stage, attempt, seq, state, reason, detail, from_version, to_version, bytes, copied, ts, received, reports";
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    /// <inheritdoc/>
    public bool IsShared => false;

    /// <inheritdoc/>
    public Task OpenAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<IReadOnlyList<Campaign>> ListAsync(CancellationToken cancellationToken) => Read("SELECT record FROM campaigns", Parse);

    /// <inheritdoc/>
    public Task<Campaign?> FindAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(connection => connection.Query("SELECT record FROM campaigns WHERE id = @0", Parse, id)).FirstOrDefault());

    /// <inheritdoc/>
    public Task<bool> SaveAsync(Campaign campaign, CampaignEvent? step, AuditNote? audit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(campaign);
        return database.WriteAsync(
            connection =>
            {
                string record = JsonSerializer.Serialize(campaign, s_json);
                int rows = campaign.Version == 1
                    ? connection.Run("INSERT INTO campaigns (id, created, record, version) VALUES (@0, @1, @2, 1) ON CONFLICT (id) DO NOTHING", campaign.Id, campaign.Created, record)
                    : connection.Run("UPDATE campaigns SET record = @1, version = @2 WHERE id = @0 AND version = @2 - 1", campaign.Id, record, campaign.Version);
                if (rows == 1 && step is not null)
                {
                    Insert(connection, campaign.Id, step);
                }

                if (rows == 1 && audit is not null)
                {
                    SqliteAudit.Insert(connection, audit);
                }

                return rows == 1;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string id, AuditNote? audit, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            connection.Run("DELETE FROM progress WHERE campaign = @0", id);
            connection.Run("DELETE FROM campaign_events WHERE campaign = @0", id);
            if (connection.Run("DELETE FROM campaigns WHERE id = @0", id) == 1 && audit is not null)
            {
                SqliteAudit.Insert(connection, audit);
            }
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<int> DeleteProgressAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        database.WriteAsync(connection => ids.Sum(id => connection.Run("DELETE FROM progress WHERE campaign = @0", id)), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<CampaignEvent>> HistoryAsync(string id, CancellationToken cancellationToken) => Read(
        "SELECT at, who, what, why, stage, version FROM campaign_events WHERE campaign = @0 ORDER BY version",
        row => new CampaignEvent(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt32(4), row.GetInt64(5)),
        id);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ProgressEntry>> ProgressAsync(string id, CancellationToken cancellationToken) =>
        Read($"SELECT {ProgressColumns} FROM progress WHERE campaign = @0", Map, id);

    /// <inheritdoc/>
    public Task<ProgressEntry?> AddAsync(string id, ProgressEntry entry, int lastAttempt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return database.WriteAsync(
            connection =>
            {
                int rows = Insert(connection, id, entry);
                return rows == 0 ? null : connection.Query($"SELECT {ProgressColumns} FROM progress WHERE campaign = @0 AND thing = @1", Map, id, entry.Thing).FirstOrDefault();
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ProgressEntry?> FindProgressAsync(string id, string thing, int lastAttempt, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(connection => connection.Query($"SELECT {ProgressColumns} FROM progress WHERE campaign = @0 AND thing = @1", Map, id, thing)).FirstOrDefault());

    internal static void Insert(SqliteConnection connection, Campaign campaign) => connection.Run(
        "INSERT OR REPLACE INTO campaigns (id, created, record, version) VALUES (@0, @1, @2, @3)", campaign.Id, campaign.Created, JsonSerializer.Serialize(campaign, s_json), campaign.Version);

    internal static void Insert(SqliteConnection connection, string id, CampaignEvent step) => connection.Run(
        "INSERT INTO campaign_events (campaign, version, at, who, what, why, stage) VALUES (@0, @1, @2, @3, @4, @5, @6)", id, step.Version, step.At, step.Who, step.What, step.Why, step.Stage);

    internal static int Insert(SqliteConnection connection, string id, ProgressEntry entry) => connection.Run(
        """
        INSERT INTO progress (campaign, thing, thing_id, stage, attempt, seq, state, reason, detail, from_version, to_version, bytes, copied, ts, received, reports)
        VALUES (@0, @1, @2, @3, @4, @5, @6, @7, @8, @9, @10, @11, @12, @13, @14, @15)
        ON CONFLICT (campaign, thing) DO UPDATE SET attempt = @4, seq = @5, state = @6, reason = @7, detail = @8, from_version = @9,
            to_version = @10, bytes = @11, copied = @12, ts = @13, received = @14, reports = reports + @15
        WHERE (excluded.attempt, excluded.seq) > (progress.attempt, progress.seq)
        """,
        id,
        entry.Thing,
        entry.ThingId,
        entry.Stage,
        entry.Attempt,
        entry.Sequence,
        entry.State,
        entry.Reason,
        entry.Detail,
        entry.From,
        entry.To,
        entry.Bytes,
        entry.Copied,
        entry.Timestamp,
        entry.Received,
        entry.Reports);

    private static Campaign Parse(SqliteDataReader row) => JsonSerializer.Deserialize<Campaign>(row.GetString(0), s_json)!;

    private static ProgressEntry Map(SqliteDataReader row) => new()
    {
        Thing = row.GetString(0),
        ThingId = row.GetString(1),
        Stage = row.IsDBNull(2) ? null : row.GetInt32(2),
        Attempt = row.GetInt32(3),
        Sequence = row.GetInt32(4),
        State = row.GetString(5),
        Reason = row.Text(6),
        Detail = row.Text(7),
        From = row.GetString(8),
        To = row.GetString(9),
        Bytes = row.GetInt64(10),
        Copied = row.GetInt64(11),
        Timestamp = row.GetInt64(12),
        Received = row.GetInt64(13),
        Reports = row.GetInt32(14),
    };

    private Task<IReadOnlyList<T>> Read<T>(string sql, Func<SqliteDataReader, T> map, params object?[] parameters) =>
        Task.FromResult<IReadOnlyList<T>>(database.Read(connection => connection.Query(sql, map, parameters)));
}
