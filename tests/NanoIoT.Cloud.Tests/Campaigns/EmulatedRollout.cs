using Microsoft.Extensions.Logging.Abstractions;
using NanoIoT.Cloud.Campaigns;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Cloud.Campaigns.Progress;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Registry;
using NanoIoT.Emulator.Simulation;
using NanoIoT.HardwareProfiles;
using NanoIoT.Shared;
using NanoIoT.Testing.Simulation;

namespace NanoIoT.Cloud.Tests.Campaigns;

/// <summary>
/// A campaign in virtual time: the service's state machine, census and announcements, and boards that run the device binary.
/// What stands between them is the contract: announcements as bytes, and reports.
/// </summary>
internal sealed class EmulatedRollout
{
    public const string Campaign = "c";
    public const string Before = "1.0.0";
    public const string After = "2.0.0";
    private const int TrialSeconds = 3600;
    private const long StartSeconds = 1_795_000_000;

    private readonly FleetCensus _census;
    private readonly Registry _registry = new();
    private readonly CampaignLedger _ledger = new([]);
    private readonly Dictionary<string, SimulatedBoard> _boards = new(StringComparer.Ordinal);

    public EmulatedRollout()
    {
        var clock = new CampaignClock(new SceneTime(() => Now), NullLogger<CampaignClock>.Instance);
        _census = new FleetCensus(_registry, _registry, new NobodyConnected(), clock);
        Scene.Publish(After);
        Scene.Cloud.Reported = OnReport;
    }

    public SimulatedScene Scene { get; } = new(ProfileCatalog.Find("ESP32_S3")!, imageBytes: 9000);

    public Campaign Record { get; private set; } = null!;

    public IReadOnlyDictionary<string, SimulatedBoard> Boards => _boards;

    /// <summary>When each board said that it begins, Unix seconds.</summary>
    public Dictionary<string, long> Began { get; } = new(StringComparer.Ordinal);

    private long Now => (StartSeconds * 1000) + Scene.Time.Now;

    /// <summary>Registers a thing with a board that is off.</summary>
    public SimulatedBoard Register(string name, string? region, string[] groups, string? zone = null)
    {
        var attributes = new Dictionary<string, string>();
        if (region is not null)
        {
            attributes[WellKnownAttributes.Region] = region;
        }

        if (zone is not null)
        {
            attributes[WellKnownAttributes.TimeZone] = zone;
        }

        _registry.Things.Add(new Thing { ThingName = name, ThingId = name, Attributes = attributes, StaticGroups = groups, Version = 1, Created = Now / 1000 });
        SimulatedBoard board = Scene.CreateBoard(name, _boards.Count);

        // The network may be away for long: what ends a trial is not what a roll-out's tests are about.
        board.Settings = board.Settings with { TrialSeconds = TrialSeconds };
        Scene.Cloud.Place(board, region, groups);
        _boards.Add(name, board);
        return board;
    }

    /// <summary>The time zone of a board.</summary>
    public string ZoneOf(string name) => _registry.Find(name)!.Attributes[WellKnownAttributes.TimeZone];

    /// <summary>What the planner says: each board that the campaign takes.</summary>
    public HashSet<string> Plan(CampaignRequest request)
    {
        var planned = new HashSet<string>(StringComparer.Ordinal);
        _census.Take(CampaignPlanner.Draft(request with { Id = Campaign }, 1, Now), null, Now, (thing, _, _) => planned.Add(thing));
        return planned;
    }

    /// <summary>Whether a stage of the campaign admits a board, also one that was registered after the plan was made.</summary>
    public bool Admits(string name) => _census.StageOf(Record, _registry.Find(name)!) >= 0;

    public void Begin(CampaignRequest request)
    {
        Record = CampaignPlanner.Draft(request with { Id = Campaign }, 1, Now) with { Url = "https://cloud/app/" + After };
        Step();
    }

    /// <summary>A user's step: pause, resume, cancel.</summary>
    public void Change(Func<Campaign, Transition> change)
    {
        Record = change(Record).Next;
        Step();
    }

