namespace NanoIoT.Cloud.Identity.Users;

/// <summary>A bearer token.</summary>
/// <param name="Id">What it is called.</param>
/// <param name="Hash">SHA-256 of the token.</param>
/// <param name="Created">When it was created, Unix seconds.</param>
/// <param name="Ends">When it ends, Unix seconds, or null for never.</param>
public sealed record BearerToken(string Id, string Hash, long Created, long? Ends);
