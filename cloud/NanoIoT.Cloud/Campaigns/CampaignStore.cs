using System.Text.Json;
using Microsoft.Data.Sqlite;
using NanoIoT.Cloud.Storage;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Campaigns;

/// <summary>Campaigns and progress in SQLite.</summary>
internal sealed class CampaignStore
{
    private const string ProgressColumns = "thing, seq, state, reason, detail, from_version, to_version, bytes, copied, received, reports";
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    private readonly SqliteDatabase _database;

    public CampaignStore(SqliteDatabase database)
    {
        _database = database;
    }

    public Task SaveAsync(Campaign campaign, CancellationToken cancellationToken) => _database.WriteAsync(
        connection => connection.Run(
            "INSERT INTO campaigns VALUES (@0, @1, @2) ON CONFLICT (id) DO UPDATE SET record = @2",
            campaign.Id,
            campaign.Created,
            JsonSerializer.Serialize(campaign, s_json)),
        cancellationToken);

    public Task DeleteAsync(string id, CancellationToken cancellationToken) => _database.WriteAsync(
        connection =>
        {
            connection.Run("DELETE FROM progress WHERE campaign = @0", id);
            connection.Run("DELETE FROM campaigns WHERE id = @0", id);
        },
        cancellationToken);

    public List<Campaign> List() => _database.Read(connection => connection.Query(
        "SELECT record FROM campaigns ORDER BY created, id", row => JsonSerializer.Deserialize<Campaign>(row.GetString(0), s_json)!));

    public List<ProgressEntry> Progress(string campaign) => _database.Read(connection => connection.Query(
        $"SELECT {ProgressColumns} FROM progress WHERE campaign = @0", Map, campaign));

    /// <summary>Stores a report unless its number, or a higher one, is stored already.</summary>
    /// <returns>The board's entry where the report was new, else null.</returns>
    public Task<ProgressEntry?> AddAsync(string thing, ProgressReport report, long now, CancellationToken cancellationToken) => _database.WriteAsync(
        connection =>
        {
            int rows = connection.Run(
                """
                INSERT INTO progress (campaign, thing, seq, state, reason, detail, from_version, to_version, bytes, ts, received, copied, reports)
                VALUES (@0, @1, @2, @3, @4, @5, @6, @7, @8, @9, @10, @11, 1)
                ON CONFLICT (campaign, thing) DO UPDATE SET seq = @2, state = @3, reason = @4, detail = @5, from_version = @6,
                    to_version = @7, bytes = @8, ts = @9, received = @10, copied = @11, reports = reports + 1
                WHERE excluded.seq > progress.seq
                """,
                report.Campaign,
                thing,
                report.Sequence,
                report.State,
                report.Reason,
                report.Detail,
                report.From,
                report.To,
                report.Bytes,
                report.Timestamp,
                now,
                report.Copied);
            return rows == 0
                ? null
                : connection.Query($"SELECT {ProgressColumns} FROM progress WHERE campaign = @0 AND thing = @1", Map, report.Campaign, thing).FirstOrDefault();
        },
        cancellationToken);

    private static ProgressEntry Map(SqliteDataReader row) => new(
        row.GetString(0),
        row.GetInt32(1),
        row.GetString(2),
        row.Text(3),
        row.Text(4),
        row.GetString(5),
        row.GetString(6),
        row.GetInt64(7),
        row.GetInt64(8),
        row.GetInt64(9),
        row.GetInt32(10));
}
