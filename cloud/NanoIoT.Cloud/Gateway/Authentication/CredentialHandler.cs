using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity.Users;
using NanoIoT.Cloud.Rest;

namespace NanoIoT.Cloud.Gateway.Authentication;

/// <summary>
/// The common part of the authentication schemes: a refused credential is a failure that carries its
/// <see cref="CloudException"/>, which <see cref="Authorization.AuthorizationAnswers"/> sends where the endpoint needs a caller.
/// </summary>
internal abstract class CredentialHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>Path and query as they were sent, which is what signatures are made over.</summary>
    protected string RawTarget => Context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;

    private IPAddress? Address => Context.Connection.RemoteIpAddress;

    protected sealed override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        try
        {
            Caller? caller = await IdentifyAsync().ConfigureAwait(false);
            if (caller is null)
            {
                return AuthenticateResult.NoResult();
            }

            var principal = new ClaimsPrincipal(new CallerIdentity(caller, Scheme.Name));
            return AuthenticateResult.Success(new AuthenticationTicket(principal, Scheme.Name));
        }
        catch (CloudException exception)
        {
            return AuthenticateResult.Fail(exception);
        }
    }

    /// <summary>Establishes who makes the request.</summary>
    /// <returns>The caller; null where the request carries no credential of this scheme.</returns>
    /// <exception cref="CloudException">The credential is refused.</exception>
    protected abstract Task<Caller?> IdentifyAsync();

    protected Caller CreateCaller(User user) => new("user/" + user.Name, user.Role, null, Address);

    protected Caller CreateCaller(string certificateId) => new("certificate/" + certificateId, null, certificateId, Address);

    /// <summary>Reads a header as signatures need it.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The value, or null.</returns>
    protected string? ReadHeader(string name)
    {
        if (string.Equals(name, "host", StringComparison.OrdinalIgnoreCase))
        {
            return Request.Host.Value;
        }

        return Request.Headers.TryGetValue(name, out StringValues value) ? value.ToString() : null;
    }
}
