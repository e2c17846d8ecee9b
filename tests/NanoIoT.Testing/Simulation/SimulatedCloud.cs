using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Firmware;
using NanoIoT.Emulator.Simulation;
using NanoIoT.Shared;

namespace NanoIoT.Testing.Simulation;

/// <summary>
/// The cloud's side for simulated boards: images built, signed and digested by the service's own code, announcements,
/// reports read by the service's reader and counted by its rule (the same number counts once), shadows, fresh URLs.
/// </summary>
public sealed class SimulatedCloud : ISimulatedCloud
{
    private readonly FirmwareKey _key;
    private readonly VirtualTime _time;
    private readonly Dictionary<string, SimulatedImage> _images = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _retained = new(StringComparer.Ordinal);
    private readonly Dictionary<SimulatedBoard, HashSet<string>> _subscriptions = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, string> _desired = new(StringComparer.Ordinal);

    private long _revision;

    /// <summary>Creates the cloud.</summary>
    /// <param name="key">What signs.</param>
    /// <param name="time">The time.</param>
    public SimulatedCloud(FirmwareKey key, VirtualTime time)
    {
        _key = key;
        _time = time;
    }

    /// <summary>The progress table: (thing, campaign) to what is known.</summary>
    public Dictionary<(string Thing, string Campaign), SimulatedProgress> Progress { get; } = [];

    /// <summary>The registry's versions: (thing, component) to version.</summary>
    public Dictionary<(string Thing, string Component), string> Registry { get; } = [];

    /// <summary>Every report that came, for messages.</summary>
    public List<string> Reports { get; } = [];

    /// <summary>Every telemetry message that came, with the time it came at.</summary>
    public List<(long Time, string Json)> Telemetry { get; } = [];

    /// <summary>The next download answers 403 until a fresh URL is asked for.</summary>
    public bool UrlExpired { get; set; }

    /// <summary>What stands behind the URLs has another entity tag.</summary>
    public string ETagSuffix { get; set; } = string.Empty;

    /// <summary>Answers downloads in the server's place while it answers anything but null.</summary>
    public Func<SimulatedResponse?>? Intercept { get; set; }

    /// <summary>Told of every report with the thing's name, also of one that is repeated.</summary>
    public Action<string, ProgressReport>? Reported { get; set; }

    /// <summary>Whether the broker is away.</summary>
    public bool IsDown { get; private set; }

