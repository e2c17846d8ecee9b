using Microsoft.Data.Sqlite;
using NanoIoT.Cloud.Storage.Sqlite;

namespace NanoIoT.Cloud.Broker;

/// <summary>
/// How many messages, and of how many bytes, the store keeps for each session, so that the limits cost no count of rows for each
/// message. Used by the database's writer alone, inside its writes.
/// </summary>
/// <param name="totalLimit">The most that all sessions together may keep, in bytes.</param>
internal sealed class StoredSizes(long totalLimit)
{
    private readonly Dictionary<string, (int Count, long Bytes)> _sizes = new(StringComparer.Ordinal);
    private long _total;
    private volatile bool _isLoaded;

    /// <summary>A write failed, perhaps after it was counted: everything is counted anew by the next one.</summary>
    public void Invalidate() => _isLoaded = false;

    /// <summary>Counts a message that was added.</summary>
    public void Add(SqliteConnection connection, string client, long bytes)
    {
        if (!_isLoaded)
        {
            // The message is among them.
            Load(connection);
            return;
        }

        (int count, long sum) = _sizes.GetValueOrDefault(client);
        _sizes[client] = (count + 1, sum + bytes);
        _total += bytes;
    }

    /// <summary>Deletes the oldest messages of a session that is over its limits, and then of those that keep most.</summary>
    /// <returns>For each message that was deleted, its session.</returns>
    public IReadOnlyList<string> Trim(SqliteConnection connection, string client)
    {
        List<string>? dropped = null;
        while (IsOverLimit(client) && DeleteOldest(connection, client))
        {
            (dropped ??= []).Add(client);
        }

        while (_total > totalLimit && _sizes.Count > 0)
        {
            string largest = _sizes.MaxBy(item => item.Value.Bytes).Key;
            if (!DeleteOldest(connection, largest))
            {
                break;
            }

            (dropped ??= []).Add(largest);
        }

        return dropped ?? [];
    }

    /// <summary>Counts messages that were deleted.</summary>
    public void Remove(string client, int count, long bytes)
    {
        if (!_isLoaded || !_sizes.TryGetValue(client, out (int Count, long Bytes) known))
        {
            return;
        }

        _total -= bytes;
        if (known.Count <= count)
        {
            _sizes.Remove(client);
        }
        else
        {
            _sizes[client] = (known.Count - count, known.Bytes - bytes);
        }
    }

    /// <summary>Counts all messages of a session as deleted.</summary>
    public void RemoveAll(string client)
    {
        if (_isLoaded && _sizes.TryGetValue(client, out (int Count, long Bytes) known))
        {
            Remove(client, known.Count, known.Bytes);
        }
    }

    private bool IsOverLimit(string client) =>
        _sizes.TryGetValue(client, out (int Count, long Bytes) size) && (size.Count > GatewayLimits.MaxStoredMessages || size.Bytes > GatewayLimits.MaxStoredBytes);

    private bool DeleteOldest(SqliteConnection connection, string client)
    {
        List<long> deleted = connection.Query(
            "DELETE FROM session_messages WHERE seq = (SELECT min(seq) FROM session_messages WHERE client = @0) RETURNING length(payload)",
            row => row.GetInt64(0),
            client);
        if (deleted.Count == 0)
        {
            _sizes.Remove(client);
            return false;
        }

        Remove(client, 1, deleted[0]);
        return true;
    }

    private void Load(SqliteConnection connection)
    {
        _sizes.Clear();
        _total = 0;
        foreach ((string client, int count, long bytes) in connection.Query(
            "SELECT client, count(*), sum(length(payload)) FROM session_messages GROUP BY client",
            row => (row.GetString(0), row.GetInt32(1), row.GetInt64(2))))
        {
            _sizes[client] = (count, bytes);
            _total += bytes;
        }

        _isLoaded = true;
    }
}
