using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NanoIoT.Cloud.Identity.Users;
using NanoIoT.Cloud.Rest;

namespace NanoIoT.Cloud.Gateway.Authentication;

/// <summary>Authenticates AWS Signature Version 4 in the query.</summary>
internal sealed class SignedQueryHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, SignatureVerifier signatures)
    : CredentialHandler(options, logger, encoder)
{
    protected override Task<Caller?> IdentifyAsync() =>
        Task.FromResult<Caller?>(CreateCaller(signatures.VerifyQuery(Request.Method, RawTarget, ReadHeader)));
}
