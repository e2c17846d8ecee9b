using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Cloud.Campaigns.Progress;
using NanoIoT.Cloud.Campaigns.Stores;
using NanoIoT.Cloud.Campaigns.Views;
using NanoIoT.Cloud.Firmware;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Registry;
using NanoIoT.Cloud.Storage;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Campaigns;

/// <summary>
/// Runs campaigns. What comes next is <see cref="CampaignMachine"/>'s to say; a step is stored with who and why before anything
/// is done about it, and what stands on the topics is made to agree with the stored campaign after each step and at each start.
/// </summary>
public sealed partial class CampaignEngine : ICampaignService, IAsyncDisposable
{
    private const int RefreshSeconds = 3600;
    private const int MaxStepsARound = 100;
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);

    /// <summary>A round may take this share of the time, so that counting a large fleet leaves the machine to its work.</summary>
    private const int RoundsShare = 10;

    /// <summary>Campaigns that are over change no more but for their URLs: seconds between looks at them.</summary>
    private static readonly TimeSpan s_idleInterval = TimeSpan.FromMinutes(1);

    private readonly ICampaignStore _store;
    private readonly IRegistry _registry;
    private readonly IFirmwareRepository _firmware;
    private readonly IConnectivity _connectivity;
    private readonly CampaignAnnouncer _announcer;
    private readonly CampaignPlanner _planner;
    private readonly FleetCensus _census;
    private readonly TimeProvider _time;
    private readonly ILogger<CampaignEngine> _logger;
    private readonly ConcurrentDictionary<string, Campaign> _campaigns = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, CampaignLedger> _ledgers = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _lock = new(1, 1);
    private readonly CancellationTokenSource _end = new();
    private Task _loop = Task.CompletedTask;
    private bool _disposed;

    /// <summary>Creates the engine.</summary>
    /// <param name="store">Where campaigns are kept.</param>
    /// <param name="registry">The boards.</param>
    /// <param name="queries">The search index.</param>
    /// <param name="firmware">The images.</param>
    /// <param name="bus">Where announcements go.</param>
    /// <param name="connectivity">Who is connected.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public CampaignEngine(ICampaignStore store, IRegistry registry, IThingQueries queries, IFirmwareRepository firmware, IMessageBus bus, IConnectivity connectivity, TimeProvider time, ILogger<CampaignEngine> logger)
    {
        _store = store;
        _registry = registry;
        _firmware = firmware;
        _connectivity = connectivity;
        _announcer = new CampaignAnnouncer(store, firmware, bus);
        _census = new FleetCensus(registry, queries);
        _planner = new CampaignPlanner(registry, queries, _census, firmware);
        _time = time;
        _logger = logger;
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Reads what is stored; reports are taken from then on.</summary>
    /// <returns>The task.</returns>
    public async Task OpenAsync()
    {
        await _store.OpenAsync(_end.Token).ConfigureAwait(false);
        foreach (Campaign campaign in await _store.ListAsync(_end.Token).ConfigureAwait(false))
        {
            _campaigns[campaign.Id] = campaign;
            _ledgers[campaign.Id] = new CampaignLedger(await _store.ProgressAsync(campaign.Id, _end.Token).ConfigureAwait(false));
        }
    }

    /// <summary>Begins to run campaigns, those from before a restart first.</summary>
    /// <returns>The task.</returns>
    public async Task StartAsync()
    {
        foreach (Campaign campaign in List())
        {
            // The service may listen elsewhere now, and boards that come late still find a completed campaign.
            await StepSafelyAsync(campaign.Id, true).ConfigureAwait(false);
        }

        _loop = Task.Run(RunAsync);
    }

    /// <inheritdoc/>
    public PlanView Plan(CampaignRequest request)
    {
        PlanRules.Check(request);
        return _planner.Plan(request with { Id = request.Id ?? NewId(request) }, _campaigns.Values, Now);
    }

    /// <inheritdoc/>
    public async Task<Campaign> CreateAsync(CampaignRequest request, CancellationToken cancellationToken = default)
    {
        PlanRules.Check(request);
        Artifact artifact = _planner.FindArtifact(request);
        await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await CreateLockedAsync(request, artifact, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _lock.Release();
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Campaign> List() => [.. _campaigns.Values.OrderBy(item => item.Created).ThenBy(item => item.Id, StringComparer.Ordinal)];

    /// <inheritdoc/>
    public CampaignView? View(string id) => _campaigns.TryGetValue(id, out Campaign? campaign)
        ? CampaignViews.Describe(campaign, LedgerOf(id), _census.Take(campaign, LedgerOf(id), Now), FactsBefore(campaign), Now)
        : null;

    /// <inheritdoc/>
    public IReadOnlyList<BoardView>? Boards(string id, string? state, string? after, int limit)
    {
        PlanRules.Require(state is null || StageCounts.All.Contains(state), "state: " + string.Join(", ", StageCounts.All));
        return _campaigns.TryGetValue(id, out Campaign? campaign)
            ? [.. CampaignViews.Boards(campaign, LedgerOf(id), _census, _registry, _connectivity, Now)
                .Where(board => (state is null || board.State == state) && (after is null || string.CompareOrdinal(board.Thing, after) > 0))
                .Take(limit)]
            : null;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<CampaignEvent>> HistoryAsync(string id, CancellationToken cancellationToken = default) =>
        _campaigns.ContainsKey(id) ? _store.HistoryAsync(id, cancellationToken) : throw NotFound(id);

    /// <inheritdoc/>
    public Task<Campaign> SetPausedAsync(string id, bool paused, CancellationToken cancellationToken = default) =>
        ChangeAsync(id, paused ? CampaignMachine.Pause : CampaignMachine.Resume, cancellationToken);

    /// <inheritdoc/>
    public Task<Campaign> CancelAsync(string id, CancellationToken cancellationToken = default) => ChangeAsync(id, campaign => CampaignMachine.Cancel(campaign, Now), cancellationToken);

    /// <inheritdoc/>
    public Task<Campaign> ApproveAsync(string id, int? stage, CancellationToken cancellationToken = default) => ChangeAsync(id, campaign => CampaignMachine.Approve(campaign, stage), cancellationToken);

    /// <inheritdoc/>
    public Task<Campaign> ForceAsync(string id, CancellationToken cancellationToken = default) => ChangeAsync(id, campaign => CampaignMachine.Force(campaign, Now), cancellationToken);

    /// <inheritdoc/>
    public async Task<int> RetryAsync(string id, CancellationToken cancellationToken = default)
    {
        ProgressEntry[] failed = [];
        await ChangeAsync(
            id,
            campaign =>
            {
                failed = [.. LedgerOf(id).Entries
                    .Where(entry => entry.Stage is null or >= 0 && CampaignViews.IsUnsuccessful(entry.State) && _registry.Find(entry.Thing) is Thing thing && FleetCensus.IsSame(entry, thing))
                    .OrderBy(entry => entry.Thing, StringComparer.Ordinal)
                    .Take(PlanRules.MaxThings)];
                return failed.Length == 0
                    ? throw new CloudException(ErrorCodes.Conflict, $"No board of campaign {id} failed, rolled back or rejected it.")
                    : CampaignMachine.Retry(campaign, failed.Length);
            },
            async campaign =>
            {
                foreach (ProgressEntry entry in failed)
                {
                    ProgressEntry called = entry with { Attempt = campaign.Attempt, Sequence = -1, State = StageCounts.Pending, Reason = null, Detail = null, Received = Now, Reports = 0 };
                    if (await _store.AddAsync(id, called, campaign.Attempt, cancellationToken).ConfigureAwait(false) is ProgressEntry stored)
                    {
                        LedgerOf(id).Take(stored);
                    }
                }
            },
            cancellationToken).ConfigureAwait(false);
        return failed.Length;
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string id, CancellationToken cancellationToken = default)
    {
        await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Campaign campaign = _campaigns.GetValueOrDefault(id) ?? throw NotFound(id);
            if (!campaign.IsOver)
            {
                throw new CloudException(ErrorCodes.Conflict, $"Campaign {id} is {campaign.Status}. Cancel it first.");
            }

            // The topics first: a campaign that is still listed can be deleted again.
            await _announcer.WithdrawAsync(campaign.Announced.Keys.Where(topic => !IsTakenOver(topic, campaign)), cancellationToken).ConfigureAwait(false);
            await _store.DeleteAsync(id, cancellationToken).ConfigureAwait(false);
            _campaigns.TryRemove(id, out _);
            _ledgers.TryRemove(id, out _);
            LogStep(id, "deleted", "by a user");
        }
        finally
        {
            _lock.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<bool> AddReportAsync(string thingName, ProgressReport report, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(report);
        (string id, int attempt) = PlanRules.Split(report.Campaign);
        if (!_campaigns.TryGetValue(id, out Campaign? campaign) || attempt > campaign.Attempt)
        {
            // A board refused an announcement that is none of ours, or could not read one.
            LogStrayReport(thingName, report.State, report.Reason, report.Detail);
            return false;
        }

        Thing? thing = _registry.Find(thingName);
        var entry = new ProgressEntry
        {
            Thing = thingName,
            ThingId = thing?.ThingId ?? string.Empty,
            Stage = thing is null ? -1 : _census.StageOf(campaign, thing),
            Attempt = attempt,
            Sequence = report.Sequence,
            State = report.State,
            Reason = report.Reason,
            Detail = report.Detail,
            From = report.From,
            To = report.To,
            Bytes = report.Bytes,
            Copied = report.Copied,
            Timestamp = report.Timestamp,
            Received = Now,
            Reports = 1,
        };
        if (await _store.AddAsync(id, entry, campaign.Attempt, cancellationToken).ConfigureAwait(false) is not ProgressEntry stored)
        {
            // Stored before, maybe by a service that ended before it counted it, or by another one.
            if (LedgerOf(id).Find(thingName)?.IsBefore(attempt, report.Sequence) != false
                && await _store.FindProgressAsync(id, thingName, campaign.Attempt, cancellationToken).ConfigureAwait(false) is ProgressEntry known)
            {
                LedgerOf(id).Take(known);
            }

            return false;
        }

        LedgerOf(id).Take(stored);
        return true;
    }

    /// <inheritdoc/>
    public (string Url, long Expires)? CreateUrl(string campaign)
    {
        if (!_campaigns.TryGetValue(PlanRules.Split(campaign).Id, out Campaign? found) || found.Status is CampaignStatus.Aborted or CampaignStatus.Canceled)
        {
            return null;
        }

        Artifact? artifact = _firmware.Find(found.Request.Component, found.Request.Version);
        return artifact is null ? null : _firmware.CreateUrl(artifact);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _end.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _end.Dispose();
        _lock.Dispose();
    }

    private async Task<Campaign> CreateLockedAsync(CampaignRequest request, Artifact artifact, CancellationToken cancellationToken)
    {
        string id = request.Id ?? NewId(request);
        if (_campaigns.ContainsKey(id))
        {
            throw new CloudException(ErrorCodes.AlreadyExists, $"Campaign {id} already exists.");
        }

        (string url, long expires) = _firmware.CreateUrl(artifact);
        Campaign campaign = CampaignPlanner.Draft(request with { Id = id }, Now) with { Version = 1, Url = url, UrlExpires = expires };
        if (_planner.Obstacles(campaign, artifact, _campaigns.Values).FirstOrDefault() is CloudException obstacle)
        {
            throw obstacle;
        }

        if (!await _store.SaveAsync(campaign, Event(campaign, "created", $"{request.Component} {request.Version}"), cancellationToken).ConfigureAwait(false))
        {
            throw new CloudException(ErrorCodes.AlreadyExists, $"Campaign {id} already exists.");
        }

        _campaigns[id] = campaign;
        _ledgers[id] = new CampaignLedger([]);
        LogStep(id, "created", request.Component + " " + request.Version);
        return await StepAsync(id, false, cancellationToken).ConfigureAwait(false) ?? campaign;
    }

    /// <summary>Brings the boards of a campaign that was aborted back, once, where its plan says so.</summary>
    private async Task<Campaign> CounterAsync(Campaign campaign, Census census, CancellationToken cancellationToken)
    {
        (CampaignRequest? request, string why) = _planner.Counter(campaign, LedgerOf(campaign.Id));
        string counter = string.Empty;
        if (request is null && census.Stages.Any(stage => stage.Of(UpdateStates.Staged) + stage.Of(UpdateStates.Testing) > 0))
        {
            // Boards that staged it before the abort may still confirm it.
            return campaign;
        }

        if (request is not null)
        {
            try
            {
                // There already where the service ended between the two.
                counter = _campaigns.ContainsKey(request.Id!) ? request.Id! : (await CreateLockedAsync(request, _planner.FindArtifact(request), cancellationToken).ConfigureAwait(false)).Id;
            }
            catch (CloudException exception)
            {
                why += ": " + exception.Message;
            }
        }

        return await TakeAsync(campaign, CampaignMachine.Counter(campaign, counter, why), cancellationToken).ConfigureAwait(false);
    }

    private static string NewId(CampaignRequest request) =>
        $"{request.Component}-{request.Version}-{RandomNumberGenerator.GetHexString(6, true)}".Replace('.', '-').Replace('+', '-');

    private static CloudException NotFound(string id) => new(ErrorCodes.NotFound, $"Campaign {id} does not exist.");

    private CampaignLedger LedgerOf(string id) => _ledgers.GetOrAdd(id, _ => new CampaignLedger([]));

    private Dictionary<string, string?> FactsBefore(Campaign campaign) => campaign.Request.After.Distinct().ToDictionary(id => id, id => _campaigns.GetValueOrDefault(id)?.Status);

    private CampaignEvent Event(Campaign campaign, string what, string why) => new(Now, Actor.Current, what, why, campaign.Stage, campaign.Version);

    private async Task RunAsync()
    {
        long idle = 0;
        try
        {
            while (true)
            {
                long begin = Stopwatch.GetTimestamp();
                bool all = Stopwatch.GetElapsedTime(idle) > s_idleInterval;
                idle = all ? begin : idle;
                foreach (Campaign campaign in _campaigns.Values.Where(item => all || !item.IsOver || item is { Status: CampaignStatus.Aborted, Counter: null, Request.Rollback: not null }))
                {
                    await StepSafelyAsync(campaign.Id, false).ConfigureAwait(false);
                }

                TimeSpan rest = Stopwatch.GetElapsedTime(begin) * RoundsShare;
                await Task.Delay(rest > s_interval ? rest : s_interval, _time, _end.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            return;
        }
    }

    private async Task StepSafelyAsync(string id, bool freshUrl)
    {
        try
        {
            await _lock.WaitAsync(_end.Token).ConfigureAwait(false);
            try
            {
                await StepAsync(id, freshUrl, _end.Token).ConfigureAwait(false);
            }
            finally
            {
                _lock.Release();
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The next round tries again; other campaigns must go on.
            LogStepFailed(exception, id);
        }
    }

    /// <summary>Takes every step that is due, then makes the topics agree.</summary>
    private async Task<Campaign?> StepAsync(string id, bool freshUrl, CancellationToken cancellationToken)
    {
        if (!_campaigns.TryGetValue(id, out Campaign? campaign))
        {
            return null;
        }

        Census census = _census.Take(campaign, LedgerOf(id), Now);
        for (int i = 0; i < MaxStepsARound; i++)
        {
            if (CampaignMachine.Decide(campaign, census.Facts(campaign, FactsBefore(campaign)), Now).Transition is not Transition transition)
            {
                break;
            }

            campaign = await TakeAsync(campaign, transition, cancellationToken).ConfigureAwait(false);
            census = _census.Take(campaign, LedgerOf(id), Now);
        }

        if (campaign is { Status: CampaignStatus.Aborted, Counter: null, Request.Rollback: not null })
        {
            campaign = await CounterAsync(campaign, census, cancellationToken).ConfigureAwait(false);
        }

        campaign = WithFreshUrl(campaign, freshUrl);
        Campaign stepped = campaign;
        Dictionary<string, Announced> wanted = Announcements.Wanted(campaign, census, LedgerOf(id).Entries.Where(entry => entry is { Attempt: > 0, Stage: null or >= 0 }).Select(entry => (entry.Thing, entry.Attempt)), Now / 1000);
        campaign = await _announcer.AnnounceAsync(campaign, wanted, topic => IsTakenOver(topic, stepped), cancellationToken).ConfigureAwait(false)
            ?? await ReloadAsync(id, cancellationToken).ConfigureAwait(false);
        _campaigns[id] = campaign;
        return campaign;
    }

    /// <summary>Stores a step.</summary>
    private async Task<Campaign> TakeAsync(Campaign campaign, Transition transition, CancellationToken cancellationToken)
    {
        Campaign next = transition.Next with { Version = campaign.Version + 1 };
        if (!await _store.SaveAsync(next, Event(next, transition.What, transition.Why), cancellationToken).ConfigureAwait(false))
        {
            return await ReloadAsync(campaign.Id, cancellationToken).ConfigureAwait(false);
        }

        _campaigns[next.Id] = next;
        LogStep(next.Id, transition.What, transition.Why);
        return next;
    }

    private async Task<Campaign> ReloadAsync(string id, CancellationToken cancellationToken)
    {
        Campaign campaign = await _store.FindAsync(id, cancellationToken).ConfigureAwait(false) ?? throw NotFound(id);
        _campaigns[id] = campaign;
        return campaign;
    }

    /// <summary>Whether a newer campaign has taken over a topic.</summary>
    private bool IsTakenOver(string topic, Campaign campaign) => _campaigns.Values.Any(item =>
        item.Id != campaign.Id && item.Announced.ContainsKey(topic) && (item.Created, item.Id).CompareTo((campaign.Created, campaign.Id)) > 0);

    /// <summary>The campaign with a new URL where the old one ends soon: within an hour, and half its life at most.</summary>
    private Campaign WithFreshUrl(Campaign campaign, bool always)
    {
        long left = campaign.UrlExpires - (Now / 1000);
        if (campaign.Status is CampaignStatus.Aborted or CampaignStatus.Canceled || (!always && left >= RefreshSeconds)
            || _firmware.Find(campaign.Request.Component, campaign.Request.Version) is not Artifact artifact)
        {
            return campaign;
        }

        (string url, long expires) = _firmware.CreateUrl(artifact);
        if (!always && left >= (expires - (Now / 1000)) / 2)
        {
            return campaign;
        }

        // The end tells URLs apart.
        return campaign with { Url = url, UrlExpires = url == campaign.Url || expires != campaign.UrlExpires ? expires : expires - 1 };
    }

    private Task<Campaign> ChangeAsync(string id, Func<Campaign, Transition> change, CancellationToken cancellationToken) => ChangeAsync(id, change, null, cancellationToken);

    private async Task<Campaign> ChangeAsync(string id, Func<Campaign, Transition> change, Func<Campaign, Task>? then, CancellationToken cancellationToken)
    {
        await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Campaign campaign = _campaigns.GetValueOrDefault(id) ?? throw NotFound(id);
            Transition transition = change(campaign);
            Campaign next = await TakeAsync(campaign, transition, cancellationToken).ConfigureAwait(false);
            if (next.Version != campaign.Version + 1)
            {
                throw new CloudException(ErrorCodes.Conflict, $"Campaign {id} was changed at the same time. Look at it and try again.");
            }

            if (then is not null)
            {
                await then(next).ConfigureAwait(false);
            }

            return await StepAsync(id, false, cancellationToken).ConfigureAwait(false) ?? next;
        }
        finally
        {
            _lock.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "campaign {Id}: {Step} ({Why})")]
    private partial void LogStep(string id, string step, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "campaign {Id}: step failed")]
    private partial void LogStepFailed(Exception exception, string id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "report of no campaign here: {Thing} {State} {Reason} {Detail}")]
    private partial void LogStrayReport(string thing, string state, string? reason, string? detail);
}
