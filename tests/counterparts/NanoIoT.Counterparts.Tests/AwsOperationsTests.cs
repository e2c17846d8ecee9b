using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using NanoIoT.Testing;

namespace NanoIoT.Counterparts.Tests;

/// <summary>The operations that the other tests do not come by, each by the aws command: its own model reads every answer.</summary>
[TestClass]
public sealed class AwsOperationsTests : AwsTestBase
{
    private const string Prefix = "arn:aws:iot:eu-west-1:000000000000:";
    private const string AllowAll = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:*","Resource":"*"}]}""";
    private const string DenySite = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:*","Resource":"*"},{"Effect":"Deny","Action":"iot:Publish","Resource":"arn:aws:iot:eu-west-1:000000000000:topic/site/*"}]}""";

    [TestMethod]
    public async Task Tags_errors_and_unsupported_operations_are_as_the_aws_command_expects()
    {
        await IotAsync("create-policy", "--policy-name", "tagged", "--policy-document", AllowAll, "--tags", "Key=team,Value=ops").ConfigureAwait(false);
        await IotAsync("untag-resource", "--resource-arn", Prefix + "policy/tagged", "--tag-keys", "team").ConfigureAwait(false);
        Assert.IsEmpty((await IotAsync("list-tags-for-resource", "--resource-arn", Prefix + "policy/tagged").ConfigureAwait(false))["tags"]!.AsArray());
        const string rule = """{"sql":"SELECT * FROM 'a'","actions":[]}""";
        await IotAsync("create-topic-rule", "--rule-name", "tagged", "--topic-rule-payload", rule, "--tags", "team=ops team").ConfigureAwait(false);
        Assert.AreEqual("ops team", (await IotAsync("list-tags-for-resource", "--resource-arn", Prefix + "rule/tagged").ConfigureAwait(false))["tags"]![0]!["Value"]!.GetValue<string>());

        await FailsAsync("UnauthorizedException", "enable-topic-rule", "--rule-name", "none").ConfigureAwait(false);
        await FailsAsync("NotSupportedException", "list-jobs").ConfigureAwait(false);
        await FailsAsync("NotSupportedException", "create-stream", "--stream-id", "s", "--files", "fileId=0", "--role-arn", "arn:aws:iam::000000000000:role/none").ConfigureAwait(false);
        const string unknown = """{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"iot:Publish","Resource":"*","Condition":{"StringEquals":{"iot:NoSuchKey":"x"}}}]}""";
        await FailsAsync("MalformedPolicyException", "create-policy", "--policy-name", "unknown", "--policy-document", unknown).ConfigureAwait(false);
    }

    [TestMethod]
    public async Task Thing_types_are_described_updated_deprecated_and_deleted()
    {
        await IotAsync("create-thing-type", "--thing-type-name", "pump", "--thing-type-properties", "thingTypeDescription=a pump,searchableAttributes=site").ConfigureAwait(false);
        JsonNode type = await IotAsync("describe-thing-type", "--thing-type-name", "pump").ConfigureAwait(false);
        Assert.AreEqual("a pump", type["thingTypeProperties"]!["thingTypeDescription"]!.GetValue<string>());
        Assert.IsFalse(type["thingTypeMetadata"]!["deprecated"]!.GetValue<bool>());
        CollectionAssert.AreEqual(new[] { "pump" }, Names(await IotAsync("list-thing-types").ConfigureAwait(false), "thingTypes", "thingTypeName"));
        await FailsAsync("InvalidRequestException", "delete-thing-type", "--thing-type-name", "pump").ConfigureAwait(false);
        await IotAsync("deprecate-thing-type", "--thing-type-name", "pump").ConfigureAwait(false);
        await FailsAsync("InvalidRequestException", "create-thing", "--thing-name", "p", "--thing-type-name", "pump").ConfigureAwait(false);
        await IotAsync("deprecate-thing-type", "--thing-type-name", "pump", "--undo-deprecate").ConfigureAwait(false);
        await IotAsync("create-thing", "--thing-name", "p", "--thing-type-name", "pump").ConfigureAwait(false);
        await IotAsync("deprecate-thing-type", "--thing-type-name", "pump").ConfigureAwait(false);
        await FailsAsync("InvalidRequestException", "delete-thing-type", "--thing-type-name", "pump").ConfigureAwait(false);
        await IotAsync("update-thing", "--thing-name", "p", "--remove-thing-type").ConfigureAwait(false);
        await IotAsync("delete-thing-type", "--thing-type-name", "pump").ConfigureAwait(false);
        await FailsAsync("ResourceNotFoundException", "describe-thing-type", "--thing-type-name", "pump").ConfigureAwait(false);
    }

    [TestMethod]
    public async Task Groups_of_all_kinds_are_updated_left_and_deleted()
    {
        foreach (string thing in new[] { "a", "b" })
        {
            await IotAsync("create-thing", "--thing-name", thing, "--attribute-payload", """{"attributes":{"site":"north"}}""").ConfigureAwait(false);
        }

        await IotAsync("create-thing-group", "--thing-group-name", "hall").ConfigureAwait(false);
        await IotAsync("create-thing-group", "--thing-group-name", "yard").ConfigureAwait(false);
        await IotAsync("update-thing-group", "--thing-group-name", "hall", "--thing-group-properties", "thingGroupDescription=the hall", "--expected-version", "1").ConfigureAwait(false);
        await FailsAsync("VersionConflictException", "update-thing-group", "--thing-group-name", "hall", "--thing-group-properties", "thingGroupDescription=x", "--expected-version", "1").ConfigureAwait(false);
        await IotAsync("update-thing-groups-for-thing", "--thing-name", "a", "--thing-groups-to-add", "hall", "yard").ConfigureAwait(false);
        await IotAsync("remove-thing-from-thing-group", "--thing-name", "a", "--thing-group-name", "yard").ConfigureAwait(false);
        CollectionAssert.AreEqual(new[] { "hall" }, Names(await IotAsync("list-thing-groups-for-thing", "--thing-name", "a").ConfigureAwait(false), "thingGroups", "groupName"));
        await IotAsync("create-dynamic-thing-group", "--thing-group-name", "far", "--query-string", "attributes.site:north").ConfigureAwait(false);
        await IotAsync("update-dynamic-thing-group", "--thing-group-name", "far", "--thing-group-properties", "thingGroupDescription=far away", "--query-string", "attributes.site:south").ConfigureAwait(false);
        await Wait.UntilAsync(async () => (await IotAsync("list-things-in-thing-group", "--thing-group-name", "far").ConfigureAwait(false))["things"]!.AsArray().Count == 0, "nobody is in the south").ConfigureAwait(false);
        CollectionAssert.AreEqual(new[] { "far", "hall", "yard" }, Names(await IotAsync("list-thing-groups").ConfigureAwait(false), "thingGroups", "groupName"));
        await IotAsync("delete-dynamic-thing-group", "--thing-group-name", "far").ConfigureAwait(false);

        await IotAsync("create-billing-group", "--billing-group-name", "bill").ConfigureAwait(false);
        await IotAsync("update-billing-group", "--billing-group-name", "bill", "--billing-group-properties", "billingGroupDescription=who pays").ConfigureAwait(false);
        Assert.AreEqual("who pays", (await IotAsync("describe-billing-group", "--billing-group-name", "bill").ConfigureAwait(false))["billingGroupProperties"]!["billingGroupDescription"]!.GetValue<string>());
        await IotAsync("add-thing-to-billing-group", "--billing-group-name", "bill", "--thing-name", "a").ConfigureAwait(false);
        Assert.AreEqual("a", (await IotAsync("list-things-in-billing-group", "--billing-group-name", "bill").ConfigureAwait(false))["things"]![0]!.GetValue<string>());
        await IotAsync("remove-thing-from-billing-group", "--billing-group-name", "bill", "--thing-name", "a").ConfigureAwait(false);
        CollectionAssert.AreEqual(new[] { "bill" }, Names(await IotAsync("list-billing-groups").ConfigureAwait(false), "billingGroups", "groupName"));
        await IotAsync("delete-billing-group", "--billing-group-name", "bill").ConfigureAwait(false);
        await FailsAsync("ResourceNotFoundException", "describe-billing-group", "--billing-group-name", "bill").ConfigureAwait(false);
    }

    [TestMethod]
    public async Task Certificates_principals_and_policies_are_made_listed_tested_and_taken_apart()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string csr = Path.Combine(Folder, "csr.pem");
        await File.WriteAllTextAsync(csr, new CertificateRequest("CN=t", key, HashAlgorithmName.SHA256).CreateSigningRequestPem()).ConfigureAwait(false);
        JsonNode certificate = await IotAsync("create-certificate-from-csr", "--certificate-signing-request", "file://" + csr, "--set-as-active").ConfigureAwait(false);
        string id = certificate["certificateId"]!.GetValue<string>();
        string arn = certificate["certificateArn"]!.GetValue<string>();
        using X509Certificate2 issued = X509Certificate2.CreateFromPem(certificate["certificatePem"]!.GetValue<string>());
        Assert.AreEqual(Convert.ToHexStringLower(SHA256.HashData(issued.RawData)), id);
        Assert.AreEqual("ACTIVE", (await IotAsync("describe-certificate", "--certificate-id", id).ConfigureAwait(false))["certificateDescription"]!["status"]!.GetValue<string>());
        CollectionAssert.Contains(Names(await IotAsync("list-certificates").ConfigureAwait(false), "certificates", "certificateId"), id);

        await IotAsync("create-thing", "--thing-name", "t").ConfigureAwait(false);
        await IotAsync("attach-thing-principal", "--thing-name", "t", "--principal", arn).ConfigureAwait(false);
        Assert.AreEqual(arn, (await IotAsync("list-thing-principals", "--thing-name", "t").ConfigureAwait(false))["principals"]![0]!.GetValue<string>());
        Assert.AreEqual("t", (await IotAsync("list-principal-things", "--principal", arn).ConfigureAwait(false))["things"]![0]!.GetValue<string>());

        await IotAsync("create-policy", "--policy-name", "p", "--policy-document", AllowAll).ConfigureAwait(false);
        await IotAsync("attach-principal-policy", "--policy-name", "p", "--principal", arn).ConfigureAwait(false);
        CollectionAssert.AreEqual(new[] { "p" }, Names(await IotAsync("list-principal-policies", "--principal", arn).ConfigureAwait(false), "policies", "policyName"));
        CollectionAssert.AreEqual(new[] { "p" }, Names(await IotAsync("list-attached-policies", "--target", arn).ConfigureAwait(false), "policies", "policyName"));
        Assert.AreEqual(arn, (await IotAsync("list-policy-principals", "--policy-name", "p").ConfigureAwait(false))["principals"]![0]!.GetValue<string>());
        Assert.AreEqual(arn, (await IotAsync("list-targets-for-policy", "--policy-name", "p").ConfigureAwait(false))["targets"]![0]!.GetValue<string>());
        CollectionAssert.Contains(Names(await IotAsync("list-policies").ConfigureAwait(false), "policies", "policyName"), "p");
        JsonNode effective = await IotAsync("get-effective-policies", "--principal", arn, "--thing-name", "t").ConfigureAwait(false);
        CollectionAssert.AreEqual(new[] { "p" }, Names(effective, "effectivePolicies", "policyName"));
        async Task<string> DecisionAsync() => (await IotAsync("test-authorization", "--principal", arn, "--client-id", "t", "--auth-infos", $"actionType=PUBLISH,resources={Prefix}topic/site/1").ConfigureAwait(false))["authResults"]![0]!["authDecision"]!.GetValue<string>();
        Assert.AreEqual("ALLOWED", await DecisionAsync().ConfigureAwait(false));
        await IotAsync("create-policy-version", "--policy-name", "p", "--policy-document", DenySite, "--set-as-default").ConfigureAwait(false);
        Assert.AreEqual("EXPLICIT_DENY", await DecisionAsync().ConfigureAwait(false));
        Assert.IsTrue((await IotAsync("get-policy-version", "--policy-name", "p", "--policy-version-id", "2").ConfigureAwait(false))["isDefaultVersion"]!.GetValue<bool>());
        Assert.HasCount(2, (await IotAsync("list-policy-versions", "--policy-name", "p").ConfigureAwait(false))["policyVersions"]!.AsArray());
        await IotAsync("detach-principal-policy", "--policy-name", "p", "--principal", arn).ConfigureAwait(false);
        Assert.AreEqual("IMPLICIT_DENY", await DecisionAsync().ConfigureAwait(false));
    }

    [TestMethod]
    public async Task A_users_ca_is_registered_described_changed_and_deleted()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Factory", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using X509Certificate2 ca = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        string code = (await IotAsync("get-registration-code").ConfigureAwait(false))["registrationCode"]!.GetValue<string>();
        using ECDsa proofKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 proof = new CertificateRequest("CN=" + code, proofKey, HashAlgorithmName.SHA256).Create(ca, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1), [1, 2, 3]);
        string caFile = Path.Combine(Folder, "factory.pem");
        string proofFile = Path.Combine(Folder, "proof.pem");
        await File.WriteAllTextAsync(caFile, ca.ExportCertificatePem()).ConfigureAwait(false);
        await File.WriteAllTextAsync(proofFile, proof.ExportCertificatePem()).ConfigureAwait(false);

        string id = (await IotAsync("register-ca-certificate", "--ca-certificate", "file://" + caFile, "--verification-certificate", "file://" + proofFile).ConfigureAwait(false))["certificateId"]!.GetValue<string>();
        Assert.AreEqual("INACTIVE", await StatusAsync().ConfigureAwait(false));
        await IotAsync("update-ca-certificate", "--certificate-id", id, "--new-status", "ACTIVE", "--new-auto-registration-status", "ENABLE").ConfigureAwait(false);
        Assert.AreEqual("ACTIVE", await StatusAsync().ConfigureAwait(false));
        CollectionAssert.AreEqual(new[] { id }, Names(await IotAsync("list-ca-certificates").ConfigureAwait(false), "certificates", "certificateId"));
        await FailsAsync("CertificateStateException", "delete-ca-certificate", "--certificate-id", id).ConfigureAwait(false);
        await IotAsync("update-ca-certificate", "--certificate-id", id, "--new-status", "INACTIVE").ConfigureAwait(false);
        await IotAsync("delete-ca-certificate", "--certificate-id", id).ConfigureAwait(false);
        await FailsAsync("ResourceNotFoundException", "describe-ca-certificate", "--certificate-id", id).ConfigureAwait(false);
        await IotAsync("delete-registration-code").ConfigureAwait(false);
        Assert.AreNotEqual(code, (await IotAsync("get-registration-code").ConfigureAwait(false))["registrationCode"]!.GetValue<string>());

        async Task<string> StatusAsync() => (await IotAsync("describe-ca-certificate", "--certificate-id", id).ConfigureAwait(false))["certificateDescription"]!["status"]!.GetValue<string>();
    }

    [TestMethod]
    public async Task Provisioning_templates_have_versions_and_a_trusted_user_gets_a_claim_that_provisions()
    {
        const string body = """{"Parameters":{"Name":{"Type":"String"},"AWS::IoT::Certificate::Id":{"Type":"String"}},"Resources":{"thing":{"Type":"AWS::IoT::Thing","Properties":{"ThingName":{"Ref":"Name"}}},"certificate":{"Type":"AWS::IoT::Certificate","Properties":{"CertificateId":{"Ref":"AWS::IoT::Certificate::Id"},"Status":"Active"}},"policy":{"Type":"AWS::IoT::Policy","Properties":{"PolicyName":"nanoiot-device"}}}}""";
        await IotAsync("create-provisioning-template", "--template-name", "line", "--description", "d", "--template-body", body, "--enabled", "--provisioning-role-arn", "arn:aws:iam::000000000000:role/r").ConfigureAwait(false);
        await IotAsync("create-provisioning-template-version", "--template-name", "line", "--template-body", body, "--set-as-default").ConfigureAwait(false);
        Assert.AreEqual(2, (await IotAsync("describe-provisioning-template", "--template-name", "line").ConfigureAwait(false))["defaultVersionId"]!.GetValue<int>());
        Assert.IsFalse((await IotAsync("describe-provisioning-template-version", "--template-name", "line", "--version-id", "1").ConfigureAwait(false))["isDefaultVersion"]!.GetValue<bool>());
        Assert.HasCount(2, (await IotAsync("list-provisioning-template-versions", "--template-name", "line").ConfigureAwait(false))["versions"]!.AsArray());
        await IotAsync("update-provisioning-template", "--template-name", "line", "--description", "e", "--default-version-id", "1").ConfigureAwait(false);
        await IotAsync("delete-provisioning-template-version", "--template-name", "line", "--version-id", "2").ConfigureAwait(false);
        CollectionAssert.Contains(Names(await IotAsync("list-provisioning-templates").ConfigureAwait(false), "templates", "templateName"), "line");

        // The trusted user's claim works for minutes, and for a board over HTTPS as over MQTT.
        JsonNode claim = await IotAsync("create-provisioning-claim", "--template-name", "line").ConfigureAwait(false);
        Assert.IsNotNull(claim["expiration"]);
        string pem = Path.Combine(Folder, "claim.pem");
        string keyFile = Path.Combine(Folder, "claim.key");
        await File.WriteAllTextAsync(pem, claim["certificatePem"]!.GetValue<string>()).ConfigureAwait(false);
        await File.WriteAllTextAsync(keyFile, claim["keyPair"]!["PrivateKey"]!.GetValue<string>()).ConfigureAwait(false);
        (int exitCode, string answer, string errors) = await Programs.RunAsync("curl", ["-sS", "--fail", "--cacert", Ready.Ca, "--cert", pem, "--key", keyFile, "-H", "content-type: application/json", "-d", """{"parameters":{"Name":"board-1"}}""", Ready.Api + "/nanoiot/provision/line"]).ConfigureAwait(false);
        Assert.AreEqual(0, exitCode, answer + errors);
        Assert.AreEqual("board-1", JsonNode.Parse(answer)!["thingName"]!.GetValue<string>());

        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string csr = new CertificateRequest("CN=bulk", key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        const string bulk = """{"Parameters":{"Name":{"Type":"String"},"CSR":{"Type":"String"}},"Resources":{"thing":{"Type":"AWS::IoT::Thing","Properties":{"ThingName":{"Ref":"Name"}}},"certificate":{"Type":"AWS::IoT::Certificate","Properties":{"CertificateSigningRequest":{"Ref":"CSR"}}},"policy":{"Type":"AWS::IoT::Policy","Properties":{"PolicyName":"nanoiot-device"}}}}""";
        JsonNode registered = await IotAsync("register-thing", "--template-body", bulk, "--parameters", new JsonObject { ["Name"] = "board-2", ["CSR"] = csr }.ToJsonString()).ConfigureAwait(false);
        StringAssert.Contains(registered["certificatePem"]!.GetValue<string>(), "BEGIN CERTIFICATE", StringComparison.Ordinal);
        await IotAsync("describe-thing", "--thing-name", "board-2").ConfigureAwait(false);
        await IotAsync("delete-provisioning-template", "--template-name", "line").ConfigureAwait(false);
    }

    [TestMethod]
    public async Task Shadows_indexes_events_and_the_endpoint_answer_the_aws_command()
    {
        await IotAsync("create-thing", "--thing-name", "t").ConfigureAwait(false);
        string output = Path.Combine(Folder, "shadow");
        foreach (string[] name in new[] { [], new[] { "--shadow-name", "cfg" } })
        {
            await DataAsync(["update-thing-shadow", "--thing-name", "t", .. name, "--payload", """{"state":{"desired":{"a":1,"b":2},"reported":{"a":1}}}""", output]).ConfigureAwait(false);
            await DataAsync(["get-thing-shadow", "--thing-name", "t", .. name, output]).ConfigureAwait(false);
            Assert.AreEqual("""{"b":2}""", JsonNode.Parse(await File.ReadAllTextAsync(output).ConfigureAwait(false))!["state"]!["delta"]!.ToJsonString());
        }

        // The service keeps a board's own shadow besides.
        CollectionAssert.AreEqual(new[] { "cfg", "nanoiot" }, (await DataAsync("list-named-shadows-for-thing", "--thing-name", "t").ConfigureAwait(false))["results"]!.AsArray().Select(item => item!.GetValue<string>()).ToArray());
        await DataAsync("delete-thing-shadow", "--thing-name", "t", "--shadow-name", "cfg", output).ConfigureAwait(false);
        Assert.AreEqual("nanoiot", (await DataAsync("list-named-shadows-for-thing", "--thing-name", "t").ConfigureAwait(false))["results"]!.AsArray().Single()!.GetValue<string>());

        string endpoint = (await IotAsync("describe-endpoint", "--endpoint-type", "iot:Data-ATS").ConfigureAwait(false))["endpointAddress"]!.GetValue<string>();
        StringAssert.StartsWith(endpoint, "localhost", StringComparison.Ordinal);
        CollectionAssert.Contains((await IotAsync("list-indices").ConfigureAwait(false))["indexNames"]!.AsArray().Select(item => item!.GetValue<string>()).ToArray(), "AWS_Things");
        Assert.AreEqual("ACTIVE", (await IotAsync("describe-index", "--index-name", "AWS_Things").ConfigureAwait(false))["indexStatus"]!.GetValue<string>());
        await IotAsync("update-indexing-configuration", "--thing-indexing-configuration", "thingIndexingMode=REGISTRY_AND_SHADOW,thingConnectivityIndexingMode=STATUS").ConfigureAwait(false);
        Assert.AreEqual("REGISTRY_AND_SHADOW", (await IotAsync("get-indexing-configuration").ConfigureAwait(false))["thingIndexingConfiguration"]!["thingIndexingMode"]!.GetValue<string>());
        Assert.IsFalse((await IotAsync("describe-event-configurations").ConfigureAwait(false))["eventConfigurations"]!["THING"]!["Enabled"]!.GetValue<bool>());
        await IotAsync("update-event-configurations", "--event-configurations", """{"THING":{"Enabled":false}}""").ConfigureAwait(false);
        await FailsAsync("NotSupportedException", "update-event-configurations", "--event-configurations", """{"THING":{"Enabled":true}}""").ConfigureAwait(false);
    }

    [TestMethod]
    public async Task Destinations_of_rules_are_driven_by_the_aws_command()
    {
        HttpRecorder target = await HttpRecorder.StartAsync().ConfigureAwait(false);
        await using (target.ConfigureAwait(false))
        {
            JsonNode created = await IotAsync("create-topic-rule-destination", "--destination-configuration", $"httpUrlConfiguration={{confirmationUrl={target.Address}in}}").ConfigureAwait(false);
            string arn = created["topicRuleDestination"]!["arn"]!.GetValue<string>();
            await FailsAsync("InvalidRequestException", "update-topic-rule-destination", "--arn", arn, "--status", "ENABLED").ConfigureAwait(false);
            await Wait.UntilAsync(() => !target.Requests.IsEmpty, "the token").ConfigureAwait(false);
            await IotAsync("confirm-topic-rule-destination", "--confirmation-token", JsonNode.Parse(target.Requests.First().Text)!["confirmationToken"]!.GetValue<string>()).ConfigureAwait(false);
            Assert.AreEqual("ENABLED", (await IotAsync("get-topic-rule-destination", "--arn", arn).ConfigureAwait(false))["topicRuleDestination"]!["status"]!.GetValue<string>());
            await IotAsync("update-topic-rule-destination", "--arn", arn, "--status", "DISABLED").ConfigureAwait(false);
            Assert.AreEqual("DISABLED", (await IotAsync("list-topic-rule-destinations").ConfigureAwait(false))["destinationSummaries"]![0]!["status"]!.GetValue<string>());
            await IotAsync("delete-topic-rule-destination", "--arn", arn).ConfigureAwait(false);
            Assert.IsEmpty((await IotAsync("list-topic-rule-destinations").ConfigureAwait(false))["destinationSummaries"]!.AsArray());
        }
    }

    private static string[] Names(JsonNode answer, string list, string member) => [.. answer[list]!.AsArray().Select(item => item![member]!.GetValue<string>())];
}
