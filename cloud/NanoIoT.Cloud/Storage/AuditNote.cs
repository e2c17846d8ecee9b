using System.Text.Json.Nodes;

namespace NanoIoT.Cloud.Storage;

/// <summary>An audit entry that a store writes in one transaction with the change that it is of.</summary>
/// <param name="At">When, Unix milliseconds.</param>
/// <param name="Actor">Who.</param>
/// <param name="Action">The operation.</param>
/// <param name="Resource">What changed: kind and id.</param>
/// <param name="Before">The members that changed, before; null where it is new.</param>
/// <param name="After">The members that changed, after; null where it is deleted.</param>
public sealed record AuditNote(long At, string Actor, string Action, string Resource, JsonNode? Before, JsonNode? After)
{
    /// <summary>A note of what the current actor changes.</summary>
    /// <param name="at">When, Unix milliseconds.</param>
    /// <param name="action">The operation.</param>
    /// <param name="resource">What changes: kind and id.</param>
    /// <param name="before">It before, or null.</param>
    /// <param name="after">It after, or null.</param>
    /// <returns>The note, with the members that differ and without secrets.</returns>
    public static AuditNote Of(long at, string action, string resource, JsonNode? before, JsonNode? after)
    {
        (JsonNode? old, JsonNode? changed) = AuditChanges.Reduce(before, after);
        return new AuditNote(at, Storage.Actor.Current, action, resource, AuditTrail.Redact(old), AuditTrail.Redact(changed));
    }
}
