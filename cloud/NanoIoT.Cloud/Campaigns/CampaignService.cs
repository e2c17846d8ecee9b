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
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Campaigns;

/// <summary>What users and boards ask of campaigns. Any copy of the service answers; a campaign's steps follow where it runs.</summary>
internal sealed partial class CampaignService : ICampaignService
{
    private const int MaxTries = 5;

    /// <summary>The highest number of a report: a board sends at most six a campaign unless something fails, and one for each failure.</summary>
    private const int MaxSequence = 10_000;

    private readonly CampaignBook _book;
    private readonly CampaignEngine _engine;
    private readonly CampaignStepper _stepper;
    private readonly CampaignPlanner _planner;
    private readonly FleetCensus _census;
    private readonly ICampaignStore _store;
    private readonly IFleet _fleet;
    private readonly IFirmwareRepository _firmware;
    private readonly IConnectivity _connectivity;
    private readonly CampaignClock _clock;
    private readonly ILogger<CampaignService> _logger;

    public CampaignService(
        CampaignBook book,
        CampaignEngine engine,
        CampaignStepper stepper,
        CampaignPlanner planner,
        FleetCensus census,
        ICampaignStore store,
        IFleet fleet,
        IFirmwareRepository firmware,
        IConnectivity connectivity,
        CampaignClock clock,
        ILogger<CampaignService> logger)
    {
        _book = book;
        _engine = engine;
        _stepper = stepper;
        _planner = planner;
        _census = census;
        _store = store;
        _fleet = fleet;
        _firmware = firmware;
        _connectivity = connectivity;
        _clock = clock;
        _logger = logger;
    }

    private long Now => _clock.Now;

    /// <inheritdoc/>
    public PlanView Plan(CampaignRequest request)
    {
        PlanRules.Check(request);
        return _planner.Plan(request with { Id = request.Id ?? CampaignStepper.NewId(request) }, _book.All, Now);
    }

