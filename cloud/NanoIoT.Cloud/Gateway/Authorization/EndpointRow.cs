namespace NanoIoT.Cloud.Gateway.Authorization;

/// <summary>An endpoint and its policy.</summary>
/// <param name="Method">The HTTP method; <c>any</c> where the endpoint takes each.</param>
/// <param name="Path">The path, with variables in braces.</param>
/// <param name="Policy">The name of its policy.</param>
/// <param name="Operation">AWS's name of the operation, or null for the service's own API.</param>
internal sealed record EndpointRow(string Method, string Path, string Policy, string? Operation);
