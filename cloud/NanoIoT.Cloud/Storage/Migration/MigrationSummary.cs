namespace NanoIoT.Cloud.Storage.Migration;

/// <summary>What a move copied.</summary>
/// <param name="Records">Things, groups, certificates, policies, users, rules, artifacts and the like.</param>
/// <param name="Shadows">Shadows.</param>
/// <param name="Campaigns">Campaigns.</param>
/// <param name="Reports">Boards' progress.</param>
/// <param name="AuditEntries">Entries of the audit log.</param>
/// <param name="Images">Images.</param>
public sealed record MigrationSummary(int Records, int Shadows, int Campaigns, int Reports, int AuditEntries, int Images);
