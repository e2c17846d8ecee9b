namespace NanoIoT.Cloud.Identity.Users;

/// <summary>An access key for signed requests (SigV4).</summary>
/// <param name="Id">The key's id, which requests carry.</param>
/// <param name="SealedSecret">The secret, encrypted under the service's key.</param>
/// <param name="IsActive">Whether it works.</param>
/// <param name="Created">When it was created, Unix seconds.</param>
public sealed record AccessKey(string Id, string SealedSecret, bool IsActive, long Created);
