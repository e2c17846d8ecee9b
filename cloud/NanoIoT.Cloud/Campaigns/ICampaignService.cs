using NanoIoT.Shared;

namespace NanoIoT.Cloud.Campaigns;

/// <summary>Campaigns.</summary>
public interface ICampaignService
{
    /// <summary>Checks a plan, stores it and begins its first stage.</summary>
    /// <param name="request">The plan.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The campaign.</returns>
    Task<Campaign> CreateAsync(CampaignRequest request, CancellationToken cancellationToken = default);

    /// <summary>All campaigns, oldest first.</summary>
    /// <returns>The campaigns.</returns>
    IReadOnlyList<Campaign> List();

    /// <summary>A campaign with its counts.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>The view, or null.</returns>
    CampaignView? View(string id);

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

    /// <summary>Deletes a campaign that is over, its announcements and its progress; boards that come late no longer find it.</summary>
    /// <param name="id">The campaign.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The task.</returns>
    Task DeleteAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Stores a board's report, once.</summary>
    /// <param name="thingName">The board.</param>
    /// <param name="report">The report.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Whether it was new.</returns>
    Task<bool> AddReportAsync(string thingName, ProgressReport report, CancellationToken cancellationToken = default);

    /// <summary>A fresh URL for a board of a campaign that runs.</summary>
    /// <param name="id">The campaign.</param>
    /// <returns>The URL and its end, or null.</returns>
    (string Url, long Expires)? CreateUrl(string id);
}
