using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Rules.Delivery;
using NanoIoT.Cloud.Storage;
using NanoIoT.Cloud.Storage.Sqlite;

namespace NanoIoT.Cloud.Rules.Tables;

/// <summary>Tables of the service's own, with DynamoDB's keys: what rules write where there is no DynamoDB.</summary>
internal sealed partial class LocalTables : ITableReader
{
    /// <summary>The largest item, in bytes of JSON: DynamoDB's 400 KB.</summary>
    public const int MaxItemBytes = 400 * 1024;

    private readonly SqliteDatabase _database;
    private readonly RecordStore _records;
    private readonly RecordTable<LocalTableDefinition> _definitions;
    private readonly Dictionary<string, ILocalTable> _owned = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;

    public LocalTables(SqliteDatabase database, RecordStore records, TimeProvider time)
    {
        _database = database;
        _records = records;
        _time = time;
        _definitions = records.Open<LocalTableDefinition>("localTable", table => table.Name);
    }

    /// <summary>Adds a table another part keeps; at the start.</summary>
    public void Add(ILocalTable table) => _owned.Add(table.Name, table);

    /// <summary>Whether another part of the service keeps a table.</summary>
    public bool IsOwned(string name) => _owned.ContainsKey(name);

    public static bool IsName(string name) => NamePattern().IsMatch(name);

    /// <summary>All tables, in the order of their names.</summary>
    public IReadOnlyList<LocalTableDefinition> List() =>
        [.. _owned.Values.Select(table => new LocalTableDefinition(table.Name, table.HashKey, table.RangeKey)).Concat(_definitions.Range()).OrderBy(table => table.Name, StringComparer.Ordinal)];

    public LocalTableDefinition? Find(string name) => _owned.TryGetValue(name, out ILocalTable? owned) ? new LocalTableDefinition(name, owned.HashKey, owned.RangeKey) : _definitions.Get(name);

    /// <summary>Creates a table; one there is with the same keys is left as it is.</summary>
    /// <exception cref="CloudException">There is one with other keys, or the name is none.</exception>
    public async Task CreateAsync(LocalTableDefinition table, CancellationToken cancellationToken = default)
    {
        if (!IsName(table.Name))
        {
            throw OperationRequest.Invalid($"table {table.Name}: 3 to 255 of a-z A-Z 0-9 _ . -");
        }

        LocalTableDefinition? known = Find(table.Name);
        if (known is null)
        {
            known = await _records.WriteAsync("CreateTable", transaction => transaction.Get(_definitions, table.Name) ?? transaction.Put(_definitions, table), cancellationToken).ConfigureAwait(false);
        }

        if (known != table)
        {
            throw new CloudException(ErrorCodes.AlreadyExists, $"Table {table.Name} has other keys: {known.HashKey}{(known.RangeKey is null ? string.Empty : " and " + known.RangeKey)}.");
        }
    }

    /// <summary>Deletes a table with its items.</summary>
    /// <exception cref="CloudException">There is none, or the service keeps it.</exception>
    public async Task DeleteAsync(string name)
    {
        if (_owned.ContainsKey(name))
        {
            throw OperationRequest.Invalid($"table {name}: the service keeps it");
        }

        if (await _records.WriteAsync("DeleteTable", transaction => transaction.Delete(_definitions, name)).ConfigureAwait(false) is null)
        {
            throw new CloudException(ErrorCodes.NotFound, $"Table '{name}' does not exist.");
        }

        await _database.WriteAsync(connection => connection.Run("DELETE FROM items WHERE tbl = @0", name)).ConfigureAwait(false);
    }

