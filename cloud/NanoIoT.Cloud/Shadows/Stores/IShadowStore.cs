namespace NanoIoT.Cloud.Shadows.Stores;

/// <summary>Where shadows are kept. A change is of the shadow as it is stored then, whoever else changes it; it is durable when its task ends.</summary>
internal interface IShadowStore
{
    /// <summary>Raised with the thing's name where another service changed a shadow; quick, and never throwing.</summary>
    event Action<string>? ChangedElsewhere;

    /// <summary>Makes what is missing.</summary>
    Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>A shadow as it is stored now; null where there never was one.</summary>
    Task<StoredShadow?> FindAsync(string thing, string name, CancellationToken cancellationToken);

    /// <summary>A shadow for searches: what this service last knew of it.</summary>
    StoredShadow? Peek(string thing, string name);

    /// <summary>The names of a thing's named shadows that have a document, sorted; for searches.</summary>
    IReadOnlyList<string> PeekNames(string thing);

    /// <summary>The names of a thing's named shadows that have a document, sorted, as they are stored now.</summary>
    Task<IReadOnlyList<string>> NamesAsync(string thing, CancellationToken cancellationToken);

    /// <summary>Changes a shadow.</summary>
    /// <param name="thing">The thing.</param>
    /// <param name="name">The shadow's name; empty for the classic one.</param>
    /// <param name="change">From what is stored to what is to be, and an answer; it may run more than once, and may throw: then nothing changes.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<T> ChangeAsync<T>(string thing, string name, Func<StoredShadow?, (StoredShadow Next, T Answer)> change, CancellationToken cancellationToken);

    /// <summary>Deletes what is known of shadows that were deleted up to a time.</summary>
    /// <param name="until">Unix seconds.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>How many; 0 where the store expires them itself.</returns>
    Task<int> TrimAsync(long until, CancellationToken cancellationToken);

    /// <summary>Deletes every shadow of a thing, and what is known of those that were deleted before.</summary>
    Task DeleteAllAsync(string thing, CancellationToken cancellationToken);
}
