using Microsoft.AspNetCore.Http;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity;

namespace NanoIoT.Cloud.Gateway;

/// <summary>Lets through what carries the token, and the two paths that need none.</summary>
internal sealed class BearerToken
{
    private const string Scheme = "Bearer ";

    private readonly RequestDelegate _next;
    private readonly ApiToken _token;

    public BearerToken(RequestDelegate next, ApiToken token)
    {
        _next = next;
        _token = token;
    }

    public Task InvokeAsync(HttpContext context)
    {
        PathString path = context.Request.Path;
        if (path.StartsWithSegments("/firmware", StringComparison.Ordinal) || path == "/nanoiot/health")
        {
            return _next(context);
        }

        string header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.Ordinal) || !_token.Matches(header[Scheme.Length..].Trim()))
        {
            throw new CloudException(ErrorCodes.Unauthorized, "The request needs the header 'Authorization: Bearer TOKEN' with a valid token.");
        }

        return _next(context);
    }
}
