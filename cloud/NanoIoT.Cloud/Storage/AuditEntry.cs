using System.Text.Json.Nodes;

namespace NanoIoT.Cloud.Storage;

/// <summary>One change.</summary>
/// <param name="Id">Grows with each change.</param>
/// <param name="At">When, Unix milliseconds.</param>
/// <param name="Actor">Who: <c>user/NAME</c>, <c>thing/NAME</c>, <c>certificate/ID</c> or <c>service</c>.</param>
/// <param name="Action">The operation.</param>
/// <param name="Resource">What changed: kind and id.</param>
/// <param name="Before">The members that changed, before; null where it is new.</param>
/// <param name="After">The members that changed, after; the whole of it where it is new, null where it is deleted.</param>
public sealed record AuditEntry(long Id, long At, string Actor, string Action, string Resource, JsonNode? Before, JsonNode? After);
