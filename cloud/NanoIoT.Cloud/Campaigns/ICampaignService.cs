using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Cloud.Campaigns.Progress;
using NanoIoT.Cloud.Campaigns.Views;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Campaigns;

/// <summary>Campaigns.</summary>
public interface ICampaignService
{
    /// <summary>Works out what a campaign would do, and does nothing.</summary>
    /// <param name="request">The plan.</param>
    /// <returns>Boards, time, bytes, messages and cost; and what is in its way.</returns>
    PlanView Plan(CampaignRequest request);

    /// <summary>Checks a plan, stores it and begins its first stage.</summary>
    /// <param name="request">The plan.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The campaign.</returns>
    Task<Campaign> CreateAsync(CampaignRequest request, CancellationToken cancellationToken = default);

    /// <summary>All campaigns, oldest first.</summary>
    /// <returns>The campaigns.</returns>
    IReadOnlyList<Campaign> List();

    /// <summary>Makes a campaign known as it is stored now, where other copies of the service write too.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The task.</returns>
    Task RefreshAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>A campaign with its counts.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>The view, or null.</returns>
    CampaignView? View(string id);

    /// <summary>A campaign's boards, in the order of their names.</summary>
    /// <param name="id">The campaign.</param>
    /// <param name="state">Only those in a state, or null.</param>
    /// <param name="after">Only those whose name follows, or null.</param>
    /// <param name="limit">How many at most.</param>
    /// <returns>The boards, or null where there is no such campaign.</returns>
    IReadOnlyList<BoardView>? Boards(string id, string? state, string? after, int limit);

    /// <summary>The steps a campaign took.</summary>
    /// <param name="id">The campaign.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The steps, oldest first.</returns>
    Task<IReadOnlyList<CampaignEvent>> HistoryAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Stops boards from beginning, or lets them again.</summary>
    /// <param name="id">The campaign.</param>
    /// <param name="paused">Which.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The campaign.</returns>
    Task<Campaign> SetPausedAsync(string id, bool paused, CancellationToken cancellationToken = default);

    /// <summary>Ends a campaign; boards that have not staged the image give up.</summary>
    /// <param name="id">The campaign.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The campaign.</returns>
    Task<Campaign> CancelAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Approves the stage that awaits it.</summary>
    /// <param name="id">The campaign.</param>
    /// <param name="stage">The stage, from 0; or null for the next that awaits it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The campaign.</returns>
    Task<Campaign> ApproveAsync(string id, int? stage, CancellationToken cancellationToken = default);

    /// <summary>Begins the next stage whatever the one under way has met.</summary>
    /// <param name="id">The campaign.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The campaign.</returns>
    Task<Campaign> ForceAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Confirms that the machine's clock, which jumped, is right: schedules count by it, and the times that a stage and its boards have
    /// waited are not changed by the jump. Campaigns that another replica runs go by that replica's clock.
    /// </summary>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The jump and the campaigns that go on.</returns>
    Task<ClockConfirmation> ConfirmClockAsync(CancellationToken cancellationToken = default);

    /// <summary>Calls boards that failed, rolled back or rejected again, at most 1,000 at a time.</summary>
    /// <param name="id">The campaign.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>How many were called.</returns>
    Task<int> RetryAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Deletes a campaign that is over, its announcements and its progress; boards that come late no longer find it.</summary>
    /// <param name="id">The campaign.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The task.</returns>
    Task DeleteAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Stores a board's report, once; see <see cref="ReceiveReportAsync"/>.</summary>
    /// <param name="thingName">The board.</param>
    /// <param name="report">The report.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Whether it was new.</returns>
    Task<bool> AddReportAsync(string thingName, ProgressReport report, CancellationToken cancellationToken = default);

    /// <summary>Checks a board's report and stores it, once. Nothing is stored of one that is refused.</summary>
    /// <param name="thingName">The thing that sent it.</param>
    /// <param name="report">The report.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Whether it was new, or why it was refused.</returns>
    Task<ReportOutcome> ReceiveReportAsync(string thingName, ProgressReport report, CancellationToken cancellationToken = default);

    /// <summary>A fresh URL for a board of a campaign that runs.</summary>
    /// <param name="campaign">The campaign as its announcement names it.</param>
    /// <returns>The URL and its end, or null.</returns>
    (string Url, long Expires)? CreateUrl(string campaign);
}
