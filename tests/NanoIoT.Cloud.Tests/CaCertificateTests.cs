using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Identity;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests;

/// <summary>CA certificates of users: their tags, and just-in-time provisioning by a template of the service.</summary>
[TestClass]
public sealed class CaCertificateTests
{
    private const string Arn = "arn:aws:iot:eu-west-1:000000000000:";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private X509Certificate2 _ca = null!;
    private TestService _service = null!;

    [TestInitialize]
    public async Task StartAsync()
    {
        _ca = TestAuthority.Create("Factory CA", _key);
        _service = await TestService.StartAsync().ConfigureAwait(false);
    }

    [TestCleanup]
    public async Task StopAsync()
    {
        await _service.DisposeAsync().ConfigureAwait(false);
        _ca.Dispose();
        _key.Dispose();
    }

    [TestMethod]
    public async Task Tags_given_at_registration_are_listed_changed_and_deleted_with_the_ca_certificate()
    {
        var tags = new JsonArray(
            new JsonObject { ["Key"] = "plant", ["Value"] = "Lyon" },
            new JsonObject { ["Key"] = "line", ["Value"] = "7" });

        string id = await RegisterAsync(new JsonObject { ["tags"] = tags }).ConfigureAwait(false);

        Assert.AreEqual("line=7 plant=Lyon", await TagsAsync(id).ConfigureAwait(false));
        await _service.Cloud.CallAsync(
            "UntagResource",
            new JsonObject { ["resourceArn"] = Arn + "cacert/" + id, ["tagKeys"] = new JsonArray("line") })
            .ConfigureAwait(false);
        Assert.AreEqual("plant=Lyon", await TagsAsync(id).ConfigureAwait(false));

        await _service.Cloud.CallAsync(
            "UpdateCACertificate",
            null,
            ("caCertificateId", id),
            ("newStatus", "INACTIVE")).ConfigureAwait(false);
        await _service.Cloud.CallAsync("DeleteCACertificate", null, ("caCertificateId", id)).ConfigureAwait(false);
        await RegisterAsync([]).ConfigureAwait(false);
        Assert.AreEqual(
            string.Empty,
            await TagsAsync(id).ConfigureAwait(false),
            "the CA certificate that is registered again has no tags of the deleted one");
    }

    [TestMethod]
    public async Task A_board_of_a_registered_ca_gets_thing_and_policy_of_the_cas_template_when_it_first_connects()
    {
        await CreatePolicyAsync("factory", "factory/*").ConfigureAwait(false);
        await CreateTemplateAsync("factory", isEnabled: true).ConfigureAwait(false);
        string id = await RegisterAsync(FromTemplate()).ConfigureAwait(false);
        using X509Certificate2 board = TestAuthority.Issue(_ca, _key, "board-1");

        RawMqtt client = await RawMqtt.OpenAsync(_service.MqttPort, board).ConfigureAwait(false);
        await using (client.ConfigureAwait(false))
        {
            Assert.AreEqual(0, await client.ConnectAsync("board-1").ConfigureAwait(false));
            CollectionAssert.AreEqual(
                new byte[] { 1, 0x80 },
                await client.SubscribeAsync("factory/a", "nanoiot/things/board-1/x").ConfigureAwait(false));
            await client.SendAsync(RawMqtt.Publish("factory/a", "hello"u8, 1)).ConfigureAwait(false);
            byte one = await FirstByteAsync(client).ConfigureAwait(false);
            byte other = await FirstByteAsync(client).ConfigureAwait(false);
            CollectionAssert.AreEquivalent(
                new byte[] { 0x32, 0x40 },
                new[] { one, other },
                "the message comes back, and its acknowledgment");

            // The policy of things that the service makes itself is not attached: only the template's is.
            await client.SendAsync(RawMqtt.Publish("nanoiot/things/board-1/x", "hello"u8, 1)).ConfigureAwait(false);
            Assert.IsNull(
                await client.ReadAsync().ConfigureAwait(false),
                "the connection ends without an acknowledgment");
        }

        Assert.AreEqual("board-1", _service.Cloud.Registry.Find("board-1")?.ThingName);
        string certificateId = CertificateAuthority.CertificateIdOf(board);
        JsonObject described = await _service.Cloud.CallAsync(
            "DescribeCertificate",
            null,
            ("certificateId", certificateId)).ConfigureAwait(false);
        Assert.AreEqual(id, described["certificateDescription"]!["caCertificateId"]!.ToString());
        JsonObject policies = await _service.Cloud.CallAsync(
            "ListAttachedPolicies",
            null,
            ("target", Arn + "cert/" + certificateId)).ConfigureAwait(false);
        Assert.AreEqual("factory", policies["policies"]!.AsArray().Single()!["policyName"]!.ToString());
    }

