using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity;
using NanoIoT.Shared;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests;

/// <summary>Certificates and policies through their operations, and provisioning over HTTPS.</summary>
[TestClass]
public sealed class IdentityTests
{
    private const string Prefix = "arn:aws:iot:eu-west-1:000000000000:";
    private const string Document = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:*","Resource":"*"}]}""";

    private TestService _service = null!;

    private CloudService Cloud => _service.Cloud;

    [TestInitialize]
    public async Task StartAsync() => _service = await TestService.StartAsync().ConfigureAwait(false);

    [TestCleanup]
    public async Task StopAsync() => await _service.DisposeAsync().ConfigureAwait(false);

    [TestMethod]
    public async Task A_claim_provisions_over_https_in_one_request_and_may_do_nothing_else()
    {
        (Certificate claim, _, string key, _) = await Cloud.Provisioning.CreateClaimAsync(CertificateTopics.FleetTemplate, TimeSpan.FromHours(1)).ConfigureAwait(false);
        using X509Certificate2 pem = X509Certificate2.CreateFromPem(claim.Pem, key);
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
        handler.ClientCertificates.Add(X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pfx), null));
        using var http = new HttpClient(handler) { BaseAddress = new Uri(Cloud.Ready.Api) };
        async Task<HttpResponseMessage> Post(string path, string body) => await http.PostAsync(new Uri(path, UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json")).ConfigureAwait(false);
        const string body = """{"parameters":{"SerialNumber":"SN-1"}}""";

        using HttpResponseMessage done = await Post("/nanoiot/provision/nanoiot-fleet", body).ConfigureAwait(false);
        string text = await done.Content.ReadAsStringAsync().ConfigureAwait(false);
        using HttpResponseMessage again = await Post("/nanoiot/provision/nanoiot-fleet", body).ConfigureAwait(false);
        using HttpResponseMessage other = await Post("/nanoiot/provision/nanoiot-rotation", body).ConfigureAwait(false);
        using HttpResponseMessage control = await Post("/things/x", "{}").ConfigureAwait(false);

        Assert.AreEqual(200, (int)done.StatusCode, text);
        JsonNode answer = JsonNode.Parse(text)!;
        Assert.AreEqual("SN-1", answer["thingName"]!.GetValue<string>());
        using X509Certificate2 issued = X509Certificate2.CreateFromPem(answer["certificatePem"]!.GetValue<string>(), answer["privateKey"]!.GetValue<string>());
        Assert.AreEqual("cert/" + CertificateAuthority.CertificateIdOf(issued), Cloud.Registry.PrincipalsOf("SN-1").Single());
        Assert.AreEqual("CN=SN-1", issued.Subject, "as brokers know a board that know it by its certificate alone");
        Assert.AreEqual(400, (int)again.StatusCode);
        Assert.AreEqual(401, (int)other.StatusCode);
        Assert.AreEqual(403, (int)control.StatusCode);
        Assert.IsNull(Cloud.Registry.Find("x"));
    }

    [TestMethod]
    [DataRow("CN=victim")]
    [DataRow("CN=$nanoiot")]
    [DataRow("CN=$nanoiot, CN=victim, O=x")]
    public async Task A_device_does_not_choose_the_name_that_other_brokers_know_it_by(string subject)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string csr = new CertificateRequest(subject, key, HashAlgorithmName.SHA256).CreateSigningRequestPem();

        (Certificate certificate, _, _) = await Cloud.Provisioning.CreateCertificateAsync(csr, "none").ConfigureAwait(false);

        using X509Certificate2 issued = X509Certificate2.CreateFromPem(certificate.Pem);
        Assert.AreEqual("nanoIoT device", issued.GetNameInfo(X509NameType.SimpleName, false));
        Assert.AreEqual(1, issued.Subject.Split("CN=").Length - 1, issued.Subject);
        if (subject.Contains('$', StringComparison.Ordinal))
        {
            Assert.AreEqual(ErrorCodes.InvalidRequest, await CodeAsync("CreateCertificateFromCsr", new JsonObject { ["certificateSigningRequest"] = csr }).ConfigureAwait(false), "not an operator either");
        }
    }

    [TestMethod]
    public async Task A_policy_has_five_versions_and_goes_only_when_nothing_holds_it()
    {
        await Cloud.CallAsync("CreatePolicy", new JsonObject { ["policyDocument"] = Document }, ("policyName", "p")).ConfigureAwait(false);
        for (int i = 0; i < 4; i++)
        {
            await Cloud.CallAsync("CreatePolicyVersion", new JsonObject { ["policyDocument"] = Document }, ("policyName", "p")).ConfigureAwait(false);
        }

        Assert.AreEqual(ErrorCodes.VersionsLimitExceeded, await CodeAsync("CreatePolicyVersion", new JsonObject { ["policyDocument"] = Document }, ("policyName", "p")).ConfigureAwait(false));
        await Cloud.CallAsync("SetDefaultPolicyVersion", null, ("policyName", "p"), ("policyVersionId", "5")).ConfigureAwait(false);
        Assert.AreEqual("5", (await Cloud.CallAsync("GetPolicy", null, ("policyName", "p")).ConfigureAwait(false))["defaultVersionId"]!.GetValue<string>());
        Assert.AreEqual(ErrorCodes.DeleteConflict, await CodeAsync("DeletePolicyVersion", null, ("policyName", "p"), ("policyVersionId", "5")).ConfigureAwait(false));
        Assert.AreEqual(ErrorCodes.DeleteConflict, await CodeAsync("DeletePolicy", null, ("policyName", "p")).ConfigureAwait(false));
        foreach (string id in new[] { "1", "2", "3", "4" })
        {
            await Cloud.CallAsync("DeletePolicyVersion", null, ("policyName", "p"), ("policyVersionId", id)).ConfigureAwait(false);
        }

        await Cloud.CallAsync("DeletePolicy", null, ("policyName", "p")).ConfigureAwait(false);
        Assert.AreEqual(ErrorCodes.NotFound, await CodeAsync("GetPolicy", null, ("policyName", "p")).ConfigureAwait(false));
    }

    [TestMethod]
    public async Task A_certificate_is_registered_without_a_ca_once_and_a_client_that_is_not_there_cannot_be_dropped()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 own = new CertificateRequest("CN=own", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var body = new JsonObject { ["certificatePem"] = own.ExportCertificatePem(), ["status"] = "ACTIVE" };

        JsonObject answer = await Cloud.CallAsync("RegisterCertificateWithoutCA", body).ConfigureAwait(false);

        Assert.AreEqual(Prefix + "cert/" + CertificateAuthority.CertificateIdOf(own), answer["certificateArn"]!.GetValue<string>());
        Assert.AreEqual(ErrorCodes.AlreadyExists, await CodeAsync("RegisterCertificateWithoutCA", body).ConfigureAwait(false));
        Assert.AreEqual(ErrorCodes.CertificateValidation, await CodeAsync("RegisterCertificate", body).ConfigureAwait(false));
        Assert.AreEqual(ErrorCodes.NotFound, await CodeAsync("DeleteConnection", null, ("clientId", "nobody")).ConfigureAwait(false));
    }

    private async Task<string> CodeAsync(string operation, JsonObject? body, params (string Name, string Value)[] values) =>
        (await Assert.ThrowsExactlyAsync<CloudException>(() => Cloud.CallAsync(operation, body, values)).ConfigureAwait(false)).Code;
}