    /// <summary>Lets time pass; the service looks at the campaign at an interval.</summary>
    public bool Run(int seconds, Func<bool>? until = null, int interval = 1)
    {
        for (int i = 0; i < seconds; i += interval)
        {
            if (until?.Invoke() == true)
            {
                return true;
            }

            Scene.Wait(interval * 1000L);
            Step();
        }

        return until?.Invoke() == true;
    }

    /// <summary>Where everything is, for a failure's message.</summary>
    public string Describe()
    {
        Census census = _census.Take(Record, _ledger, Now);
        Decision decision = CampaignMachine.Decide(Record, census.Facts(Record, new Dictionary<string, string?>()), Now);
        IEnumerable<string> boards = _boards.Select(item => $"{item.Key} place {GateHash.Permyriad(Record.Salt, item.Key)}, {string.Join('+', _registry.Find(item.Key)!.Groups)}@{_registry.Find(item.Key)!.Region}, "
            + $"runs {item.Value.RunningVersion}, {_ledger.Find(item.Key)?.State}, stage {_ledger.Find(item.Key)?.Stage}: {string.Join(" | ", item.Value.LogLines.TakeLast(3))}");
        IEnumerable<string> topics = Record.Announced.Select(item => $"{item.Key}: {item.Value}");
        return string.Join('\n', [$"{Record.Status}, {decision.Waiting}", .. topics, .. boards]);
    }

    private void Step()
    {
        Census census = _census.Take(Record, _ledger, Now);
        while (CampaignMachine.Decide(Record, census.Facts(Record, new Dictionary<string, string?>()), Now).Transition is Transition transition)
        {
            Record = transition.Next;
            census = _census.Take(Record, _ledger, Now);
        }

        Dictionary<string, Announced> wanted = Announcements.Wanted(Record, census, [], Now / 1000);
        KeyValuePair<string, Announced>[] changed = [.. wanted.Where(item => Record.Announced.GetValueOrDefault(item.Key) != item.Value)];
        string[] dropped = [.. Record.Announced.Keys.Where(topic => !wanted.ContainsKey(topic))];
        if (changed.Length + dropped.Length == 0)
        {
            return;
        }

        Record = Record with { Revision = Record.Revision + 1, Announced = wanted };
        foreach ((string topic, Announced announced) in changed)
        {
            Scene.Cloud.Announce(topic, announced.Campaign, Fields.App, After, announcement =>
            {
                announcement.Revision = Record.Revision;
                announcement.State = announced.State;
                announcement.Permyriad = announced.Permyriad;
                announcement.Salt = Record.Salt;
                announcement.SpreadSeconds = announced.SpreadSeconds;
                announcement.NotBefore = announced.NotBefore;
                announcement.NotAfter = announced.NotAfter;
            });
        }

        foreach (string topic in dropped)
        {
            Scene.Cloud.AnnounceRaw(topic, []);
        }
    }

    private void OnReport(string thing, ProgressReport report)
    {
        if (report.Campaign == Campaign)
        {
            Began.TryAdd(thing, report.Timestamp);
            _ledger.Take(new ProgressEntry
            {
                Thing = thing,
                ThingId = thing,
                Stage = _census.StageOf(Record, _registry.Find(thing)!),
                Sequence = report.Sequence,
                State = report.State,
                Received = Now,
            });
        }
    }

    /// <summary>Things in memory; a stage by query is the list of things that a query finds, which others test.</summary>
    private sealed class Registry : IFleet, IThingQueries
    {
        public List<Thing> Things { get; } = [];

        public Thing? Find(string thingName) => Things.Find(thing => thing.ThingName == thingName);

        public Task<Thing?> ReadAsync(string thingName, CancellationToken cancellationToken = default) => Task.FromResult(Find(thingName));

        public IReadOnlyList<Thing> List(string? group = null, string? region = null, string? after = null, int limit = int.MaxValue) => Things;

        public Task SetFirmwareAsync(string thingName, string component, string version, CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task RefreshAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Func<Thing, bool> Compile(string query) => throw new CloudException(ErrorCodes.InvalidRequest, "Queries are not supported here.");
    }

    /// <summary>The scene's virtual time as the service's clock.</summary>
    private sealed class SceneTime(Func<long> milliseconds) : TimeProvider
    {
        public override long TimestampFrequency => 1000;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds());

        public override long GetTimestamp() => milliseconds();
    }
}
