namespace NanoIoT.Cloud.Identity;

/// <summary>A policy that is attached to something.</summary>
/// <param name="Policy">The policy's name.</param>
/// <param name="Target">What it is attached to: <c>cert/ID</c> or <c>thinggroup/NAME</c>.</param>
public sealed record PolicyTarget(string Policy, string Target);
