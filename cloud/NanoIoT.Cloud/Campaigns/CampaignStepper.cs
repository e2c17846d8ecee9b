using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Cloud.Campaigns.Progress;
using NanoIoT.Cloud.Firmware;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Storage;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Campaigns;

/// <summary>
/// Takes a campaign's steps. What comes next is <see cref="CampaignMachine"/>'s to say; a step is stored with who and why before
/// anything is done about it, and what stands on the topics is made to agree with the stored campaign after each step.
/// </summary>
internal sealed partial class CampaignStepper
{
    private const int RefreshSeconds = 3600;
    private const int MaxStepsARound = 100;
    private const int MaxConfirmedARound = 100;

    private readonly CampaignBook _book;
    private readonly IFirmwareRepository _firmware;
    private readonly CampaignAnnouncer _announcer;
    private readonly CampaignPlanner _planner;
    private readonly FleetCensus _census;
    private readonly CampaignClock _clock;
    private readonly ILogger<CampaignStepper> _logger;
    private readonly ConcurrentDictionary<string, long> _held = new(StringComparer.Ordinal);

    public CampaignStepper(CampaignBook book, CampaignPlanner planner, FleetCensus census, IFirmwareRepository firmware, IMessageBus bus, CampaignClock clock, ILogger<CampaignStepper> logger)
    {
        _book = book;
        _firmware = firmware;
        _announcer = new CampaignAnnouncer(book, firmware, bus);
        _planner = planner;
        _census = census;
        _clock = clock;
        _logger = logger;
    }

    private long Now => _clock.Now;

    /// <summary>An id for a plan that has none.</summary>
    public static string NewId(CampaignRequest request) =>
        $"{request.Component}-{request.Version}-{RandomNumberGenerator.GetHexString(6, true)}".Replace('.', '-').Replace('+', '-');

    /// <summary>Where the campaigns are that come before one.</summary>
    public Dictionary<string, string?> FactsBefore(Campaign campaign) => campaign.Request.After.Distinct().ToDictionary(id => id, id => _book.Find(id)?.Status);

    /// <summary>Checks a plan against the fleet and stores the campaign, which has not begun.</summary>
    public async Task<Campaign> CreateAsync(CampaignRequest request, CancellationToken cancellationToken)
    {
        Artifact artifact = _planner.FindArtifact(request);
        string id = request.Id ?? NewId(request);
        if (_book.Find(id) is not null)
        {
            throw Exists(id);
        }

        (string url, long expires) = _firmware.CreateUrl(artifact);
        Campaign campaign = CampaignPlanner.Draft(request with { Id = id }, CampaignPlanner.DownloadSeconds(request, artifact.Manifest), Now) with { Version = 1, Url = url, UrlExpires = expires };
        Check(campaign, artifact, _ => true);
        if (!await _book.SaveAsync(campaign, Event(campaign, "created", $"{request.Component} {request.Version}"), Note("CreateCampaign", null, campaign), cancellationToken).ConfigureAwait(false))
        {
            throw Exists(id);
        }

        LogStep(id, "created", request.Component + " " + request.Version);
        return campaign;
    }

    /// <summary>Refuses a campaign that something is in the way of, of the other campaigns those that count.</summary>
    public void Check(Campaign campaign, Artifact artifact, Func<Campaign, bool> counts)
    {
        if (_planner.Obstacles(campaign, artifact, _book.All.Where(item => item.Id != campaign.Id && counts(item))).FirstOrDefault() is CloudException obstacle)
        {
            throw obstacle;
        }
    }

