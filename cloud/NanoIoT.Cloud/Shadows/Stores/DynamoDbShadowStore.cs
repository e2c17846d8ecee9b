using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Storage.DynamoDb;

namespace NanoIoT.Cloud.Shadows.Stores;

/// <summary>
/// Shadows in DynamoDB, for any number of services: an item a shadow, written on condition of the version it was made from. What a
/// service last knew of each is kept in memory: searches are answered from it, and a change begins with it, so that a shadow
/// that only one service changes costs a write and no read.
/// </summary>
/// <param name="database">The tables.</param>
internal sealed class DynamoDbShadowStore(DynamoDbDatabase database) : IShadowStore
{
    internal const string Table = "shadows";
    private const string Packed = "packed";
    private const int MaxTries = 50;

    /// <summary>A longer document is packed (Brotli), so that a board's shadow costs one write unit: its timestamps are much alike.</summary>
    private const int MaxPlainBytes = 700;

    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, StoredShadow>> _known = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public event Action<string>? ChangedElsewhere;

    /// <summary>Told of what this service stored: thing, name.</summary>
    public Action<string, string>? Stored { get; set; }

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await CreateTableAsync(cancellationToken).ConfigureAwait(false);
        await RefreshAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task CreateTableAsync(CancellationToken cancellationToken) => database.CreateAsync(Table, ("thing", ScalarAttributeType.S), ("name", ScalarAttributeType.S), "expires", cancellationToken);