    /// <inheritdoc/>
    public async Task<Campaign> CreateAsync(CampaignRequest request, CancellationToken cancellationToken = default)
    {
        PlanRules.Check(request);
        Artifact artifact = _planner.FindArtifact(request);
        await _fleet.RefreshAsync(cancellationToken).ConfigureAwait(false);
        await _engine.Lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _book.ReadAllAsync(cancellationToken).ConfigureAwait(false);
            Campaign campaign = await _stepper.CreateAsync(request, cancellationToken).ConfigureAwait(false);
            await YieldToOlderAsync(campaign, artifact, cancellationToken).ConfigureAwait(false);
            return await StepAsync(campaign, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _engine.Lock.Release();
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Campaign> List() => [.. _book.All.OrderBy(item => item.Created).ThenBy(item => item.Id, StringComparer.Ordinal)];

    /// <inheritdoc/>
    public Task RefreshAsync(string id, CancellationToken cancellationToken = default) => _book.ReadAsync(id, cancellationToken);

    /// <inheritdoc/>
    public CampaignView? View(string id)
    {
        if (_book.Find(id) is not Campaign campaign)
        {
            return null;
        }

        CampaignLedger ledger = _book.LedgerOf(id);
        Census census = _census.Take(campaign, ledger, Now);
        CampaignView view = CampaignViews.Describe(campaign, ledger, census, _stepper.FactsBefore(campaign), Now);
        return _stepper.HoldOf(campaign, census) is string hold ? view with { Waiting = hold } : view;
    }

    /// <inheritdoc/>
    public IReadOnlyList<BoardView>? Boards(string id, string? state, string? after, int limit)
    {
        PlanRules.Require(state is null || StageCounts.All.Contains(state), "state: " + string.Join(", ", StageCounts.All));
        return _book.Find(id) is Campaign campaign
            ? [.. CampaignViews.Boards(campaign, _book.LedgerOf(id), _census, _fleet, _connectivity, Now)
                .Where(board => (state is null || board.State == state) && (after is null || string.CompareOrdinal(board.Thing, after) > 0))
                .Take(limit)]
            : null;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<CampaignEvent>> HistoryAsync(string id, CancellationToken cancellationToken = default) =>
        _book.Find(id) is not null ? _store.HistoryAsync(id, cancellationToken) : throw CampaignStepper.NotFound(id);

    /// <inheritdoc/>
    public Task<Campaign> SetPausedAsync(string id, bool paused, CancellationToken cancellationToken = default) =>
        paused
            ? ChangeAsync(id, "PauseCampaign", CampaignMachine.Pause, null, cancellationToken)
            : ChangeAsync(id, "ResumeCampaign", CampaignMachine.Resume, null, cancellationToken);

    /// <inheritdoc/>
    public Task<Campaign> CancelAsync(string id, CancellationToken cancellationToken = default) => ChangeAsync(id, "CancelCampaign", campaign => CampaignMachine.Cancel(campaign, Now), null, cancellationToken);

    /// <inheritdoc/>
    public Task<Campaign> ApproveAsync(string id, int? stage, CancellationToken cancellationToken = default) => ChangeAsync(id, "ApproveCampaign", campaign => CampaignMachine.Approve(campaign, stage), null, cancellationToken);

    /// <inheritdoc/>
    public Task<Campaign> ForceAsync(string id, CancellationToken cancellationToken = default) => ChangeAsync(id, "ForceCampaign", campaign => CampaignMachine.Force(campaign, Now), null, cancellationToken);

    /// <inheritdoc/>
    public async Task<ClockConfirmation> ConfirmClockAsync(CancellationToken cancellationToken = default)
    {
        var confirmed = new List<string>();
        await _engine.Lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            long jump = _clock.Jump;
            if (jump == 0)
            {
                throw new CloudException(ErrorCodes.Conflict, "The clock of this machine has not jumped since the service started, or the jump was confirmed already.");
            }

            foreach (Campaign campaign in _book.All.Where(item => !item.IsOver && _engine.Runs(item.Id)).OrderBy(item => item.Created))
            {
                await TakeAsync(campaign.Id, "ConfirmClock", current => CampaignMachine.ConfirmClock(current, Now, jump), cancellationToken).ConfigureAwait(false);
                confirmed.Add(campaign.Id);
            }

            _clock.Confirm();
            return new ClockConfirmation(jump / 1000, confirmed);
        }
        finally
        {
            _engine.Lock.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<int> RetryAsync(string id, CancellationToken cancellationToken = default)
    {
        ProgressEntry[] failed = [];
        await ChangeAsync(
            id,
            "RetryCampaign",
            campaign =>
            {
                failed = [.. _book.LedgerOf(id).Entries
                    .Where(entry => entry.Stage is null or >= 0 && CampaignViews.IsUnsuccessful(entry.State) && _fleet.Find(entry.Thing) is Thing thing && FleetCensus.IsSame(entry, thing))
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
                    await _book.AddAsync(campaign, called, cancellationToken).ConfigureAwait(false);
                }
            },
            cancellationToken).ConfigureAwait(false);
        return failed.Length;
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string id, CancellationToken cancellationToken = default)
    {
        await _engine.Lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _book.ReadAllAsync(cancellationToken).ConfigureAwait(false);
            Campaign campaign = _book.Find(id) ?? throw CampaignStepper.NotFound(id);
            if (!campaign.IsOver)
            {
                throw new CloudException(ErrorCodes.Conflict, $"Campaign {id} is {campaign.Status}. Cancel it first.");
            }

            await _stepper.DeleteAsync(campaign, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _engine.Lock.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<bool> AddReportAsync(string thingName, ProgressReport report, CancellationToken cancellationToken = default) =>
        (await ReceiveReportAsync(thingName, report, cancellationToken).ConfigureAwait(false)).IsNew;

    /// <inheritdoc/>
    public async Task<ReportOutcome> ReceiveReportAsync(string thingName, ProgressReport report, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(report);
        (string id, int attempt) = PlanRules.Split(report.Campaign);
        Campaign? campaign = _book.Find(id);
        Thing? thing = _fleet.Find(thingName);
        int stage = campaign is null || thing is null ? -1 : _census.StageOf(campaign, thing);
        if (thing is null || (_store.IsShared && (campaign is null || attempt > campaign.Attempt || stage < 0)))
        {
            // Another replica may have created it, opened its gate, called the board again, or registered the board.
            campaign = await _book.ReadAsync(id, cancellationToken).ConfigureAwait(false);
            thing = await _fleet.ReadAsync(thingName, cancellationToken).ConfigureAwait(false);
            stage = campaign is null || thing is null ? -1 : _census.StageOf(campaign, thing);
        }

        if (thing is null)
        {
            return ReportOutcome.Refuse(ReportRefusals.UnknownThing, $"Thing '{thingName}' does not exist.");
        }

        if (campaign is null || attempt > campaign.Attempt)
        {
            return ReportOutcome.Refuse(ReportRefusals.UnknownCampaign, $"Campaign '{report.Campaign}' does not exist.");
        }

        if (Refuse(campaign, thing, stage, report) is ReportOutcome refused)
        {
            return refused;
        }

        var entry = new ProgressEntry
        {
            Thing = thingName,
            ThingId = thing.ThingId,
            Stage = stage,
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
        return new ReportOutcome(await _book.AddAsync(campaign, entry, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public (string Url, long Expires)? CreateUrl(string campaign)
    {
        if (_book.Find(PlanRules.Split(campaign).Id) is not Campaign found || found.Status is CampaignStatus.Aborted or CampaignStatus.Canceled)
        {
            return null;
        }

        Artifact? artifact = _firmware.Find(found.Request.Component, found.Request.Version);
        return artifact is null ? null : _firmware.CreateUrl(artifact);
    }

    /// <summary>Why a report is not one of a board of the campaign, or null: what is stored depends on nothing that a stranger can make up.</summary>
    private ReportOutcome? Refuse(Campaign campaign, Thing thing, int stage, ProgressReport report)
    {
        if (report.Component != campaign.Request.Component)
        {
            return ReportOutcome.Refuse(ReportRefusals.WrongComponent, $"Campaign '{campaign.Id}' updates component '{campaign.Request.Component}'; the report is for component '{report.Component}'.");
        }

        // A board that could not read the announcement does not know the version that it refuses.
        bool namesVersion = report.To.Length > 0 || report.State == UpdateStates.Succeeded;
        if (namesVersion && report.To != campaign.Request.Version && !SemanticVersion.AreEqual(report.To, campaign.Request.Version))
        {
            return ReportOutcome.Refuse(ReportRefusals.WrongVersion, $"Campaign '{campaign.Id}' updates to version {campaign.Request.Version}; the report is for version '{report.To}'.");
        }

        if (report.Sequence > MaxSequence)
        {
            return ReportOutcome.Refuse(ReportRefusals.TooManyReports, $"The report's number must be at most {MaxSequence}; it is {report.Sequence}.");
        }

        bool isIn = stage >= 0 || _book.LedgerOf(campaign.Id).Find(thing.ThingName) is not null || _census.IsFor(campaign, thing);
        return isIn
            ? null
            : ReportOutcome.Refuse(ReportRefusals.NotInCampaign, $"No stage of campaign '{campaign.Id}' that has begun is for thing '{thing.ThingName}'.");
    }

    /// <summary>Another replica may have created a campaign at the same moment that this one conflicts with: the younger goes.</summary>
    private async Task YieldToOlderAsync(Campaign campaign, Artifact artifact, CancellationToken cancellationToken)
    {
        if (!_store.IsShared)
        {
            return;
        }

        await _book.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _stepper.Check(campaign, artifact, other => (other.Created, other.Id).CompareTo((campaign.Created, campaign.Id)) < 0);
        }
        catch (CloudException)
        {
            await _book.DeleteAsync(campaign.Id, _stepper.Note("WithdrawCampaign", campaign, null), cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<Campaign> ChangeAsync(string id, string operation, Func<Campaign, Transition> change, Func<Campaign, Task>? then, CancellationToken cancellationToken)
    {
        await _engine.Lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Campaign next = await TakeAsync(id, operation, change, cancellationToken).ConfigureAwait(false);
            if (then is not null)
            {
                await then(next).ConfigureAwait(false);
            }

            return await StepAsync(next, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _engine.Lock.Release();
        }
    }

    private async Task<Campaign> TakeAsync(string id, string operation, Func<Campaign, Transition> change, CancellationToken cancellationToken)
    {
        for (int i = 0; i < MaxTries; i++)
        {
            Campaign campaign = await _book.ReadAsync(id, cancellationToken).ConfigureAwait(false) ?? throw CampaignStepper.NotFound(id);
            if (await _stepper.TakeAsync(campaign, change(campaign), operation, cancellationToken).ConfigureAwait(false) is Campaign next)
            {
                return next;
            }

            // Its engine, in another replica, was first: look again.
        }

        throw CampaignStepper.Changed(id);
    }

    /// <summary>Takes the steps that follow where this copy runs the campaign; else the copy that does hears of it.</summary>
    private async Task<Campaign> StepAsync(Campaign campaign, CancellationToken cancellationToken)
    {
        if (!_engine.Runs(campaign.Id))
        {
            return campaign;
        }

        try
        {
            return await _stepper.StepAsync(campaign.Id, false, cancellationToken).ConfigureAwait(false) ?? campaign;
        }
        catch (CloudException exception) when (exception.Code == ErrorCodes.BrokerUnavailable)
        {
            // What was asked for is stored; the next rounds announce it.
            LogAnnouncedLater(campaign.Id, exception.Message);
            return _book.Find(campaign.Id) ?? campaign;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "campaign {Id} is stored, and announced when the broker is back: {Reason}")]
    private partial void LogAnnouncedLater(string id, string reason);
}
