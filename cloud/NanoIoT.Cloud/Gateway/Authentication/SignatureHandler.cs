using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NanoIoT.Cloud.Identity.Users;
using NanoIoT.Cloud.Rest;

namespace NanoIoT.Cloud.Gateway.Authentication;

/// <summary>Authenticates AWS Signature Version 4 in the Authorization header. The signature covers the body, so the body is read.</summary>
internal sealed class SignatureHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, SignatureVerifier signatures)
    : CredentialHandler(options, logger, encoder)
{
    protected override async Task<Caller?> IdentifyAsync()
    {
        // An unknown key is refused before anything of the body is read.
        signatures.CheckKey(Request.Headers.Authorization.ToString());
        long? limit = Context.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize;
        byte[] body = await RequestBody.ReadAsync(Request, (int)(limit ?? 0), Context.RequestAborted).ConfigureAwait(false);
        Request.Body = new MemoryStream(body);
        return CreateCaller(signatures.Verify(Request.Method, RawTarget, ReadHeader, body));
    }
}
