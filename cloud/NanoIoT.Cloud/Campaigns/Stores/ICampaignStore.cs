using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Progress;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Campaigns.Stores;

/// <summary>
/// Where campaigns and their boards' progress are kept. Several services may share one: a campaign is written only by who saw its
/// latest version, and a board's entry only by a newer report. Everything is durable when its task ends.
/// </summary>
public interface ICampaignStore
{
    /// <summary>Whether other services may write to it too.</summary>
    bool IsShared { get; }

    /// <summary>Makes what is missing: tables.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The task.</returns>
    Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>All campaigns.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The campaigns, in no order.</returns>
    Task<IReadOnlyList<Campaign>> ListAsync(CancellationToken cancellationToken);

    /// <summary>A campaign.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The campaign, or null.</returns>
    Task<Campaign?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Stores a campaign, and its step with it.</summary>
    /// <param name="campaign">The campaign; its version is one more than the stored one's, 1 where it is new.</param>
    /// <param name="step">The step, or null where nothing happened that history needs.</param>
    /// <param name="audit">The audit entry, written in the same transaction; or null where nobody asked for the change.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>False where another version is stored, or it is new and there is one: then nothing was written.</returns>
    Task<bool> SaveAsync(Campaign campaign, CampaignEvent? step, AuditNote? audit, CancellationToken cancellationToken);

    /// <inheritdoc cref="SaveAsync(Campaign, CampaignEvent?, AuditNote?, CancellationToken)"/>
    Task<bool> SaveAsync(Campaign campaign, CampaignEvent? step, CancellationToken cancellationToken) => SaveAsync(campaign, step, null, cancellationToken);

    /// <summary>Deletes a campaign, its progress and its history.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="audit">The audit entry, written in the transaction that deletes the record; or null.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The task.</returns>
    Task DeleteAsync(string id, AuditNote? audit, CancellationToken cancellationToken);

    /// <inheritdoc cref="DeleteAsync(string, AuditNote?, CancellationToken)"/>
    Task DeleteAsync(string id, CancellationToken cancellationToken) => DeleteAsync(id, null, cancellationToken);

    /// <summary>Deletes the progress of campaigns, which stay; a store that expires it itself does nothing.</summary>
    /// <param name="ids">The campaigns.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>How many entries were deleted.</returns>
    Task<int> DeleteProgressAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken) => Task.FromResult(0);

    /// <summary>A campaign's history.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The steps, oldest first.</returns>
    Task<IReadOnlyList<CampaignEvent>> HistoryAsync(string id, CancellationToken cancellationToken);

    /// <summary>Every board's entry of a campaign.</summary>
    /// <param name="id">The campaign.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The entries, in no order.</returns>
    Task<IReadOnlyList<ProgressEntry>> ProgressAsync(string id, CancellationToken cancellationToken);

    /// <summary>Stores a board's entry unless its report, or a newer one, is stored already. The stage and the thing's id are kept from the first.</summary>
    /// <param name="id">The campaign.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="lastAttempt">The campaign's last call: an answer to an earlier one is not the newest.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The entry as it is stored now where it was new, else null.</returns>
    Task<ProgressEntry?> AddAsync(string id, ProgressEntry entry, int lastAttempt, CancellationToken cancellationToken);

    /// <summary>A board's entry of a campaign.</summary>
    /// <param name="id">The campaign.</param>
    /// <param name="thing">The board.</param>
    /// <param name="lastAttempt">The campaign's last call.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The entry, or null.</returns>
    Task<ProgressEntry?> FindProgressAsync(string id, string thing, int lastAttempt, CancellationToken cancellationToken);
}
