using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity.Users;
using NanoIoT.Cloud.Rest;

namespace NanoIoT.Cloud.Gateway.Authentication;

/// <summary>Authenticates <c>Authorization: Bearer TOKEN</c>.</summary>
internal sealed class BearerTokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, UserDirectory users)
    : CredentialHandler(options, logger, encoder)
{
    private const string Prefix = "Bearer ";

    protected override Task<Caller?> IdentifyAsync()
    {
        string header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            throw new CloudException(
                ErrorCodes.IncompleteSignature, "The Authorization header must start with 'Bearer' or 'AWS4-HMAC-SHA256'.");
        }

        (User user, BearerToken token) = users.FindToken(header[Prefix.Length..].Trim())
            ?? throw new CloudException(ErrorCodes.Unauthorized, "The bearer token is not valid or has expired.");
        return Task.FromResult<Caller?>(CreateCaller(user) with { Expires = token.Ends });
    }
}
