using System.Security.Cryptography.X509Certificates;
using NanoIoT.Cloud.Gateway.Authorization;
using NanoIoT.Cloud.Identity;
using NanoIoT.Cloud.Rest;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests.Gateway;

/// <summary>An HTTP client for each kind of caller, with the real credential of that kind.</summary>
internal sealed class CredentialClients : IDisposable
{
    private readonly Dictionary<CallerKind, HttpClient> _clients = [];
    private readonly List<IDisposable> _certificates = [];

    public HttpClient this[CallerKind kind] => _clients[kind];

    public static async Task<CredentialClients> CreateAsync(TestService service)
    {
        var clients = new CredentialClients();
        clients.Add(service, CallerKind.None);
        clients.Add(service, CallerKind.Admin, token: service.Cloud.Ready.Token);
        foreach ((CallerKind kind, Role role) in new[] { (CallerKind.Viewer, Role.Viewer), (CallerKind.Operator, Role.Operator) })
        {
            string name = kind.ToString().ToLowerInvariant();
            await service.Cloud.Users.CreateAsync(name, role);
            (_, string token) = await service.Cloud.Users.CreateTokenAsync(name, null);
            clients.Add(service, kind, token);
        }

        (_, string expired) = await service.Cloud.Users.CreateTokenAsync("admin", TimeSpan.FromSeconds(-10));
        clients.Add(service, CallerKind.ExpiredToken, expired);
        (string board, string boardKey) = await service.RegisterAsync("board");
        clients.Add(service, CallerKind.Board, certificate: X509Certificate2.CreateFromPem(board, boardKey));
        (string inactive, string inactiveKey) = await service.RegisterAsync("inactive");
        X509Certificate2 disabled = X509Certificate2.CreateFromPem(inactive, inactiveKey);
        await service.Cloud.CallAsync(
            "UpdateCertificate", null, ("certificateId", CertificateAuthority.CertificateIdOf(disabled)), ("newStatus", "INACTIVE"));
        clients.Add(service, CallerKind.InactiveCertificate, certificate: disabled);
        (Certificate claim, _, string claimKey, _) = await service.Cloud.Provisioning.CreateClaimAsync("nanoiot-fleet", TimeSpan.FromDays(1));
        clients.Add(service, CallerKind.Claim, certificate: X509Certificate2.CreateFromPem(claim.Pem, claimKey));
        return clients;
    }

    public void Dispose()
    {
        foreach (HttpClient client in _clients.Values)
        {
            client.Dispose();
        }

        _certificates.ForEach(certificate => certificate.Dispose());
    }

    private void Add(TestService service, CallerKind kind, string? token = null, X509Certificate2? certificate = null)
    {
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, server, _, _) => server is not null;
        if (certificate is not null)
        {
            _certificates.Add(certificate);
            handler.SslOptions.ClientCertificates = [certificate];
        }

        var client = new HttpClient(handler) { BaseAddress = new Uri(service.Cloud.Ready.Api), Timeout = TimeSpan.FromMinutes(5) };
        if (token is not null)
        {
            client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        }

        _clients.Add(kind, client);
    }
}
