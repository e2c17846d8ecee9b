using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity;
using NanoIoT.Cloud.Identity.Users;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Rules.Notifications;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Gateway;

/// <summary>
/// Says who makes a request: a user by bearer token or SigV4 signature, a device by its client certificate. Some paths need
/// nobody: downloads and confirmations, whose URLs hold a token, the certificate of notifications, and health.
/// </summary>
internal sealed class Authentication(RequestDelegate next, UserDirectory users, SignatureVerifier signatures, IdentityStore identities, TimeProvider time)
{
    private const string Scheme = "Bearer ";

    /// <summary>What rules reach and keep: changing it is an administrator's, as rules are.</summary>
    private static readonly string[] s_administered = ["/nanoiot/dead-letters", "/nanoiot/tables", "/nanoiot/topics"];

    private const int BodyLimit = 17 * 1024 * 1024;

    public async Task InvokeAsync(HttpContext context)
    {
        PathString path = context.Request.Path;
        bool isOpen = path.StartsWithSegments("/firmware", StringComparison.Ordinal) || path == "/nanoiot/health" || path == HealthApi.Live || path == HealthApi.Ready || path == NotificationSigner.CertificatePath
            || (HttpMethods.IsGet(context.Request.Method) && (path.StartsWithSegments("/confirmdestination", StringComparison.Ordinal) || path.StartsWithSegments("/nanoiot/subscriptions", StringComparison.Ordinal)));
        if (!isOpen)
        {
            Caller caller = await IdentifyAsync(context).ConfigureAwait(false);
            context.Items[typeof(Caller)] = caller;
            if (path.StartsWithSegments("/nanoiot", StringComparison.Ordinal))
            {
                Authorize(context, caller);
            }
        }

        await next(context).ConfigureAwait(false);
    }

    /// <summary>The service's own API: reading is a viewer's, changing an operator's, users and the audit log an administrator's; provisioning is a device's.</summary>
    private static void Authorize(HttpContext context, Caller caller)
    {
        PathString path = context.Request.Path;
        if (path.StartsWithSegments("/nanoiot/provision", StringComparison.Ordinal))
        {
            if (caller.CertificateId is null)
            {
                throw new CloudException(ErrorCodes.Forbidden, "Provisioning needs a client certificate: a claim's.");
            }

            Actor.Current = caller.Actor;
            return;
        }

        bool isAdministration = path.StartsWithSegments("/nanoiot/users", StringComparison.Ordinal) || path.StartsWithSegments("/nanoiot/audit", StringComparison.Ordinal)
            || (!HttpMethods.IsGet(context.Request.Method) && s_administered.Any(prefix => path.StartsWithSegments(prefix, StringComparison.Ordinal)));
        Role needed = isAdministration ? Role.Admin : HttpMethods.IsGet(context.Request.Method) ? Role.Viewer : Role.Operator;
        if (caller.Role is not Role role || role < needed)
        {
            throw new CloudException(ErrorCodes.Forbidden, $"This needs the role {needed.ToString().ToLowerInvariant()}; {caller.Actor} has {(caller.Role is Role has ? has.ToString().ToLowerInvariant() : "none")}.");
        }

        Actor.Current = caller.Actor;
    }

    private async Task<Caller> IdentifyAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        System.Net.IPAddress? address = context.Connection.RemoteIpAddress;
        string header = request.Headers.Authorization.ToString();
        string target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        string? Header(string name) => string.Equals(name, "host", StringComparison.OrdinalIgnoreCase) ? request.Host.Value
            : request.Headers.TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues value) ? value.ToString() : null;
        if (header.StartsWith(Scheme, StringComparison.Ordinal))
        {
            User user = users.FindByToken(header[Scheme.Length..].Trim())
                ?? throw new CloudException(ErrorCodes.Unauthorized, "The bearer token is not known, or has ended.");
            return new Caller("user/" + user.Name, user.Role, null, address);
        }

        if (SignatureVerifier.IsSigned(header))
        {
            // Whose key it is comes first: a stranger's body is not read.
            signatures.CheckKey(header);
            byte[] body = await RequestBody.ReadAsync(request, BodyLimit, context.RequestAborted).ConfigureAwait(false);
            request.Body = new MemoryStream(body);
            User user = signatures.Verify(request.Method, target, Header, body);
            return new Caller("user/" + user.Name, user.Role, null, address);
        }

        if (request.Path == "/mqtt" && signatures.VerifyQuery(request.Method, target, Header) is User signed)
        {
            return new Caller("user/" + signed.Name, signed.Role, null, address);
        }

        X509Certificate2? certificate = context.Connection.ClientCertificate;
        if (certificate is not null)
        {
            string id = CertificateAuthority.CertificateIdOf(certificate);
            return identities.Find(id) is { Status: CertificateStatus.Active } known && known.NotAfter >= time.GetUtcNow().ToUnixTimeSeconds()
                ? new Caller("certificate/" + id, null, id, address)
                : throw new CloudException(ErrorCodes.Forbidden, "The certificate is not registered and active.");
        }

        throw header.Length == 0
            ? new CloudException(ErrorCodes.MissingToken, "Missing Authentication Token: sign the request (SigV4), send 'Authorization: Bearer TOKEN', or connect with a client certificate.")
            : new CloudException(ErrorCodes.IncompleteSignature, "Authorization: neither AWS4-HMAC-SHA256 nor Bearer.");
    }
}
