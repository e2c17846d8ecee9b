using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity.Policies;
using NanoIoT.Cloud.Identity.Provisioning;
using NanoIoT.Cloud.Identity.Users;
using NanoIoT.Cloud.Registry;
using NanoIoT.Cloud.Rest;

namespace NanoIoT.Cloud.Identity;

/// <summary>
/// Says who an MQTT connection is: by its client certificate, which must be active, and whose policies must allow the
/// client id; or, over a WebSocket, by the signature of its request. A certificate of a registered CA that nobody knows yet
/// is registered here, and provisioned where the CA has a template.
/// </summary>
internal sealed class ConnectionAuthenticator(
    IdentityStore identities,
    CertificateTrust trust,
    AccessControl access,
    ProvisioningService provisioning,
    IRegistry registry,
    UserDirectory users,
    Lazy<IMessageBus> bus,
    Arns arns,
    TimeProvider time) : IConnectionAuthenticator
{
    public async Task<(ClientIdentity? Identity, string Refusal)> AuthenticateAsync(string clientId, X509Certificate2? certificate, IPAddress? address, HttpContext? http, ConnectDetails connect)
    {
        // A WebSocket's request was authenticated before it became one: a user's credential goes before a certificate.
        if (Caller.Of(http?.User) is { Role: Role role } user)
        {
            return (new ClientIdentity(user.Actor, null, null, role) { Expires = user.Expires }, string.Empty);
        }

        if (certificate is null)
        {
            return (null, "no client certificate");
        }

        string id = CertificateAuthority.CertificateIdOf(certificate);
        Certificate? known;
        try
        {
            known = identities.Find(id) ?? await RegisterAsync(certificate).ConfigureAwait(false);
        }
        catch (CloudException exception) when (!TransientFailure.Is(exception))
        {
            return (null, "the certificate cannot be provisioned: " + exception.Message);
        }

        if (known is null)
        {
            return (null, "the certificate is not registered");
        }

        if (known.Status != CertificateStatus.Active)
        {
            return (null, $"the certificate is {known.Status}");
        }

        if (known.NotAfter < time.GetUtcNow().ToUnixTimeSeconds())
        {
            return (null, "the certificate has expired");
        }

        if (UserClientIds.IsReserved(clientId))
        {
            return (null, $"client IDs that start with '{UserClientIds.Prefix}' are reserved for users");
        }

        // A claim or another's certificate must not use a thing's client id, whatever its policies say.
        string principal = "cert/" + id;
        if (ThingNamesOf(clientId).FirstOrDefault(name => registry.Find(name) is not null && !registry.ThingsOf(principal).Contains(name)) is string other)
        {
            return (null, $"the certificate is not attached to thing {other}");
        }

        ConnectionAccess connection = access.For(id, clientId, address, connect);
        return connection.IsAllowed(PolicyAction.Connect, clientId)
            ? (new ClientIdentity("certificate/" + id, id, connection, null), string.Empty)
            : (null, $"iot:Connect is not allowed on client/{clientId}");
    }

    public ClientIdentity Restore(string clientId, string actor)
    {
        const string certificate = "certificate/";
        const string user = "user/";
        if (actor.StartsWith(certificate, StringComparison.Ordinal))
        {
            string id = actor[certificate.Length..];
            return new ClientIdentity(actor, id, access.For(id, clientId, null), null);
        }

        return new ClientIdentity(actor, null, null, actor.StartsWith(user, StringComparison.Ordinal) ? users.Find(actor[user.Length..])?.Role : null);
    }

    /// <summary>The things whose client id it is: that of the name, and the one that changes its certificate on a second connection.</summary>
    private static IEnumerable<string> ThingNamesOf(string clientId)
    {
        const string rotation = ":certificate";
        yield return clientId;
        if (clientId.EndsWith(rotation, StringComparison.Ordinal))
        {
            yield return clientId[..^rotation.Length];
        }
    }

    private async Task<Certificate?> RegisterAsync(X509Certificate2 certificate)
    {
        if (trust.FindAuthority(certificate) is not { AutoRegistration: true } ca)
        {
            return null;
        }

        Certificate registered = await provisioning.RegisterJustInTimeAsync(ca, certificate).ConfigureAwait(false);
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var json = new JsonObject
        {
            ["certificateId"] = registered.Id,
            ["caCertificateId"] = ca.Id,
            ["timestamp"] = now,
            ["certificateStatus"] = registered.Status,
            ["awsAccountId"] = arns.Account,
            ["certificateRegistrationTimestamp"] = now.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        await bus.Value.PublishAsync(new BusMessage("$aws/events/certificates/registered/" + ca.Id, Encoding.UTF8.GetBytes(json.ToJsonString()))).ConfigureAwait(false);
        return registered;
    }
}
