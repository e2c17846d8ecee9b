namespace NanoIoT.Cloud.Replicas;

/// <summary>A row of the lease table: a member that lives, or a part of the work and whose it is.</summary>
/// <param name="Name"><c>member/ID</c> or <c>part/NUMBER</c>.</param>
/// <param name="Owner">The member; empty where a part is nobody's.</param>
/// <param name="Counter">Grows with each write.</param>
public sealed record Lease(string Name, string Owner, long Counter);
