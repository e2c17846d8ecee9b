using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Storage;
using NanoIoT.HardwareProfiles;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Registry;

/// <summary>
/// The registry in SQLite, with a copy in memory that reads are answered from: who may subscribe what is asked on every
/// subscription, and who is in a stage several times a second. The copy changes after the commit.
/// </summary>
public sealed partial class SqliteRegistry : IRegistry
{
    private const int MaxGroups = 10;
    private const int MaxAttributes = 50;
    private const string Columns = "name, thing_id, type, profile, region, attributes, firmware, version, (SELECT group_concat(group_name, ',') FROM thing_groups g WHERE g.thing = name)";

    private readonly SqliteDatabase _database;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Thing> _things = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _certificates = new(StringComparer.Ordinal);

    /// <summary>Creates the registry.</summary>
    /// <param name="database">Where it is kept.</param>
    /// <param name="time">The clock.</param>
    public SqliteRegistry(SqliteDatabase database, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(database);
        _database = database;
        _time = time;
        foreach (Thing thing in database.Read(connection => connection.Query($"SELECT {Columns} FROM things", Map)))
        {
            _things.Add(thing.ThingName, thing);
        }

        foreach ((string id, string thing) in database.Read(connection => connection.Query(
            "SELECT id, thing FROM certificates WHERE status = 'ACTIVE'", row => (row.GetString(0), row.GetString(1)))))
        {
            _certificates.Add(id, thing);
        }
    }

    /// <inheritdoc/>
    public event Func<Thing, Task>? ThingChanged;

    /// <inheritdoc/>
    public event Func<string, Task>? ThingDeleted;

    /// <inheritdoc/>
    public async Task<Thing> CreateAsync(ThingRequest request, CancellationToken cancellationToken = default)
    {
        Validate(request);
        long now = _time.GetUtcNow().ToUnixTimeSeconds();
        Thing thing = await _database.WriteAsync(
            connection =>
            {
                Thing? existing = Find(connection, request.ThingName);
                if (existing is not null)
                {
                    return IsSame(existing, request)
                        ? existing
                        : throw new CloudException(ErrorCodes.AlreadyExists, $"Thing {request.ThingName} already exists with other settings.");
                }

                connection.Run(
                    "INSERT INTO things VALUES (@0, @1, @2, @3, @4, @5, '{}', 1, @6)",
                    request.ThingName,
                    Guid.NewGuid().ToString(),
                    request.ThingTypeName,
                    request.Profile,
                    request.Region,
                    JsonSerializer.Serialize(request.Attributes),
                    now);
                foreach (string group in request.Groups.Distinct(StringComparer.Ordinal))
                {
                    connection.Run("INSERT INTO thing_groups VALUES (@0, @1)", group, request.ThingName);
                }

                return Find(connection, request.ThingName)!;
            },
            cancellationToken).ConfigureAwait(false);
        Remember(thing, true);
        if (ThingChanged is not null)
        {
            await ThingChanged(thing).ConfigureAwait(false);
        }

        return thing;
    }

