namespace NanoIoT.Cloud.Rest;

/// <summary>What a device needs to be allowed for a request.</summary>
/// <param name="Action">The policy action, e.g. <c>iot:Publish</c>.</param>
/// <param name="Resource">Type and name, e.g. <c>topic/a/b</c>.</param>
public sealed record DeviceAccess(string Action, string Resource);