    [TestMethod]
    public async Task A_template_that_is_not_enabled_provisions_no_board_and_the_log_says_so()
    {
        await CreatePolicyAsync("factory", "factory/*").ConfigureAwait(false);
        await CreateTemplateAsync("factory", isEnabled: false).ConfigureAwait(false);
        await RegisterAsync(FromTemplate()).ConfigureAwait(false);
        using X509Certificate2 board = TestAuthority.Issue(_ca, _key, "board-1");

        Assert.AreNotEqual(0, await ConnectAsync(board, "board-1").ConfigureAwait(false));

        Assert.IsNull(_service.Cloud.Registry.Find("board-1"));
        Assert.IsNull(
            _service.Cloud.Identities.Find(CertificateAuthority.CertificateIdOf(board)),
            "it is registered when the template is enabled");
        await Wait.UntilAsync(
            () => _service.Log.Any(
                line => line.Contains("Provisioning template factory is not enabled.", StringComparison.Ordinal)),
            "the reason is logged").ConfigureAwait(false);
        await _service.Cloud.CallAsync(
            "UpdateProvisioningTemplate",
            new JsonObject { ["enabled"] = true },
            ("templateName", "factory")).ConfigureAwait(false);
        Assert.AreEqual(0, await ConnectAsync(board, "board-1").ConfigureAwait(false));
    }

    private static JsonObject FromTemplate() =>
        new() { ["registrationConfig"] = new JsonObject { ["templateName"] = "factory" } };

    private static async Task<byte> FirstByteAsync(RawMqtt client) =>
        (await client.ReadAsync().ConfigureAwait(false) ?? throw new IOException("The connection ended.")).First;

    private async Task<int> ConnectAsync(X509Certificate2 certificate, string clientId)
    {
        RawMqtt client = await RawMqtt.OpenAsync(_service.MqttPort, certificate).ConfigureAwait(false);
        await using (client.ConfigureAwait(false))
        {
            return await client.ConnectAsync(clientId).ConfigureAwait(false);
        }
    }

    private async Task<string> RegisterAsync(JsonObject more)
    {
        JsonObject answer = await _service.Cloud.CallAsync("GetRegistrationCode", null).ConfigureAwait(false);
        string code = answer["registrationCode"]!.ToString();
        using X509Certificate2 verification = TestAuthority.Issue(_ca, _key, code);
        more["caCertificate"] = _ca.ExportCertificatePem();
        more["verificationCertificate"] = verification.ExportCertificatePem();
        JsonObject registered = await _service.Cloud.CallAsync(
            "RegisterCACertificate",
            more,
            ("setAsActive", "true"),
            ("allowAutoRegistration", "true")).ConfigureAwait(false);
        return registered["certificateId"]!.ToString();
    }

    private Task CreatePolicyAsync(string name, string topics)
    {
        var statement = new JsonObject
        {
            ["Effect"] = "Allow",
            ["Action"] = new JsonArray("iot:Connect", "iot:Publish", "iot:Subscribe", "iot:Receive"),
            ["Resource"] = new JsonArray(
                Arn + "client/${iot:Connection.Thing.ThingName}",
                Arn + "topic/" + topics,
                Arn + "topicfilter/" + topics),
        };
        var document = new JsonObject { ["Version"] = "2012-10-17", ["Statement"] = new JsonArray(statement) };
        return _service.Cloud.CallAsync(
            "CreatePolicy",
            new JsonObject { ["policyDocument"] = document.ToJsonString() },
            ("policyName", name));
    }

    private Task CreateTemplateAsync(string policy, bool isEnabled) =>
        _service.Cloud.CallAsync("CreateProvisioningTemplate", new JsonObject
        {
            ["templateName"] = "factory",
            ["type"] = "JITP",
            ["enabled"] = isEnabled,
            ["provisioningRoleArn"] = "arn:aws:iam::000000000000:role/r",
            ["templateBody"] = """
            {"Parameters":{
            "AWS::IoT::Certificate::CommonName":{"Type":"String"},
            "AWS::IoT::Certificate::Id":{"Type":"String"}},
            "Resources":{
            "thing":{"Type":"AWS::IoT::Thing","Properties":{"ThingName":{"Ref":"AWS::IoT::Certificate::CommonName"}}},
            "certificate":{"Type":"AWS::IoT::Certificate",
            "Properties":{"CertificateId":{"Ref":"AWS::IoT::Certificate::Id"},"Status":"ACTIVE"}},
            "policy":{"Type":"AWS::IoT::Policy","Properties":{"PolicyName":"POLICY"}}}}
            """.Replace("POLICY", policy, StringComparison.Ordinal),
        });

    private async Task<string> TagsAsync(string id)
    {
        JsonObject answer = await _service.Cloud.CallAsync(
            "ListTagsForResource",
            null,
            ("resourceArn", Arn + "cacert/" + id)).ConfigureAwait(false);
        return string.Join(' ', answer["tags"]!.AsArray().Select(tag => $"{tag!["Key"]}={tag["Value"]}"));
    }
}