    /// <summary>Takes every step that is due, then makes the topics agree.</summary>
    /// <param name="id">The campaign.</param>
    /// <param name="again">Whether all is announced again, under a fresh URL: this service may listen elsewhere than the last one did.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The campaign as it is stored now, or null.</returns>
    public async Task<Campaign?> StepAsync(string id, bool again, CancellationToken cancellationToken)
    {
        if (_book.Find(id) is not Campaign campaign || campaign.IsBeingDeleted)
        {
            return null;
        }

        Census census = _census.Take(campaign, _book.LedgerOf(id), Now);
        await StoreConfirmedAsync(campaign, census, cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < MaxStepsARound; i++)
        {
            if (HoldOf(campaign, census) is string hold)
            {
                LogHeldOnce(campaign.Id, hold);
                break;
            }

            if (CampaignMachine.Decide(campaign, census.Facts(campaign, FactsBefore(campaign)), Now).Transition is not Transition transition)
            {
                break;
            }

            campaign = await TakeAsync(campaign, transition, cancellationToken).ConfigureAwait(false) ?? await ReloadAsync(id, cancellationToken).ConfigureAwait(false);
            census = _census.Take(campaign, _book.LedgerOf(id), Now);
        }

        if (campaign is { Status: CampaignStatus.Aborted, Counter: null, Request.Rollback: not null })
        {
            campaign = await CounterAsync(campaign, census, cancellationToken).ConfigureAwait(false);
        }

        campaign = WithFreshUrl(campaign, again);
        Campaign stepped = campaign;
        Dictionary<string, Announced> wanted = Announcements.Wanted(campaign, census, _book.LedgerOf(id).Entries.Where(entry => entry is { Attempt: > 0, Stage: null or >= 0 }).Select(entry => (entry.Thing, entry.Attempt)), Now / 1000);
        return await _announcer.AnnounceAsync(campaign, wanted, topic => IsTakenOver(topic, stepped), cancellationToken).ConfigureAwait(false)
            ?? await ReloadAsync(id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Why a campaign takes no step, or null: the machine's clock jumped, and by the new time the campaign would take another step than
    /// by the time that passed.
    /// </summary>
    public string? HoldOf(Campaign campaign, Census census)
    {
        long jump = _clock.Jump;
        if (jump == 0 || campaign.IsOver)
        {
            return null;
        }

        Dictionary<string, string?> before = FactsBefore(campaign);
        long now = Now;
        Census then = _census.Take(campaign, _book.LedgerOf(campaign.Id), now + jump);
        Transition? byClock = CampaignMachine.Decide(campaign, then.Facts(campaign, before), now + jump).Transition;
        Transition? byTime = CampaignMachine.Decide(campaign, census.Facts(campaign, before), now).Transition;
        return byClock?.What == byTime?.What
            ? null
            : $"The campaign is held: the machine's clock was {CampaignClock.Describe(jump)}, which changes the campaign's next step. "
                + "If the new time is wrong, correct the clock. If it is right, run 'nanoiot campaign confirm-clock'.";
    }

    /// <summary>Stores a step.</summary>
    /// <returns>The campaign with the step; null where somebody else changed it meanwhile.</returns>
    public Task<Campaign?> TakeAsync(Campaign campaign, Transition transition, CancellationToken cancellationToken) => TakeAsync(campaign, transition, null, cancellationToken);

    /// <summary>Stores a step that a user asked for, and the operation in the audit log with it.</summary>
    /// <returns>The campaign with the step; null where somebody else changed it meanwhile.</returns>
    public async Task<Campaign?> TakeAsync(Campaign campaign, Transition transition, string? operation, CancellationToken cancellationToken)
    {
        Campaign next = transition.Next with { Version = campaign.Version + 1 };
        AuditNote? audit = operation is null ? null : Note(operation, campaign, next);
        if (!await _book.SaveAsync(next, Event(next, transition.What, transition.Why), audit, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        LogStep(next.Id, transition.What, transition.Why);
        return next;
    }

    /// <summary>Takes a campaign's announcements away and deletes it. It is marked first, so that nobody announces it meanwhile.</summary>
    public async Task DeleteAsync(Campaign campaign, CancellationToken cancellationToken)
    {
        Campaign marked = campaign with { IsBeingDeleted = true, Version = campaign.Version + 1 };
        if (!campaign.IsBeingDeleted && !await _book.SaveAsync(marked, null, cancellationToken).ConfigureAwait(false))
        {
            throw Changed(campaign.Id);
        }

        // The topics first: a campaign that is still listed can be deleted again.
        await _announcer.WithdrawAsync(campaign.Announced.Keys.Where(topic => !IsTakenOver(topic, campaign)), cancellationToken).ConfigureAwait(false);
        await _book.DeleteAsync(campaign.Id, Note("DeleteCampaign", campaign, null), cancellationToken).ConfigureAwait(false);
        LogStep(campaign.Id, "deleted", "by a user");
    }

    /// <summary>An audit entry of a campaign.</summary>
    public AuditNote Note(string operation, Campaign? before, Campaign? after) =>
        AuditNote.Of(Now, operation, "campaign/" + (after ?? before)!.Id, Describe(before), Describe(after));

    internal static CloudException NotFound(string id) => new(ErrorCodes.NotFound, $"Campaign {id} does not exist.");

    internal static CloudException Changed(string id) => new(ErrorCodes.Conflict, $"Campaign {id} was changed at the same time. Look at it and try again.");

    private static CloudException Exists(string id) => new(ErrorCodes.AlreadyExists, $"Campaign '{id}' already exists.");

    /// <summary>
    /// Boards that run the version already say nothing; that they were connected since the campaign was created says that they still do.
    /// It is stored, so that it is not asked again after a restart.
    /// </summary>
    private async Task StoreConfirmedAsync(Campaign campaign, Census census, CancellationToken cancellationToken)
    {
        if (campaign.IsOver)
        {
            return;
        }

        long now = Now;
        await Task.WhenAll(census.Confirmed.Take(MaxConfirmedARound).Select(board => _book.AddAsync(
            campaign,
            new ProgressEntry { Thing = board.Thing.ThingName, ThingId = board.Thing.ThingId, Stage = board.Stage, Sequence = -1, State = UpdateStates.Succeeded, To = campaign.Request.Version, Received = now },
            cancellationToken))).ConfigureAwait(false);
    }

    private void LogHeldOnce(string id, string hold)
    {
        if (_held.TryGetValue(id, out long jump) && Math.Abs(jump - _clock.Jump) < CampaignClock.Tolerance.TotalMilliseconds)
        {
            return;
        }

        _held[id] = _clock.Jump;
        LogHeld(id, hold);
    }

    private static JsonNode? Describe(Campaign? campaign) => campaign is null ? null : JsonSerializer.SerializeToNode(campaign, JsonSerializerOptions.Web);

    private CampaignEvent Event(Campaign campaign, string what, string why) => new(Now, Actor.Current, what, why, campaign.Stage, campaign.Version);

    private async Task<Campaign> ReloadAsync(string id, CancellationToken cancellationToken) => await _book.ReadAsync(id, cancellationToken).ConfigureAwait(false) ?? throw NotFound(id);

    /// <summary>Brings the boards of a campaign that was aborted back, once, where its plan says so.</summary>
    private async Task<Campaign> CounterAsync(Campaign campaign, Census census, CancellationToken cancellationToken)
    {
        (CampaignRequest? request, string why) = _planner.Counter(campaign, _book.LedgerOf(campaign.Id));
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
                counter = _book.Find(request.Id!) is not null ? request.Id! : (await CreateAsync(request, cancellationToken).ConfigureAwait(false)).Id;
            }
            catch (CloudException exception)
            {
                why += ": " + exception.Message;
            }
        }

        return await TakeAsync(campaign, CampaignMachine.Counter(campaign, counter, why), cancellationToken).ConfigureAwait(false)
            ?? await ReloadAsync(campaign.Id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether a newer campaign has taken over a topic.</summary>
    private bool IsTakenOver(string topic, Campaign campaign) => _book.All.Any(item =>
        item.Id != campaign.Id && item.Announced.ContainsKey(topic) && (item.Created, item.Id).CompareTo((campaign.Created, campaign.Id)) > 0);

    /// <summary>The campaign with a new URL where the old one ends soon: within an hour, and half its life at most.</summary>
    private Campaign WithFreshUrl(Campaign campaign, bool always)
    {
        // A URL ends by the machine's clock, whatever campaigns go by.
        long now = (Now + _clock.Jump) / 1000;
        long left = campaign.UrlExpires - now;
        if (campaign.Status is CampaignStatus.Aborted or CampaignStatus.Canceled || (!always && left >= RefreshSeconds)
            || _firmware.Find(campaign.Request.Component, campaign.Request.Version) is not Artifact artifact)
        {
            return campaign;
        }

        (string url, long expires) = _firmware.CreateUrl(artifact);
        if (!always && left >= (expires - now) / 2)
        {
            return campaign;
        }

        // The end tells URLs apart.
        return campaign with { Url = url, UrlExpires = url == campaign.Url || expires != campaign.UrlExpires ? expires : expires - 1 };
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "campaign {Id}: {Hold}")]
    private partial void LogHeld(string id, string hold);

    [LoggerMessage(Level = LogLevel.Information, Message = "campaign {Id}: {Step} ({Why})")]
    private partial void LogStep(string id, string step, string why);
}