    /// <summary>Writes an item.</summary>
    /// <returns>What is wrong with the item, or null.</returns>
    public async Task<string?> PutAsync(string table, JsonObject? item, DeliverySource source, bool merges, CancellationToken cancellationToken)
    {
        if (_owned.TryGetValue(table, out ILocalTable? owned))
        {
            return await owned.PutAsync(item, source, cancellationToken).ConfigureAwait(false);
        }

        if (item is null)
        {
            return "the result is not a JSON object, so it has no columns";
        }

        if (_definitions.Get(table) is not LocalTableDefinition definition)
        {
            return $"Table '{table}' does not exist. Create it with 'nanoiot table create {table} --hash-key NAME'.";
        }

        if (KeyOf(item, definition.HashKey) is not string hash)
        {
            return $"the item's {definition.HashKey}, the table's partition key, is no text and no number";
        }

        string range = string.Empty;
        if (definition.RangeKey is not null)
        {
            if (KeyOf(item, definition.RangeKey) is not string sort)
            {
                return $"the item's {definition.RangeKey}, the table's sort key, is no text and no number";
            }

            range = sort;
        }

        string json = item.ToJsonString(RecordStore.Json);
        if (System.Text.Encoding.UTF8.GetByteCount(json) > MaxItemBytes)
        {
            return "the item is over 400 KB";
        }

        long now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        await _database.WriteAsync(
            connection => connection.Run(
                merges
                    ? "INSERT INTO items(tbl, hash, range, item, modified) VALUES (@0, @1, @2, @3, @4) ON CONFLICT (tbl, hash, range) DO UPDATE SET item = json_patch(item, @3), modified = @4"
                    : "INSERT OR REPLACE INTO items(tbl, hash, range, item, modified) VALUES (@0, @1, @2, @3, @4)",
                table,
                hash,
                range,
                json,
                now),
            cancellationToken).ConfigureAwait(false);
        return null;
    }

    /// <summary>Deletes an item, if there is one.</summary>
    public Task RemoveAsync(string table, TableKey hash, TableKey? range, CancellationToken cancellationToken) => _database.WriteAsync(
        connection => connection.Run("DELETE FROM items WHERE tbl = @0 AND hash = @1 AND range = @2", table, Encode(hash), range is null ? string.Empty : Encode(range)), cancellationToken);

    public Task<JsonObject?> GetAsync(string table, TableKey hash, TableKey? range, CancellationToken cancellationToken)
    {
        LocalTableDefinition? definition = Find(table);
        if (definition is null || definition.HashKey != hash.Name || definition.RangeKey != range?.Name)
        {
            return Task.FromResult<JsonObject?>(null);
        }

        string? item = _database.Read(connection => connection.Scalar<string>("SELECT item FROM items WHERE tbl = @0 AND hash = @1 AND range = @2", table, Encode(hash), range is null ? string.Empty : Encode(range)));
        return Task.FromResult(item is null ? null : JsonNode.Parse(item) as JsonObject);
    }

    /// <summary>Items of a table, in the order of their keys.</summary>
    /// <param name="table">The table.</param>
    /// <param name="hash">Only those of this partition key's value, or null for all.</param>
    /// <param name="limit">How many at most.</param>
    public IReadOnlyList<JsonObject> Query(string table, string? hash, int limit) => _database.Read(connection => connection.Query(
        "SELECT item FROM items WHERE tbl = @0 AND (@1 IS NULL OR hash = 's' || @1 OR hash = @2) ORDER BY hash, range LIMIT @3",
        row => (JsonObject)JsonNode.Parse(row.GetString(0))!,
        table,
        hash,
        hash is not null && decimal.TryParse(hash, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) ? EncodeNumber(number) : null,
        limit));

    private static string? KeyOf(JsonObject item, string name) => item[name] is not JsonValue value ? null
        : value.TryGetValue(out string? text) ? text.Length > 0 ? "s" + text : null
        : value.GetValueKind() == JsonValueKind.Number && decimal.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) ? EncodeNumber(number)
        : null;

    private static string Encode(TableKey key) =>
        key.IsNumber && decimal.TryParse(key.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) ? EncodeNumber(number) : "s" + key.Value;

    /// <summary>A number so that texts are in the order of numbers: sign, 29 digits before the point, the digits after it; of a negative one, the complement.</summary>
    private static string EncodeNumber(decimal number)
    {
        const int digits = 29;
        string[] parts = decimal.Abs(number).ToString(CultureInfo.InvariantCulture).Split('.');
        string text = parts[0].PadLeft(digits, '0') + "." + (parts.Length > 1 ? parts[1].TrimEnd('0') : string.Empty);
        return number >= 0 ? "n1" + text : "n0" + string.Concat(text.Select(c => c == '.' ? c : (char)('0' + '9' - c))) + "~";
    }

    [GeneratedRegex(@"^[a-zA-Z0-9_.-]{3,255}\z")]
    private static partial Regex NamePattern();
}
