using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Gateway.Authorization;

/// <summary>Answers refused requests with a stable code, and tells an authenticated caller of a path or method that does not exist.</summary>
internal sealed class AuthorizationAnswers : IAuthorizationMiddlewareResultHandler
{
    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        Endpoint? endpoint = context.GetEndpoint();
        bool isAuthenticated = context.User.Identity?.IsAuthenticated == true;
        if (isAuthenticated && endpoint is null)
        {
            throw new CloudException(ErrorCodes.NotFound, $"Path '{context.Request.Path}' does not exist.");
        }

        if (isAuthenticated && endpoint is not RouteEndpoint)
        {
            // The framework's own answer where a path has no such method (405) or content type (415).
            await next(context).ConfigureAwait(false);
            return;
        }

        string[] reasons = [.. (authorizeResult.AuthorizationFailure?.FailureReasons ?? []).Select(reason => reason.Message)];
        if (reasons.Length > 0)
        {
            throw new CloudException(ErrorCodes.Forbidden, string.Join(' ', reasons));
        }

        throw isAuthenticated
            ? new CloudException(ErrorCodes.Forbidden, $"{context.Request.Method} '{context.Request.Path}' is not allowed with this credential.")
            : await DescribeCredentialAsync(context).ConfigureAwait(false);
    }

    private static async Task<CloudException> DescribeCredentialAsync(HttpContext context)
    {
        // The scheme keeps its result for the request; this does not verify anything again.
        AuthenticateResult result = await context.AuthenticateAsync().ConfigureAwait(false);
        return result.Failure as CloudException ?? new CloudException(
            ErrorCodes.MissingToken,
            "Missing Authentication Token: sign the request (SigV4), send 'Authorization: Bearer TOKEN', or connect with a client certificate.");
    }
}