    /// <summary>Reads all again.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await foreach (Dictionary<string, AttributeValue> item in database.ScanAsync(Table, cancellationToken).ConfigureAwait(false))
        {
            Show(item["thing"].S, item["name"].S[1..], Read(item));
        }
    }

    /// <summary>Looks at a shadow that another service stored.</summary>
    public async Task LookAsync(string thing, string name, CancellationToken cancellationToken)
    {
        await FindAsync(thing, name, cancellationToken).ConfigureAwait(false);
        ChangedElsewhere?.Invoke(thing);
    }

    public async Task<StoredShadow?> FindAsync(string thing, string name, CancellationToken cancellationToken)
    {
        Dictionary<string, AttributeValue>? item = await database.GetAsync(Table, Key(thing, name), cancellationToken).ConfigureAwait(false);
        if (item is null)
        {
            Forget(thing, name);
            return null;
        }

        StoredShadow found = Read(item);
        Show(thing, name, found);
        return found;
    }

    public StoredShadow? Peek(string thing, string name) => _known.TryGetValue(thing, out ConcurrentDictionary<string, StoredShadow>? shadows) ? shadows.GetValueOrDefault(name) : null;

    public IReadOnlyList<string> PeekNames(string thing) => _known.TryGetValue(thing, out ConcurrentDictionary<string, StoredShadow>? shadows)
        ? [.. shadows.Where(item => item.Key.Length > 0 && item.Value.Document is not null).Select(item => item.Key).Order(StringComparer.Ordinal)]
        : [];

    public async Task<IReadOnlyList<string>> NamesAsync(string thing, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (Dictionary<string, AttributeValue> item in QueryAsync(thing, cancellationToken).ConfigureAwait(false))
        {
            if (item["name"].S.Length > 1 && Read(item).Document is not null)
            {
                names.Add(item["name"].S[1..]);
            }
        }

        return names;
    }

    public async Task<T> ChangeAsync<T>(string thing, string name, Func<StoredShadow?, (StoredShadow Next, T Answer)> change, CancellationToken cancellationToken)
    {
        StoredShadow? before = Peek(thing, name);
        bool isFresh = false;
        for (int i = 0; i < MaxTries; i++)
        {
            try
            {
                (StoredShadow next, T answer) = change(before);
                if (await SaveAsync(thing, name, before, next, cancellationToken).ConfigureAwait(false))
                {
                    Show(thing, name, next);
                    Stored?.Invoke(thing, name);
                    return answer;
                }
            }
            catch (ShadowException) when (!isFresh)
            {
                // Refused by what was known; what is stored may say otherwise.
            }

            before = await FindAsync(thing, name, cancellationToken).ConfigureAwait(false);
            isFresh = true;
            await Task.Delay(i == 0 ? 0 : Random.Shared.Next(10 * Math.Min(i, 10)), cancellationToken).ConfigureAwait(false);
        }

        throw new CloudException(ErrorCodes.StoreUnavailable, $"The shadow {name} of {thing} was changed by others {MaxTries} times meanwhile.");
    }

    public Task<int> TrimAsync(long until, CancellationToken cancellationToken) => Task.FromResult(0);

    public async Task DeleteAllAsync(string thing, CancellationToken cancellationToken)
    {
        var keys = new List<Dictionary<string, AttributeValue>>();
        await foreach (Dictionary<string, AttributeValue> item in QueryAsync(thing, cancellationToken).ConfigureAwait(false))
        {
            keys.Add(Key(thing, item["name"].S[1..]));
        }

        await database.DeleteAllAsync(Table, keys, cancellationToken).ConfigureAwait(false);
        _known.TryRemove(thing, out _);
    }

    /// <summary>The item of a shadow.</summary>
    internal static Dictionary<string, AttributeValue> Describe(string thing, string name, StoredShadow shadow)
    {
        Dictionary<string, AttributeValue> item = Key(thing, name);
        item["version"] = Attributes.Number(shadow.Version);
        if (shadow.Document is string document)
        {
            bool isLong = Encoding.UTF8.GetByteCount(document) > MaxPlainBytes;
            item[isLong ? Packed : "document"] = isLong ? new AttributeValue { B = new MemoryStream(Pack(document)) } : Attributes.Text(document);
        }
        else
        {
            item["deleted"] = Attributes.Number(shadow.Deleted);
            item["expires"] = Attributes.Number(shadow.Deleted + ShadowService.VersionSeconds);
        }

        return item;
    }

    internal static StoredShadow Read(Dictionary<string, AttributeValue> item) => new(item.TryGetValue(Packed, out AttributeValue? packed) ? Unpack(packed.B) : Attributes.Optional(item, "document"), Attributes.Long(item, "version"), Attributes.Long(item, "deleted"));

    private static byte[] Pack(string document)
    {
        using var packed = new MemoryStream();
        using (var stream = new BrotliStream(packed, CompressionLevel.Fastest))
        {
            stream.Write(Encoding.UTF8.GetBytes(document));
        }

        return packed.ToArray();
    }

    private static string Unpack(MemoryStream packed)
    {
        packed.Position = 0;
        using var stream = new BrotliStream(packed, CompressionMode.Decompress, leaveOpen: true);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>A sort key is never empty, and the classic shadow's name is.</summary>
    private static Dictionary<string, AttributeValue> Key(string thing, string name) => new() { ["thing"] = Attributes.Text(thing), ["name"] = Attributes.Text("#" + name) };

    private IAsyncEnumerable<Dictionary<string, AttributeValue>> QueryAsync(string thing, CancellationToken cancellationToken) => database.QueryAsync(
        Table, "#thing = :thing", new Dictionary<string, string> { ["#thing"] = "thing" }, Attributes.Key(":thing", thing), cancellationToken);

    private Task<bool> SaveAsync(string thing, string name, StoredShadow? before, StoredShadow next, CancellationToken cancellationToken)
    {
        if (before is null)
        {
            return database.PutAsync(Table, Describe(thing, name, next), "attribute_not_exists(thing)", null, cancellationToken);
        }

        // The version alone does not tell a deleted shadow from the one it was.
        return database.PutAsync(
            Table,
            Describe(thing, name, next),
            "version = :before AND " + (before.Document is null ? "attribute_exists(deleted)" : "attribute_not_exists(deleted)"),
            new Dictionary<string, AttributeValue> { [":before"] = Attributes.Number(before.Version) },
            cancellationToken);
    }

    private void Show(string thing, string name, StoredShadow shadow) => _known.GetOrAdd(thing, _ => new(StringComparer.Ordinal)).AddOrUpdate(
        name, shadow, (_, known) => (known.Version > shadow.Version && known.Document is not null) || (known.Version == shadow.Version && known.Document is null) ? known : shadow);

    private void Forget(string thing, string name)
    {
        if (_known.TryGetValue(thing, out ConcurrentDictionary<string, StoredShadow>? shadows))
        {
            shadows.TryRemove(name, out _);
        }
    }
}
