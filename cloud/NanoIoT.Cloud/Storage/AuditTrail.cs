using System.Text.Json.Nodes;

namespace NanoIoT.Cloud.Storage;

/// <summary>Every change: who, when, what, and the members that changed, before and after. Changes of records are written by their own transactions.</summary>
public sealed class AuditTrail
{
    // What proves who somebody is has no place in a log.
    private static readonly string[] s_secrets = ["sealedSecret", "hash", "ownershipTokenHash", "privateKey"];

    private readonly IRecordBackend _backend;

    internal AuditTrail(IRecordBackend backend) => _backend = backend;

    /// <summary>Writes down a change that is no record's, after it is durable.</summary>
    /// <param name="action">The operation.</param>
    /// <param name="resource">What changed: kind and id.</param>
    /// <param name="before">It before, or null.</param>
    /// <param name="after">It after, or null.</param>
    /// <returns>The task.</returns>
    public Task AppendAsync(string action, string resource, JsonNode? before, JsonNode? after) => _backend.WriteAsync(
        Actor.Current,
        action,
        transaction =>
        {
            (JsonNode? old, JsonNode? changed) = AuditChanges.Reduce(before, after);
            transaction.Audit(resource, old, changed);
            return true;
        },
        CancellationToken.None);

    /// <summary>Changes, newest first.</summary>
    /// <param name="before">Only those before an id, or null.</param>
    /// <param name="actor">Only those of an actor, or null.</param>
    /// <param name="resourcePrefix">Only those whose resource begins so, or null.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The changes.</returns>
    public async Task<IReadOnlyList<AuditEntry>> ListAsync(long? before, string? actor, string? resourcePrefix, int limit, CancellationToken cancellationToken = default)
    {
        // Entries of earlier versions hold secrets that are masked today.
        IReadOnlyList<AuditEntry> entries = await _backend.ListAuditAsync(before, actor, resourcePrefix, limit, cancellationToken).ConfigureAwait(false);
        return [.. entries.Select(entry => entry with { Before = Redact(entry.Before), After = Redact(entry.After) })];
    }

    /// <summary>Deletes the oldest entries: those from before a time, and those beyond the million that is kept.</summary>
    /// <param name="before">Unix milliseconds.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many were deleted; 0 where the store expires them itself.</returns>
    public Task<int> TrimAsync(long before, CancellationToken cancellationToken = default) => _backend.TrimAuditAsync(before, cancellationToken);

    /// <summary>Removes what proves who somebody is, and masks the secrets of settings.</summary>
    internal static JsonNode? Redact(JsonNode? node)
    {
        Remove(node);
        return SecretMask.Hide(node);
    }

    private static void Remove(JsonNode? node)
    {
        if (node is JsonObject members)
        {
            foreach (string name in s_secrets)
            {
                members.Remove(name);
            }

            foreach ((_, JsonNode? member) in members)
            {
                Remove(member);
            }
        }
        else if (node is JsonArray items)
        {
            foreach (JsonNode? item in items)
            {
                Remove(item);
            }
        }
    }
}
