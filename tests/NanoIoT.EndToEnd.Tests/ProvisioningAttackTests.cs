using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using MQTTnet;
using MQTTnet.Protocol;
using NanoIoT.Cloud.Identity;
using NanoIoT.Cloud.Rest;
using NanoIoT.Shared;
using NanoIoT.Testing;

namespace NanoIoT.EndToEnd.Tests;

/// <summary>What a board, a claim or a viewer could make of provisioning, and cannot.</summary>
[TestClass]
public sealed class ProvisioningAttackTests : GatewayTestBase
{
    [TestMethod]
    public async Task A_board_provisions_nothing_over_https_but_its_own_successor()
    {
        using HttpClient board = CreateHttp(Certificate);

        HttpStatusCode other = await ProvisionAsync(board, CertificateTopics.FleetTemplate, """{"parameters":{"SerialNumber":"evil"}}""");
        HttpStatusCode own = await ProvisionAsync(board, CertificateTopics.RotationTemplate, "{}");

        Assert.AreEqual(HttpStatusCode.Forbidden, other);
        Assert.AreEqual(HttpStatusCode.OK, own);
        Assert.IsNull(Cloud.Registry.Find("evil"));
    }

    [TestMethod]
    public async Task A_certificate_has_one_unconfirmed_successor_at_most()
    {
        using HttpClient board = CreateHttp(Certificate);

        for (int i = 0; i < 4; i++)
        {
            Assert.AreEqual(HttpStatusCode.OK, await ProvisionAsync(board, CertificateTopics.RotationTemplate, "{}"));
        }

        Certificate[] active = [.. Cloud.Registry.PrincipalsOf("t").Select(principal => Cloud.Identities.Find(principal["cert/".Length..])!).Where(item => item.Status == CertificateStatus.Active)];
        Assert.HasCount(2, active, "the first and its last successor");
    }

    [TestMethod]
    public async Task A_provisioning_that_fails_over_https_leaves_no_certificate_behind()
    {
        X509Certificate2 claim = await CreateClaimAsync();
        using HttpClient http = CreateHttp(claim);
        int before = await CountCertificatesAsync();

        Assert.AreEqual(HttpStatusCode.BadRequest, await ProvisionAsync(http, CertificateTopics.FleetTemplate, """{"parameters":{"SerialNumber":"t"}}"""));

        Assert.AreEqual(before, await CountCertificatesAsync());
    }

    [TestMethod]
    public async Task Nobody_else_gets_what_a_device_sends_to_provision()
    {
        X509Certificate2 claim = await CreateClaimAsync();
        (IMqttClient snooper, var seen, _) = await ConnectAsync("snooper", claim);
        await snooper.SubscribeAsync("$aws/provisioning-templates/#", MqttQualityOfServiceLevel.AtLeastOnce);
        (IMqttClient device, var answers, _) = await ConnectAsync("device", claim);
        string topic = CertificateTopics.Provision(CertificateTopics.FleetTemplate);
        await device.SubscribeAsync(topic + "/rejected", MqttQualityOfServiceLevel.AtLeastOnce);

        await device.PublishStringAsync(topic, """{"certificateOwnershipToken":"secret-token","parameters":{}}""", MqttQualityOfServiceLevel.AtLeastOnce);

        await Wait.UntilAsync(() => !answers.IsEmpty, "the device is answered");
        await snooper.PingAsync();
        Assert.IsFalse(seen.Any(message => message.Contains("secret-token", StringComparison.Ordinal)), string.Join('\n', seen));
    }

    [TestMethod]
    public async Task A_claim_cannot_take_the_connection_on_which_a_board_changes_its_certificate()
    {
        X509Certificate2 claim = await CreateClaimAsync();

        Assert.IsTrue(await ConnectsAsync("t:certificate", Certificate));
        Assert.IsFalse(await ConnectsAsync("t:certificate", claim));
        Assert.IsFalse(await ConnectsAsync("t", claim));
    }

    [TestMethod]
    public async Task A_live_query_ends_when_its_user_loses_access()
    {
        await Cloud.Users.CreateAsync("eve", Role.Viewer);
        (string id, string token) = await Cloud.Users.CreateTokenAsync("eve", null);
        using HttpClient http = CreateHttp(null);
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        using HttpResponseMessage tail = await http.GetAsync(new Uri("/nanoiot/tail?sql=SELECT%20*%20FROM%20'%23'", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.AreEqual(HttpStatusCode.OK, tail.StatusCode);
        using var reader = new StreamReader(await tail.Content.ReadAsStreamAsync());

        await Cloud.Users.DeleteTokenAsync("eve", id);

        Assert.IsNull(await reader.ReadLineAsync().WaitAsync(Wait.Limit));
    }

    private static async Task<HttpStatusCode> ProvisionAsync(HttpClient http, string template, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await http.PostAsync(new Uri("/nanoiot/provision/" + template, UriKind.Relative), content);
        return answer.StatusCode;
    }

    private async Task<X509Certificate2> CreateClaimAsync()
    {
        (Certificate claim, _, string key, _) = await Cloud.Provisioning.CreateClaimAsync(CertificateTopics.FleetTemplate, TimeSpan.FromDays(1));
        using X509Certificate2 pem = X509Certificate2.CreateFromPem(claim.Pem, key);
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pfx), null);
    }

    private async Task<int> CountCertificatesAsync()
    {
        JsonObject list = await Cloud.CallAsync("ListCertificates", null);
        return list["certificates"]!.AsArray().Count;
    }

    private HttpClient CreateHttp(X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, server, _, _) => server is not null;
        if (certificate is not null)
        {
            handler.SslOptions.ClientCertificates = [certificate];
        }

        return new HttpClient(handler) { BaseAddress = new Uri(Cloud.Ready.Api) };
    }
}