    /// <inheritdoc/>
    public Thing? Find(string thingName)
    {
        lock (_lock)
        {
            return _things.GetValueOrDefault(thingName);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Thing> List(string? group = null, string? region = null, string? after = null, int limit = int.MaxValue)
    {
        lock (_lock)
        {
            return [.. _things.Values
                .Where(thing => (group is null || thing.Groups.Contains(group)) && (region is null || thing.Region == region)
                    && (after is null || string.CompareOrdinal(thing.ThingName, after) > 0))
                .Take(limit)];
        }
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string thingName, CancellationToken cancellationToken = default)
    {
        int rows = await _database.WriteAsync(connection => connection.Run("DELETE FROM things WHERE name = @0", thingName), cancellationToken).ConfigureAwait(false);
        if (rows == 0)
        {
            throw new CloudException(ErrorCodes.NotFound, $"Thing {thingName} does not exist.");
        }

        lock (_lock)
        {
            _things.Remove(thingName);
            foreach (string id in _certificates.Where(item => item.Value == thingName).Select(item => item.Key).ToArray())
            {
                _certificates.Remove(id);
            }
        }

        if (ThingDeleted is not null)
        {
            await ThingDeleted(thingName).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task SetFirmwareAsync(string thingName, string component, string version, CancellationToken cancellationToken = default)
    {
        if (Find(thingName) is not Thing known || known.Firmware.GetValueOrDefault(component) == version)
        {
            return;
        }

        Thing? changed = await _database.WriteAsync(
            connection =>
            {
                string? json = connection.Scalar<string>("SELECT firmware FROM things WHERE name = @0", thingName);
                if (json is null)
                {
                    return null;
                }

                Dictionary<string, string> firmware = JsonSerializer.Deserialize<Dictionary<string, string>>(json)!;
                firmware[component] = version;
                connection.Run("UPDATE things SET firmware = @1, version = version + 1 WHERE name = @0", thingName, JsonSerializer.Serialize(firmware));
                return Find(connection, thingName);
            },
            cancellationToken).ConfigureAwait(false);
        if (changed is not null)
        {
            Remember(changed, false);
        }
    }

    /// <inheritdoc/>
    public async Task AttachCertificateAsync(string thingName, string certificateId, string pem, CancellationToken cancellationToken = default)
    {
        long now = _time.GetUtcNow().ToUnixTimeSeconds();
        await _database.WriteAsync(
            connection =>
            {
                if (Find(connection, thingName) is null)
                {
                    throw new CloudException(ErrorCodes.NotFound, $"Thing {thingName} does not exist.");
                }

                connection.Run("INSERT OR REPLACE INTO certificates VALUES (@0, @1, @2, 'ACTIVE', @3)", certificateId, thingName, pem, now);
            },
            cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            _certificates[certificateId] = thingName;
        }
    }

    /// <inheritdoc/>
    public string? FindThingOfCertificate(string certificateId)
    {
        lock (_lock)
        {
            return _certificates.GetValueOrDefault(certificateId);
        }
    }

    /// <summary>Takes a committed thing into the copy, unless a later commit was there first.</summary>
    private void Remember(Thing thing, bool mayBeNew)
    {
        lock (_lock)
        {
            Thing? known = _things.GetValueOrDefault(thing.ThingName);
            if (known is null ? mayBeNew : known.ThingId != thing.ThingId ? mayBeNew : known.Version <= thing.Version)
            {
                _things[thing.ThingName] = thing;
            }
        }
    }

    private static Thing? Find(SqliteConnection connection, string thingName) =>
        connection.Query($"SELECT {Columns} FROM things WHERE name = @0", Map, thingName).FirstOrDefault();

    private static Thing Map(SqliteDataReader row) => new()
    {
        ThingName = row.GetString(0),
        ThingId = row.GetString(1),
        ThingTypeName = row.Text(2),
        Profile = row.GetString(3),
        Region = row.GetString(4),
        Attributes = JsonSerializer.Deserialize<Dictionary<string, string>>(row.GetString(5))!,
        Firmware = JsonSerializer.Deserialize<Dictionary<string, string>>(row.GetString(6))!,
        Version = row.GetInt64(7),
        Groups = row.Text(8) is string groups ? [.. groups.Split(',').Order(StringComparer.Ordinal)] : [],
    };

    private static bool IsSame(Thing thing, ThingRequest request) =>
        thing.ThingTypeName == request.ThingTypeName && thing.Profile == request.Profile && thing.Region == request.Region
        && thing.Groups.ToHashSet(StringComparer.Ordinal).SetEquals(request.Groups)
        && thing.Attributes.Count == request.Attributes.Count && thing.Attributes.All(item => request.Attributes.GetValueOrDefault(item.Key) == item.Value);

    private static void Validate(ThingRequest request)
    {
        Require(Contract.IsValidName(request.ThingName), "thingName: 1 to 128 of a-z A-Z 0-9 : _ -");
        Require(request.ThingTypeName is null || Contract.IsValidName(request.ThingTypeName), "thingTypeName: 1 to 128 of a-z A-Z 0-9 : _ -");
        Require(ProfileCatalog.Find(request.Profile) is not null, $"profile: {request.Profile} is none of {string.Join(", ", ProfileCatalog.All.Keys)}");
        Require(request.Region.Length == 0 || Contract.IsValidName(request.Region), "region: 1 to 128 of a-z A-Z 0-9 : _ -");
        Require(request.Groups.Count <= MaxGroups && request.Groups.All(Contract.IsValidName), "groups: at most 10, each 1 to 128 of a-z A-Z 0-9 : _ -");
        Require(request.Attributes.Count <= MaxAttributes, "attributes: at most 50");
        foreach ((string name, string value) in request.Attributes)
        {
            Require(Contract.IsValidName(name), $"attributes: name {name} is not 1 to 128 of a-z A-Z 0-9 : _ -");
            Require(value is not null && AttributeValue().IsMatch(value), $"attributes: value of {name} is not at most 800 of a-z A-Z 0-9 _ . , @ / : # = [ ] -");
        }
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, message);
        }
    }

    [GeneratedRegex(@"^[a-zA-Z0-9_.,@/:#=\[\]-]{0,800}\z")]
    private static partial Regex AttributeValue();
}
