namespace NanoIoT.Cloud.Registry;

/// <summary>A principal that is attached to a thing.</summary>
/// <param name="Thing">The thing.</param>
/// <param name="Principal">The principal: <c>cert/ID</c>.</param>
/// <param name="IsExclusive">Whether the principal may be attached to no other thing.</param>
public sealed record ThingPrincipal(string Thing, string Principal, bool IsExclusive = false);
