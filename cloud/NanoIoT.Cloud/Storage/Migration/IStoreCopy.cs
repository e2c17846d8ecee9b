using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Progress;
using NanoIoT.Cloud.Shadows.Stores;

namespace NanoIoT.Cloud.Storage.Migration;

/// <summary>All that a store holds, to be read or written as a whole, while no service uses it.</summary>
internal interface IStoreCopy : IAsyncDisposable
{
    /// <summary>What it is called in messages.</summary>
    string Name { get; }

    /// <summary>What to do where it holds something already.</summary>
    string OccupiedAdvice { get; }

    /// <summary>Whether nothing was ever stored, or only a part of a copy that did not end.</summary>
    Task<bool> IsEmptyAsync(CancellationToken cancellationToken);

    IAsyncEnumerable<StoredRecord> RecordsAsync(CancellationToken cancellationToken);

    IAsyncEnumerable<(string Thing, string Name, StoredShadow Shadow)> ShadowsAsync(CancellationToken cancellationToken);

    IAsyncEnumerable<(Campaign Campaign, IReadOnlyList<CampaignEvent> History, IReadOnlyList<ProgressEntry> Progress)> CampaignsAsync(CancellationToken cancellationToken);

    /// <summary>Audit entries, oldest first.</summary>
    IAsyncEnumerable<AuditEntry> AuditAsync(CancellationToken cancellationToken);

    Task WriteRecordsAsync(IReadOnlyList<StoredRecord> records, CancellationToken cancellationToken);

    Task WriteShadowsAsync(IReadOnlyList<(string Thing, string Name, StoredShadow Shadow)> shadows, CancellationToken cancellationToken);

    Task WriteCampaignAsync(Campaign campaign, IReadOnlyList<CampaignEvent> history, IReadOnlyList<ProgressEntry> progress, CancellationToken cancellationToken);

    Task WriteAuditAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancellationToken);

    /// <summary>Marks a source as moved, before the move counts: a service refuses to start on it.</summary>
    /// <param name="target">Where what it holds is now.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task MarkMovedAsync(string target, CancellationToken cancellationToken);

    /// <summary>Makes what was written count.</summary>
    Task CompleteAsync(CancellationToken cancellationToken);
}
