namespace NanoIoT.Cloud.Identity;

/// <summary>A version of a policy.</summary>
/// <param name="Id">Its id, a number.</param>
/// <param name="Document">Its document.</param>
/// <param name="Created">When it was created, Unix seconds.</param>
public sealed record PolicyVersion(string Id, string Document, long Created);