    /// <summary>Publishes an image.</summary>
    /// <param name="component">The component.</param>
    /// <param name="version">The version.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="image">The image.</param>
    /// <param name="profile">The profile.</param>
    /// <param name="chunkSize">Bytes a chunk.</param>
    /// <param name="change">Changes the manifest before it is signed.</param>
    public void Publish(string component, string version, string kind, byte[] image, string profile, int chunkSize, Action<Manifest>? change = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        DigestList digests = DigestList.Compute(image, chunkSize);
        var manifest = new Manifest
        {
            Component = component,
            Version = version,
            Kind = kind,
            Size = image.Length,
            Sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(image)),
            ChunkSize = chunkSize,
            DigestsHmac = Convert.ToHexStringLower(digests.Root),
            DigestsOffset = image.Length,
            Profiles = [profile],
        };
        change?.Invoke(manifest);
        byte[] bytes = manifest.ToBytes();
        _images[component + " " + version] = new SimulatedImage(manifest, bytes, _key.Sign(bytes), [.. image, .. digests.Bytes]);
    }

    /// <summary>Announces a campaign on a topic.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="campaign">The campaign.</param>
    /// <param name="component">The component.</param>
    /// <param name="version">The version.</param>
    /// <param name="change">Changes the announcement.</param>
    public void Announce(string topic, string campaign, string component, string version, Action<Announcement>? change = null)
    {
        SimulatedImage image = _images[component + " " + version];
        var announcement = new Announcement
        {
            Campaign = campaign,
            Revision = ++_revision,
            Manifest = image.ManifestBytes,
            Signature = image.Signature,
            KeyId = _key.Id,
            Url = $"https://cloud/{component}/{version}?n={_time.Now}",
            Permyriad = Contract.WholeFleetPermyriad,
            Salt = "salt",
        };
        change?.Invoke(announcement);
        AnnounceRaw(topic, announcement.ToBytes());
    }

    /// <summary>Sends bytes as an announcement, retained.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="payload">The bytes; none to withdraw the topic's announcement.</param>
    public void AnnounceRaw(string topic, byte[] payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        _retained.Remove(topic);
        if (payload.Length > 0)
        {
            _retained[topic] = payload;
        }

        foreach ((SimulatedBoard board, HashSet<string> filters) in _subscriptions)
        {
            if (board.IsConnected && filters.Any(filter => Matches(filter, topic)))
            {
                board.Receive(topic, payload);
            }
        }
    }

    /// <summary>Changes a board's groups, as a registry would.</summary>
    /// <param name="board">The board.</param>
    /// <param name="groups">The groups.</param>
    public void SetGroups(SimulatedBoard board, params string[] groups) => Place(board, null, groups);

    /// <summary>Changes a board's region and groups, as a registry would.</summary>
    /// <param name="board">The board.</param>
    /// <param name="region">The region, or null for none.</param>
    /// <param name="groups">The groups.</param>
    public void Place(SimulatedBoard board, string? region, IEnumerable<string> groups)
    {
        ArgumentNullException.ThrowIfNull(board);
        _desired[board.Settings.Thing] = new JsonObject
        {
            ["region"] = region ?? string.Empty,
            ["groups"] = new JsonArray([.. groups.Select(group => (JsonNode)group)]),
        }.ToJsonString();
        if (board.IsConnected)
        {
            string delta = $"{{\"version\":{_time.Now},\"timestamp\":{Now},\"state\":{_desired[board.Settings.Thing]}}}";
            board.Receive(Topics.Shadow(board.Settings.Thing, Topics.AgentShadow) + "/update/delta", Encoding.UTF8.GetBytes(delta));
        }
    }

    /// <summary>The broker goes away and comes back: every connection breaks.</summary>
    /// <param name="milliseconds">How long it is away.</param>
    public void RestartBroker(long milliseconds)
    {
        IsDown = true;
        foreach (SimulatedBoard board in _subscriptions.Keys.ToArray())
        {
            board.BreakConnection("broker restarts");
            board.IsNetworkDown = true;
        }

        _time.Schedule(milliseconds, () =>
        {
            IsDown = false;
            foreach (SimulatedBoard board in _subscriptions.Keys)
            {
                board.IsNetworkDown = false;
            }
        });
    }

    /// <inheritdoc/>
    public void OnSubscribe(SimulatedBoard board, IReadOnlyList<string> filters)
    {
        ArgumentNullException.ThrowIfNull(board);
        ArgumentNullException.ThrowIfNull(filters);
        if (!_subscriptions.TryGetValue(board, out HashSet<string>? own))
        {
            _subscriptions[board] = own = new HashSet<string>(StringComparer.Ordinal);
        }

        own.UnionWith(filters);
        foreach ((string topic, byte[] payload) in _retained)
        {
            if (filters.Any(filter => Matches(filter, topic)))
            {
                board.Receive(topic, payload);
            }
        }
    }

    /// <inheritdoc/>
    public void OnPublish(SimulatedBoard board, string topic, byte[] payload)
    {
        ArgumentNullException.ThrowIfNull(board);
        string thing = board.Settings.Thing;
        string shadow = Topics.Shadow(thing, Topics.AgentShadow);
        if (topic == Topics.Progress(thing))
        {
            Count(thing, ProgressReport.Parse(payload));
        }
        else if (topic == Topics.Telemetry(thing))
        {
            Telemetry.Add((_time.Now, Encoding.UTF8.GetString(payload)));
        }
        else if (topic == shadow + "/get")
        {
            string desired = _desired.GetValueOrDefault(thing, "{}");
            board.Receive(shadow + "/get/accepted", Encoding.UTF8.GetBytes($"{{\"state\":{{\"desired\":{desired}}},\"timestamp\":{Now}}}"));
        }
        else if (topic == Topics.UrlGet(thing))
        {
            string campaign = JsonDocument.Parse(payload).RootElement.GetProperty("campaign").GetString()!;
            UrlExpired = false;
            SimulatedProgress? progress = Progress.GetValueOrDefault((thing, campaign));
            if (progress is not null)
            {
                string component = _images.Keys.First(key => key.EndsWith(" " + progress.To, StringComparison.Ordinal)).Split(' ')[0];
                board.Receive(topic + "/accepted", Encoding.UTF8.GetBytes($"{{\"campaign\":\"{campaign}\",\"url\":\"https://cloud/{component}/{progress.To}?fresh={_time.Now}\"}}"));
            }
        }
    }

    /// <inheritdoc/>
    public SimulatedResponse Download(string url, int from, int to)
    {
        if (Intercept?.Invoke() is SimulatedResponse other)
        {
            return other;
        }

        string[] path = new Uri(url).AbsolutePath.Trim('/').Split('/');
        if (UrlExpired && !url.Contains("fresh", StringComparison.Ordinal))
        {
            return new SimulatedResponse { Status = 403 };
        }

        if (!_images.TryGetValue(path[0] + " " + path[1], out SimulatedImage? image))
        {
            return new SimulatedResponse { Status = 404 };
        }

        int length = to - from + 1;
        return new SimulatedResponse
        {
            Status = 206,
            ContentLength = length,
            RangeStart = from,
            RangeTotal = image.Artifact.Length,
            ETag = image.Manifest.Sha256 + ETagSuffix,
            Body = image.Artifact.AsMemory(from, length),
        };
    }

    private long Now => 1795000000 + (_time.Now / 1000);

    private static bool Matches(string filter, string topic)
    {
        string[] filters = filter.Split('/');
        string[] levels = topic.Split('/');
        return filters.Length == levels.Length && filters.Zip(levels).All(pair => pair.First == "+" || pair.First == pair.Second);
    }

    private void Count(string thing, ProgressReport report)
    {
        Reports.Add($"{_time.Now} {thing} {report.Campaign} #{report.Sequence} {report.State} {report.Reason} {report.Detail}");
        Reported?.Invoke(thing, report);
        if (report.Campaign.Length == 0 || report.Sequence == 0)
        {
            return;
        }

        SimulatedProgress? known = Progress.GetValueOrDefault((thing, report.Campaign));
        if (known is not null && known.Sequence >= report.Sequence)
        {
            return;
        }

        Progress[(thing, report.Campaign)] = new SimulatedProgress(
            report.Sequence, report.State, report.Reason, report.Detail, report.From, report.To, report.Copied, (known?.Reports ?? 0) + 1);
        if (report.State == UpdateStates.Succeeded)
        {
            Registry[(thing, report.Component)] = report.To;
        }
    }
}
