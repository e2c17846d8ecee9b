namespace NanoIoT.Cloud.Identity.Users;

/// <summary>How the first administrator is let in.</summary>
/// <param name="Token">The bearer token, or null.</param>
/// <param name="AccessKeyId">The access key's id, or null.</param>
/// <param name="SecretAccessKey">The access key's secret, or null.</param>
public sealed record FirstCredentials(string? Token, string? AccessKeyId, string? SecretAccessKey);
