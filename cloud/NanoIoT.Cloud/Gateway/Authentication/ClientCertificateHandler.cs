using System.Security.Cryptography.X509Certificates;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity;
using NanoIoT.Cloud.Rest;

namespace NanoIoT.Cloud.Gateway.Authentication;

/// <summary>Authenticates a device by the client certificate of its TLS connection, which must be registered, active and not expired.</summary>
internal sealed class ClientCertificateHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    IdentityStore identities,
    TimeProvider time)
    : CredentialHandler(options, logger, encoder)
{
    protected override Task<Caller?> IdentifyAsync()
    {
        X509Certificate2? certificate = Context.Connection.ClientCertificate;
        if (certificate is null)
        {
            return Task.FromResult<Caller?>(null);
        }

        string id = CertificateAuthority.CertificateIdOf(certificate);
        if (identities.Find(id) is not { Status: CertificateStatus.Active } known
            || known.NotAfter < time.GetUtcNow().ToUnixTimeSeconds())
        {
            throw new CloudException(
                ErrorCodes.Forbidden, $"Certificate {id} is not registered, is not active or has expired.");
        }

        return Task.FromResult<Caller?>(CreateCaller(id));
    }
}
