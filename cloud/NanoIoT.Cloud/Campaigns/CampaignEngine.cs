using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Firmware;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Registry;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Campaigns;

/// <summary>
/// Runs campaigns. What it does next is <see cref="CampaignDecision"/>'s to say, a pure function; what stands on the
/// announcement topics is made to agree with the stored campaign after each change and at each start, so a crash between
/// the two is mended by doing it again.
/// </summary>
public sealed partial class CampaignEngine : ICampaignService, IAsyncDisposable
{
    private const int MaxStages = 32;
    private const int EventCount = 10;
    private const int RefreshSeconds = 3600;
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);

    private readonly CampaignStore _store;
    private readonly IRegistry _registry;
    private readonly IFirmwareRepository _firmware;
    private readonly IMessageBus _bus;
    private readonly TimeProvider _time;
    private readonly ILogger<CampaignEngine> _logger;
    private readonly ConcurrentDictionary<string, Campaign> _campaigns = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, ProgressEntry>> _progress = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _lock = new(1, 1);
    private readonly CancellationTokenSource _end = new();
    private Task _loop = Task.CompletedTask;
    private bool _disposed;

    /// <summary>Creates the engine.</summary>
    /// <param name="database">Where campaigns are kept.</param>
    /// <param name="registry">The boards.</param>
    /// <param name="firmware">The images.</param>
    /// <param name="bus">Where announcements go.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public CampaignEngine(Storage.SqliteDatabase database, IRegistry registry, IFirmwareRepository firmware, IMessageBus bus, TimeProvider time, ILogger<CampaignEngine> logger)
    {
        _store = new CampaignStore(database);
        _registry = registry;
        _firmware = firmware;
        _bus = bus;
        _time = time;
        _logger = logger;
        foreach (Campaign campaign in _store.List())
        {
            _campaigns[campaign.Id] = campaign;
        }
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Begins to run campaigns, those from before a restart first.</summary>
    /// <returns>The task.</returns>
    public async Task StartAsync()
    {
        foreach (Campaign campaign in List())
        {
            // The service may listen elsewhere now, and boards that come late still find a completed campaign.
            bool downloads = campaign.Status is not (CampaignStatus.Aborted or CampaignStatus.Canceled);
            await AnnounceAsync(downloads ? WithFreshUrl(campaign) : campaign, _end.Token).ConfigureAwait(false);
        }

        _loop = Task.Run(RunAsync);
    }

    /// <inheritdoc/>
    public async Task<Campaign> CreateAsync(CampaignRequest request, CancellationToken cancellationToken = default)
    {
        Validate(request);
        Artifact artifact = _firmware.Find(request.Component, request.Version)
            ?? throw new CloudException(ErrorCodes.NotFound, $"{request.Component} {request.Version} is not published.");
        if (!request.AcceptNoTrial && NoTrial(artifact) is string why)
        {
            throw new CloudException(ErrorCodes.NoTrial, why + " A board whose update fails stays down until somebody visits it. To go on all the same, accept it (acceptNoTrial, --accept-no-trial).");
        }

        await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            string id = request.Id ?? $"{request.Component}-{request.Version}-{RandomNumberGenerator.GetHexString(6, true)}".Replace('.', '-').Replace('+', '-');
            if (_campaigns.ContainsKey(id))
            {
                throw new CloudException(ErrorCodes.AlreadyExists, $"Campaign {id} already exists.");
            }

            Campaign? rival = _campaigns.Values.FirstOrDefault(item => !item.IsOver && item.Request.Component == request.Component);
            if (rival is not null)
            {
                throw new CloudException(ErrorCodes.Conflict, $"Campaign {rival.Id} is {rival.Status} and updates {request.Component} too. Cancel it, or wait for its end.");
            }

            (string url, long expires) = _firmware.CreateUrl(artifact);
            var campaign = new Campaign
            {
                Id = id,
                Request = request with { Id = id },
                Salt = RandomNumberGenerator.GetHexString(16, true),
                Status = CampaignStatus.Running,
                Created = Now,
                Url = url,
                UrlExpires = expires,
            };
            await _store.SaveAsync(campaign, cancellationToken).ConfigureAwait(false);
            _campaigns[id] = campaign;
            LogStep(id, "created");
            return await AnnounceAsync(campaign, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _lock.Release();
        }
    }

    /// <summary>Why an artifact's update has no trial on some board, or null where it has on all.</summary>
    private static string? NoTrial(Artifact artifact)
    {
        if (artifact.Manifest.Component == Fields.Clr)
        {
            return "A nanoCLR confirms itself when it starts and has no trial: one that does not reach the application cannot be undone by the board.";
        }

        string[] overwriting = [.. artifact.Manifest.Profiles.Where(name => HardwareProfiles.ProfileCatalog.Find(name)?.Update.HasTrial == false)];
        return overwriting.Length == 0 ? null : $"{string.Join(", ", overwriting)} overwrites its only image and has no trial.";
    }

    /// <inheritdoc/>
    public IReadOnlyList<Campaign> List() => [.. _campaigns.Values.OrderBy(item => item.Created).ThenBy(item => item.Id, StringComparer.Ordinal)];

    /// <inheritdoc/>
    public CampaignView? View(string id)
    {
        if (!_campaigns.TryGetValue(id, out Campaign? campaign))
        {
            return null;
        }

        var stages = new List<StageView>();
        for (int i = 0; i < campaign.Request.Stages.Count; i++)
        {
            StageCounts counts = CountStage(campaign, campaign.Request.Stages[i]);
            string state = i < campaign.Stage || campaign.Status == CampaignStatus.Completed ? "done"
                : i > campaign.Stage ? "waiting"
                : campaign.IsOver ? campaign.Status
                : campaign.StageSatisfied is null ? "running" : "baking";
            stages.Add(new StageView(campaign.Request.Stages[i].ToString(), state, counts.Targets, counts.States));
        }

        ICollection<ProgressEntry> progress = ProgressOf(id).Values;
        StageCounts total = CountAll(campaign);
        return new CampaignView(
            campaign,
            stages,
            total.States,
            total.Targets,
            [.. progress.Where(item => item.State is UpdateStates.Failed or UpdateStates.RolledBack or UpdateStates.Rejected).OrderBy(item => item.Thing, StringComparer.Ordinal)],
            [.. progress.OrderByDescending(item => item.Received).Take(EventCount)],
            progress.Sum(item => (long)item.Reports),
            progress.Sum(item => item.Bytes),
            progress.Sum(item => item.Copied));
    }

    /// <inheritdoc/>
    public Task<Campaign> SetPausedAsync(string id, bool paused, CancellationToken cancellationToken = default) => ChangeAsync(
        id,
        campaign => campaign.Status == (paused ? CampaignStatus.Running : CampaignStatus.Paused)
            ? campaign with { Status = paused ? CampaignStatus.Paused : CampaignStatus.Running }
            : throw new CloudException(ErrorCodes.Conflict, $"Campaign {id} is {campaign.Status}."),
        cancellationToken);

    /// <inheritdoc/>
    public Task<Campaign> CancelAsync(string id, CancellationToken cancellationToken = default) => ChangeAsync(
        id,
        campaign => !campaign.IsOver
            ? campaign with { Status = CampaignStatus.Canceled, Ended = Now, Reason = "canceled by a user" }
            : throw new CloudException(ErrorCodes.Conflict, $"Campaign {id} is {campaign.Status}."),
        cancellationToken);

    /// <inheritdoc/>
    public async Task DeleteAsync(string id, CancellationToken cancellationToken = default)
    {
        await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_campaigns.TryGetValue(id, out Campaign? campaign))
            {
                throw new CloudException(ErrorCodes.NotFound, $"Campaign {id} does not exist.");
            }

            if (!campaign.IsOver)
            {
                throw new CloudException(ErrorCodes.Conflict, $"Campaign {id} is {campaign.Status}. Cancel it first.");
            }

            // The topics first: a campaign that is still listed can be deleted again.
            foreach (string topic in campaign.Announced.Keys.Where(topic => !IsTakenOver(topic, campaign)))
            {
                await _bus.PublishAsync(new BusMessage(topic, ReadOnlyMemory<byte>.Empty, 1, true), cancellationToken).ConfigureAwait(false);
            }

            await _store.DeleteAsync(id, cancellationToken).ConfigureAwait(false);
            _campaigns.TryRemove(id, out _);
            _progress.TryRemove(id, out _);
            LogStep(id, "deleted");
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
        if (!_campaigns.ContainsKey(report.Campaign))
        {
            // A board refused an announcement that is none of ours, or could not read one.
            LogStrayReport(thingName, report.State, report.Reason, report.Detail);
            return false;
        }

        ProgressEntry? entry = await _store.AddAsync(thingName, report, Now, cancellationToken).ConfigureAwait(false);
        if (entry is null)
        {
            return false;
        }

        ProgressOf(report.Campaign).AddOrUpdate(thingName, entry, (_, known) => known.Sequence > entry.Sequence ? known : entry);
        return true;
    }

    /// <inheritdoc/>
    public (string Url, long Expires)? CreateUrl(string id)
    {
        if (!_campaigns.TryGetValue(id, out Campaign? campaign) || campaign.Status is CampaignStatus.Aborted or CampaignStatus.Canceled)
        {
            return null;
        }

        Artifact? artifact = _firmware.Find(campaign.Request.Component, campaign.Request.Version);
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

    private static void Validate(CampaignRequest request)
    {
        Require(request.Id is null || Contract.IsValidName(request.Id), "id: 1 to 128 of a-z A-Z 0-9 : _ -");
        Require(Contract.IsValidName(request.Component), "component: 1 to 128 of a-z A-Z 0-9 : _ -");
        Require(request.Stages is { Count: > 0 and <= MaxStages }, "stages: 1 to 32");
        foreach (CampaignStage stage in request.Stages)
        {
            Require(stage.Group is null || Contract.IsValidName(stage.Group), "stage group: 1 to 128 of a-z A-Z 0-9 : _ -");
            Require(stage.Region is null || Contract.IsValidName(stage.Region), "stage region: 1 to 128 of a-z A-Z 0-9 : _ -");
            Require(stage.Percent is >= 1 and <= 100, "stage percent: 1 to 100");
            Require(stage.SuccessPercent is >= 0 and <= 100, "stage successPercent: 0 to 100");
            Require(stage.BakeSeconds is >= 0 and <= 604800, "stage bakeSeconds: 0 to 604800");
        }

        Require(request.AbortPercent is >= 1 and <= 100, "abortPercent: 1 to 100");
        Require(request.AbortMinimum >= 1, "abortMinimum: at least 1");
        Require(request.SpreadSeconds is >= 0 and <= 31536000, "spreadSeconds: 0 to 31536000");
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, message);
        }
    }

    private ConcurrentDictionary<string, ProgressEntry> ProgressOf(string id) => _progress.GetOrAdd(
        id,
        static (key, store) => new ConcurrentDictionary<string, ProgressEntry>(store.Progress(key).Select(item => KeyValuePair.Create(item.Thing, item)), StringComparer.Ordinal),
        _store);

    private IEnumerable<Thing> TargetsOf(Campaign campaign, CampaignStage stage) =>
        _registry.List(stage.Group, stage.Region).Where(thing => GateHash.Permyriad(campaign.Salt, thing.ThingName) < stage.Percent * 100);

    private StageCounts CountStage(Campaign campaign, CampaignStage stage) => Count(campaign, TargetsOf(campaign, stage));

    private StageCounts CountAll(Campaign campaign) => Count(
        campaign,
        campaign.Request.Stages.Take(campaign.Stage + 1).SelectMany(stage => TargetsOf(campaign, stage)).DistinctBy(thing => thing.ThingName));

    private StageCounts Count(Campaign campaign, IEnumerable<Thing> things)
    {
        ConcurrentDictionary<string, ProgressEntry> progress = ProgressOf(campaign.Id);
        SemanticVersion? version = SemanticVersion.Parse(campaign.Request.Version);
        var counts = new StageCounts();
        foreach (Thing thing in things)
        {
            string? state = progress.TryGetValue(thing.ThingName, out ProgressEntry? entry) ? entry.State : null;

            // A board that runs the version already has nothing to do and says nothing.
            bool isCurrent = state is null && version is not null
                && SemanticVersion.Parse(thing.Firmware.GetValueOrDefault(campaign.Request.Component)) is SemanticVersion running && running.CompareTo(version) == 0;
            counts.Add(isCurrent ? UpdateStates.Succeeded : state);
        }

        return counts;
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(s_interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token).ConfigureAwait(false))
            {
                foreach (string id in _campaigns.Values.Where(item => item.Status == CampaignStatus.Running || NeedsFreshUrl(item)).Select(item => item.Id))
                {
                    await StepSafelyAsync(id).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            return;
        }
    }

    private async Task StepSafelyAsync(string id)
    {
        try
        {
            await StepAsync(id).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The next round tries again; other campaigns must go on.
            LogStepFailed(exception, id);
        }
    }

    private async Task StepAsync(string id)
    {
        await _lock.WaitAsync(_end.Token).ConfigureAwait(false);
        try
        {
            if (!_campaigns.TryGetValue(id, out Campaign? campaign))
            {
                return;
            }

            CampaignStage stage = campaign.Request.Stages[campaign.Stage];
            CampaignDecision decision = campaign.Status == CampaignStatus.Running
                ? CampaignDecision.Decide(campaign, CountStage(campaign, stage), CountAll(campaign), Now)
                : new CampaignDecision(CampaignStep.Wait);
            Campaign? next = decision.Kind switch
            {
                CampaignStep.Satisfy => campaign with { StageSatisfied = Now },
                CampaignStep.Unsatisfy => campaign with { StageSatisfied = null },
                CampaignStep.NextStage => campaign with { Stage = campaign.Stage + 1, StageSatisfied = null },
                CampaignStep.Complete => campaign with { Status = CampaignStatus.Completed, Ended = Now },
                CampaignStep.Abort => campaign with { Status = CampaignStatus.Aborted, Ended = Now, Reason = decision.Reason },
                _ => NeedsFreshUrl(campaign) ? WithFreshUrl(campaign) : null,
            };
            if (next is not null)
            {
                LogStep(id, decision.Kind.ToString());
                await _store.SaveAsync(next, _end.Token).ConfigureAwait(false);
                _campaigns[id] = next;
                await AnnounceAsync(next, _end.Token).ConfigureAwait(false);
            }
        }
        finally
        {
            _lock.Release();
        }
    }

    private bool NeedsFreshUrl(Campaign campaign) =>
        campaign.Status is not (CampaignStatus.Aborted or CampaignStatus.Canceled) && campaign.UrlExpires - (Now / 1000) < RefreshSeconds;

    /// <summary>Whether a newer campaign has taken over a topic.</summary>
    private bool IsTakenOver(string topic, Campaign campaign) => _campaigns.Values.Any(item =>
        item.Id != campaign.Id && item.Announced.ContainsKey(topic) && (item.Created, item.Id).CompareTo((campaign.Created, campaign.Id)) > 0);

    private Campaign WithFreshUrl(Campaign campaign)
    {
        Artifact? artifact = _firmware.Find(campaign.Request.Component, campaign.Request.Version);
        if (artifact is null)
        {
            return campaign;
        }

        (string url, long expires) = _firmware.CreateUrl(artifact);
        return campaign with { Url = url, UrlExpires = expires };
    }

    private async Task<Campaign> ChangeAsync(string id, Func<Campaign, Campaign> change, CancellationToken cancellationToken)
    {
        await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_campaigns.TryGetValue(id, out Campaign? campaign))
            {
                throw new CloudException(ErrorCodes.NotFound, $"Campaign {id} does not exist.");
            }

            Campaign next = change(campaign);
            await _store.SaveAsync(next, cancellationToken).ConfigureAwait(false);
            _campaigns[id] = next;
            LogStep(id, next.Status);
            return await AnnounceAsync(next, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _lock.Release();
        }
    }

    /// <summary>Makes what stands on the topics agree with the campaign.</summary>
    private async Task<Campaign> AnnounceAsync(Campaign campaign, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, Announced> wanted = campaign.Wanted();
        KeyValuePair<string, Announced>[] changed = [.. wanted.Where(item => campaign.Announced.GetValueOrDefault(item.Key) != item.Value && !IsTakenOver(item.Key, campaign))];
        Artifact? artifact = _firmware.Find(campaign.Request.Component, campaign.Request.Version);
        if (changed.Length == 0 || artifact is null)
        {
            return campaign;
        }

        // The revision is stored before it is used: a revision never stands for two different announcements.
        Campaign next = campaign with { Revision = campaign.Revision + 1 };
        await _store.SaveAsync(next, cancellationToken).ConfigureAwait(false);
        foreach ((string topic, Announced announced) in changed)
        {
            var announcement = new Announcement
            {
                Campaign = next.Id,
                Revision = next.Revision,
                State = announced.State,
                Manifest = artifact.ManifestBytes,
                Signature = artifact.Signature,
                KeyId = artifact.KeyId,
                Url = announced.Url,
                UrlExpires = next.UrlExpires,
                Permyriad = announced.Permyriad,
                Salt = next.Salt,
                SpreadSeconds = next.Request.SpreadSeconds,
            };
            await _bus.PublishAsync(new BusMessage(topic, announcement.ToBytes(), 1, true), cancellationToken).ConfigureAwait(false);
        }

        next = next with { Announced = wanted };
        await _store.SaveAsync(next, cancellationToken).ConfigureAwait(false);
        _campaigns[next.Id] = next;
        return next;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "campaign {Id}: {Step}")]
    private partial void LogStep(string id, string step);

    [LoggerMessage(Level = LogLevel.Error, Message = "campaign {Id}: step failed")]
    private partial void LogStepFailed(Exception exception, string id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "report of no campaign here: {Thing} {State} {Reason} {Detail}")]
    private partial void LogStrayReport(string thing, string state, string? reason, string? detail);
}
