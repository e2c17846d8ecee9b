using System.Collections.Concurrent;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests.Starting;

/// <summary>Certificates of the service end some day; it renews what it can and says what it cannot.</summary>
[TestClass]
public sealed class CertificateTests : FolderTestBase
{
    [TestMethod]
    public async Task The_server_certificate_is_renewed_while_the_service_runs()
    {
        var time = new MovedTime();
        TestService service = await TestService.StartAsync(time).ConfigureAwait(false);
        await using (service.ConfigureAwait(false))
        {
            int https = new Uri(service.Cloud.Ready.Api).Port;
            X509Certificate2 first = await ShownAsync(service, https).ConfigureAwait(false);
            X509Certificate2 same = await ShownAsync(service, https).ConfigureAwait(false);
            time.Move(TimeSpan.FromDays(390));

            X509Certificate2 renewed = await ShownAsync(service, https).ConfigureAwait(false);
            X509Certificate2 ofBroker = await ShownAsync(service, service.MqttPort).ConfigureAwait(false);

            Assert.AreEqual(first.Thumbprint, same.Thumbprint);
            Assert.AreNotEqual(first.Thumbprint, renewed.Thumbprint);
            Assert.AreEqual(renewed.Thumbprint, ofBroker.Thumbprint);
            Assert.IsGreaterThan(time.GetUtcNow().AddDays(300).UtcDateTime, renewed.NotAfter.ToUniversalTime());
        }
    }

    [TestMethod]
    public async Task An_issuing_CA_that_expires_soon_and_cannot_be_renewed_is_announced()
    {
        await RunAsync().ConfigureAwait(false);
        File.Delete(Path.Combine(Data, "ca.key"));
        var time = new MovedTime();
        time.Move(TimeSpan.FromDays(3630));
        var log = new ConcurrentQueue<string>();
        CloudService cloud = await CloudService.StartAsync(Options, logging => TestService.AddLog(logging, log), time).ConfigureAwait(false);
        await using (cloud.ConfigureAwait(false))
        {
            using var client = new ServiceClient(cloud.Ready);

            JsonNode health = await client.GetAsync("/nanoiot/health").ConfigureAwait(false);
            JsonNode info = await client.GetAsync("/nanoiot/info").ConfigureAwait(false);

            Assert.IsTrue(health["warnings"]!.AsArray().Any(warning => warning!.GetValue<string>().Contains("issuing.pem", StringComparison.Ordinal)), health.ToJsonString());
            Assert.AreEqual("ok", health["status"]!.GetValue<string>());
            Assert.IsTrue(info["warnings"]!.AsArray().Count > 0);
            Assert.IsTrue(info["certificates"]!.AsArray().Count >= 3);
            await Wait.UntilAsync(() => log.Any(line => line.Contains("issuing.pem expires on", StringComparison.Ordinal)), "the log says so").ConfigureAwait(false);
        }
    }

    [TestMethod]
    public async Task An_issuing_CA_that_expired_and_cannot_be_renewed_is_refused()
    {
        await RunAsync().ConfigureAwait(false);
        File.Delete(Path.Combine(Data, "ca.key"));
        var time = new MovedTime();
        time.Move(TimeSpan.FromDays(3651));

        CloudException refusal = await RefusedAsync(time: time).ConfigureAwait(false);

        Assert.AreEqual(ErrorCodes.CertificateExpired, refusal.Code);
        Assert.Contains("ca.key", refusal.Message);
    }

    [TestMethod]
    public async Task Certificates_of_a_former_issuing_CA_are_trusted_after_its_renewal()
    {
        X509Certificate2 board;
        CloudService cloud = await CloudService.StartAsync(Options).ConfigureAwait(false);
        await using (cloud.ConfigureAwait(false))
        {
            (board, _, _) = cloud.Authority.IssueWithKey("board");
        }

        var time = new MovedTime();
        time.Move(TimeSpan.FromDays(3650 - 999));
        // Five years after it was issued the board's certificate has ended; what counts here is its chain.
        CloudService renewed = await CloudService.StartAsync(Options, null, time).ConfigureAwait(false);
        await using (renewed.ConfigureAwait(false))
        {
            time.Move(-TimeSpan.FromDays(3650 - 999));
            Assert.HasCount(1, Directory.GetFiles(Data, "issuing-*.pem"));
            Assert.Contains(await File.ReadAllTextAsync(Directory.GetFiles(Data, "issuing-*.pem").Single()).ConfigureAwait(false), renewed.Authority.AllPem);
            Assert.IsTrue(renewed.Authority.Verify(board, out string reason), reason);
        }

        board.Dispose();
    }

    private static async Task<X509Certificate2> ShownAsync(TestService service, int port)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync("localhost", port).ConfigureAwait(false);
        X509Certificate2? shown = null;
        var tls = new SslStream(tcp.GetStream(), false, (_, certificate, chain, _) =>
        {
            shown = X509CertificateLoader.LoadCertificate(certificate!.GetRawCertData());
            Assert.IsTrue(chain!.ChainPolicy.ExtraStore.Any(sent => sent.Subject == service.Cloud.Authority.Issuing.Subject), "the issuing CA is sent with it");
            return true;
        });
        await using (tls.ConfigureAwait(false))
        {
            try
            {
                await tls.AuthenticateAsClientAsync("localhost").ConfigureAwait(false);
            }
            catch (IOException) when (shown is not null)
            {
                // The broker's port wants a certificate; what it shows was seen.
                return shown;
            }
        }

        return shown!;
    }
}
