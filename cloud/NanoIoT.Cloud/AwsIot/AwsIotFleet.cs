using System.Text.Json.Nodes;
using NanoIoT.Cloud.Registry;
using NanoIoT.Cloud.Shadows;
using NanoIoT.Cloud.Storage;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.AwsIot;

/// <summary>
/// The things of AWS IoT's registry as this service last saw them, with the versions that boards have said since. Versions are what
/// the board's own shadow reports; the registry's attributes <c>firmware.COMPONENT</c> follow, and what they lack is said to
/// <see cref="Behind"/>.
/// </summary>
internal sealed class AwsIotFleet : IFleet, IShadowDocuments
{
    /// <summary>How far AWS's index may be behind what happened.</summary>
    public static readonly TimeSpan IndexLag = TimeSpan.FromSeconds(60);

    private readonly TimeProvider _time;
    private readonly SortedTable<Known> _things = new();
    private readonly Lock _change = new();

    public AwsIotFleet(TimeProvider time) => _time = time;

    /// <summary>Told the name of a thing whose entry at AWS IoT is behind.</summary>
    public Action<string>? Behind { get; set; }

    /// <summary>Reads a thing there; set before the start.</summary>
    public Func<string, CancellationToken, Task<Thing?>>? Reader { get; set; }

    /// <summary>Looks at all things there; set before the start.</summary>
    public Func<CancellationToken, Task>? Refresher { get; set; }

    /// <inheritdoc/>
    public Thing? Find(string thingName) => _things.Get(thingName)?.Thing;

