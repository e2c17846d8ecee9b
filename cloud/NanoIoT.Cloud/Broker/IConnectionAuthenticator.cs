using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using NanoIoT.Cloud.Identity.Policies;

namespace NanoIoT.Cloud.Broker;

/// <summary>Says who an MQTT connection is.</summary>
internal interface IConnectionAuthenticator
{
    /// <summary>Says who it is, registering its certificate where a CA allows that.</summary>
    /// <param name="clientId">The client id it asks for.</param>
    /// <param name="certificate">Its certificate, or null.</param>
    /// <param name="address">Where it comes from.</param>
    /// <param name="http">The request, where it is a WebSocket.</param>
    /// <param name="connect">What its CONNECT asks for.</param>
    /// <returns>Who it is, or why it is refused.</returns>
    Task<(ClientIdentity? Identity, string Refusal)> AuthenticateAsync(string clientId, X509Certificate2? certificate, IPAddress? address, HttpContext? http, ConnectDetails connect);

    /// <summary>Who a stored session is of, while its client is away: messages are stored for it as its policies allow.</summary>
    /// <param name="clientId">The client id.</param>
    /// <param name="actor">Its principal, as <see cref="ClientIdentity.Actor"/>.</param>
    /// <returns>Who it is.</returns>
    ClientIdentity Restore(string clientId, string actor);
}