    /// <inheritdoc/>
    public async Task<Thing?> ReadAsync(string thingName, CancellationToken cancellationToken = default) =>
        Find(thingName) ?? (Reader is null ? null : await Reader(thingName, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public IReadOnlyList<Thing> List(string? group = null, string? region = null, string? after = null, int limit = int.MaxValue)
    {
        bool isFiltered = group is not null || region is not null;
        IEnumerable<Thing> things = _things.Range(after: after, limit: isFiltered ? int.MaxValue : limit).Select(known => known.Thing);
        return [.. things.Where(thing => (group is null || thing.Groups.Contains(group)) && (region is null || thing.Region == region)).Take(limit)];
    }

    /// <summary>Shown at once; AWS's registry has it a moment later, and what the board's shadow says makes up for a service that ends in between.</summary>
    /// <inheritdoc/>
    public async Task SetFirmwareAsync(string thingName, string component, string version, CancellationToken cancellationToken = default)
    {
        if (await ReadAsync(thingName, cancellationToken).ConfigureAwait(false) is null)
        {
            return;
        }

        lock (_change)
        {
            if (_things.Get(thingName) is not Known known || !known.Thing.CanHave(component) || (known.Thing.Firmware.GetValueOrDefault(component) == version && known.Registered.GetValueOrDefault(component) == version))
            {
                return;
            }

            var said = new Dictionary<string, (string, DateTimeOffset)>(known.Said, StringComparer.Ordinal) { [component] = (version, _time.GetUtcNow()) };
            _things.Set(thingName, known with { Said = said, Thing = known.Thing with { Firmware = new Dictionary<string, string>(known.Thing.Firmware, StringComparer.Ordinal) { [component] = version } } });
        }

        Behind?.Invoke(thingName);
    }

    /// <inheritdoc/>
    public Task RefreshAsync(CancellationToken cancellationToken = default) => Refresher?.Invoke(cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc/>
    public JsonObject? TryGet(string thingName, string shadowName)
    {
        JsonObject? all = Shadows(thingName);
        JsonObject? state = shadowName.Length == 0 ? all : all?["name"]?[shadowName] as JsonObject;
        if (state is null || (shadowName.Length == 0 && !state.ContainsKey(Fields.Desired) && !state.ContainsKey(Fields.Reported)))
        {
            return null;
        }

        var sections = new JsonObject();
        foreach (string section in new[] { Fields.Desired, Fields.Reported, "delta" })
        {
            if (state[section] is JsonNode node)
            {
                sections[section] = node.DeepClone();
            }
        }

        return new JsonObject { ["state"] = sections, ["metadata"] = state["metadata"]?.DeepClone(), ["version"] = state["version"]?.DeepClone() };
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> PeekNames(string thingName) => Shadows(thingName)?["name"] is JsonObject names ? [.. names.Select(item => item.Key).Order(StringComparer.Ordinal)] : [];

    /// <summary>Takes what was read of a thing.</summary>
    /// <param name="item">The thing.</param>
    /// <param name="created">When it was first seen, Unix seconds.</param>
    /// <param name="lookedAt">When the reading began.</param>
    /// <param name="isIndexed">Whether it is from the index, which may be behind and has shadows; else from the registry, which is not and has none.</param>
    /// <returns>The thing.</returns>
    public Thing Take(IndexedThing item, long created, DateTimeOffset lookedAt, bool isIndexed)
    {
        lock (_change)
        {
            Known? before = _things.Get(item.Name) is Known known && known.Thing.ThingId == item.Id ? known : null;
            string? shadow = isIndexed ? item.Shadow : before?.Shadow;
            IReadOnlyDictionary<string, string> registered = item.RegisteredFirmware();
            var firmware = new Dictionary<string, string>(registered, StringComparer.Ordinal);
            JsonObject? agent = IndexedThing.AgentShadow(shadow);
            foreach ((string component, string version) in ReportedFirmware(agent))
            {
                firmware[component] = version;
            }

            // What a board said stands until the index has had the time to hear of it.
            var said = new Dictionary<string, (string Version, DateTimeOffset At)>(StringComparer.Ordinal);
            foreach ((string component, (string Version, DateTimeOffset At) news) in before?.Said ?? new Dictionary<string, (string, DateTimeOffset)>())
            {
                if (lookedAt - news.At < IndexLag)
                {
                    said[component] = news;
                    firmware[component] = news.Version;
                }
            }

            var thing = new Thing
            {
                ThingName = item.Name,
                ThingId = item.Id,
                ThingTypeName = item.TypeName,
                StaticGroups = item.Groups,
                Attributes = item.Attributes.Where(attribute => !attribute.Key.StartsWith(WellKnownAttributes.FirmwarePrefix, StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal),
                Firmware = firmware,
                Version = before?.Thing.Version ?? 1,
                Created = created,
            };
            _things.Set(item.Name, new Known(thing, shadow, registered, said, LackOfDesired(thing, agent), isIndexed ? before?.ReadAt ?? default : lookedAt));
            return thing;
        }
    }

    /// <summary>Forgets things that a whole look did not find, unless they were read in the registry while the index may not have known them.</summary>
    /// <param name="found">What it found.</param>
    /// <param name="lookedAt">When it began.</param>
    public void Keep(IReadOnlySet<string> found, DateTimeOffset lookedAt)
    {
        foreach (string name in _things.Range().Select(known => known.Thing.ThingName).Where(name => !found.Contains(name)))
        {
            lock (_change)
            {
                // It may have been read in the registry meanwhile.
                if (_things.Get(name) is Known known && lookedAt - known.ReadAt > IndexLag)
                {
                    _things.Remove(name);
                }
            }
        }
    }

    /// <summary>Forgets a thing that is gone.</summary>
    public void Forget(string thingName)
    {
        lock (_change)
        {
            _things.Remove(thingName);
        }
    }

    /// <summary>What AWS IoT lacks of a thing: versions in its registry, and what desired of the agent's shadow must say.</summary>
    /// <returns>Attributes to set, and members of desired or null; nothing at all where it is complete or no thing.</returns>
    public (IReadOnlyDictionary<string, string> Attributes, JsonObject? Desired) LackOf(string thingName)
    {
        if (_things.Get(thingName) is not Known known)
        {
            return (new Dictionary<string, string>(), null);
        }

        Dictionary<string, string> attributes = known.Thing.Firmware
            .Where(item => known.Registered.GetValueOrDefault(item.Key) != item.Value)
            .ToDictionary(item => WellKnownAttributes.FirmwarePrefix + item.Key, item => WellKnownAttributes.EncodeVersion(item.Value), StringComparer.Ordinal);
        return (attributes, (JsonObject?)known.Desired?.DeepClone());
    }

    /// <summary>The registry has what it lacked.</summary>
    public void Registered(string thingName, IReadOnlyDictionary<string, string> attributes)
    {
        lock (_change)
        {
            if (_things.Get(thingName) is Known known)
            {
                var registered = new Dictionary<string, string>(known.Registered, StringComparer.Ordinal);
                foreach ((string name, string value) in attributes)
                {
                    registered[name[WellKnownAttributes.FirmwarePrefix.Length..]] = WellKnownAttributes.DecodeVersion(value);
                }

                _things.Set(thingName, known with { Registered = registered });
            }
        }
    }

    /// <summary>A thing without the agent's shadow is no board, or one that never connected: nothing is written there.</summary>
    private static JsonObject? LackOfDesired(Thing thing, JsonObject? agent)
    {
        if (agent is null)
        {
            return null;
        }

        JsonObject wanted = AgentDesired.Of(thing);
        JsonObject? desired = agent[Fields.Desired] as JsonObject;
        return JsonNode.DeepEquals(desired?[Fields.Groups], wanted[Fields.Groups]) && JsonNode.DeepEquals(desired?[Fields.Region], wanted[Fields.Region]) ? null : wanted;
    }

    private static IEnumerable<(string Component, string Version)> ReportedFirmware(JsonObject? agent) =>
        agent?[Fields.Reported] is JsonObject reported && reported[Fields.Firmware] is JsonObject firmware
            ? firmware.Where(item => item.Value is JsonValue value && value.TryGetValue(out string? version) && Contract.IsValidName(item.Key) && SemanticVersion.Parse(version) is not null)
                .Select(item => (item.Key, item.Value!.GetValue<string>()))
            : [];

    private JsonObject? Shadows(string thingName) => IndexedThing.ParseShadows(_things.Get(thingName)?.Shadow);

    /// <param name="Thing">The thing.</param>
    /// <param name="Shadow">Its shadows as the index has them.</param>
    /// <param name="Registered">Versions that the registry's attributes show.</param>
    /// <param name="Said">Versions the board said, and when, that the index may not know yet.</param>
    /// <param name="Desired">What desired of the agent's shadow lacked when the thing was last seen, or null.</param>
    /// <param name="ReadAt">When it was last read in the registry itself.</param>
    private sealed record Known(
        Thing Thing, string? Shadow, IReadOnlyDictionary<string, string> Registered, IReadOnlyDictionary<string, (string Version, DateTimeOffset At)> Said, JsonObject? Desired, DateTimeOffset ReadAt);
}
