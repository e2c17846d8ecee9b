using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity;
using NanoIoT.Cloud.Identity.Policies;
using NanoIoT.Cloud.Registry;
using NanoIoT.Cloud.Storage;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests;

/// <summary>
/// The policies of AWS's IoT developer guide, and what they allow: ACTION NAME at the end of each row is what is asked. The
/// certificate belongs to thing t of type sensor, whose client id is t unless the row says otherwise.
/// </summary>
[TestClass]
public sealed class PolicyExampleTests
{
    private const string Prefix = "arn:aws:iot:eu-west-1:000000000000:";
    private const string OwnClient = """{"Effect":"Allow","Action":["iot:Connect"],"Resource":["P:client/${iot:Connection.Thing.ThingName}"]},""";
    private const string Clients = """{"Effect":"Allow","Action":["iot:Connect"],"Resource":["P:client/client1","P:client/client2"]},""";

    private static readonly ConnectDetails s_clean = new(false, null);
    private static readonly ConnectDetails s_persistent = new(true, null);
    private static readonly ConnectDetails s_will = new(false, "my/lastwill/topicName");
    private static readonly ConnectDetails s_both = new(true, "my/lastwill/topicName");

    private TestService _service = null!;

    [TestInitialize]
    public async Task StartAsync() => _service = await TestService.StartAsync().ConfigureAwait(false);

    [TestCleanup]
    public async Task StopAsync() => await _service.DisposeAsync().ConfigureAwait(false);

    // connect-policy
    [TestMethod]
    [DataRow("""{"Effect":"Allow","Action":["iot:Connect"],"Resource":["P:client/client1"]}""", "client1", "Connect client1", true)]
    [DataRow("""{"Effect":"Allow","Action":["iot:Connect"],"Resource":["P:client/client1"]}""", "client2", "Connect client2", false)]
    [DataRow("""{"Effect":"Deny","Action":["iot:Connect"],"Resource":["P:client/client1","P:client/client2"]},{"Effect":"Allow","Action":["iot:Connect"],"Resource":["P:client/${iot:Connection.Thing.ThingName}"],"Condition":{"Bool":{"iot:Connection.Thing.IsAttached":"true"}}}""", "t", "Connect t", true)]
    [DataRow("""{"Effect":"Deny","Action":["iot:Connect"],"Resource":["P:client/client1","P:client/client2"]},{"Effect":"Allow","Action":["iot:Connect"],"Resource":["P:client/${iot:Connection.Thing.ThingName}"],"Condition":{"Bool":{"iot:Connection.Thing.IsAttached":"true"}}}""", "client1", "Connect client1", false)]
    [DataRow("""{"Effect":"Deny","Action":["iot:Connect"],"Resource":["P:client/client1","P:client/client2"]},{"Effect":"Allow","Action":["iot:Connect"],"Resource":["P:client/${iot:Connection.Thing.ThingName}"],"Condition":{"Bool":{"iot:Connection.Thing.IsAttached":"true"}}}""", "other", "Connect other", false)]
    [DataRow(OwnClient + """{"Effect":"Allow","Action":["iot:Subscribe"],"Resource":["P:topicfilter/my/topic/filter"]}""", "t", "Subscribe my/topic/filter", true)]
    [DataRow(OwnClient + """{"Effect":"Allow","Action":["iot:Subscribe"],"Resource":["P:topicfilter/my/topic/filter"]}""", "u", "Connect u", false)]
    [DataRow(Clients + """{"Effect":"Allow","Action":["iot:Subscribe"],"Resource":["P:topicfilter/my/topic"]}""", "client1", "Subscribe my/topic", true)]

    // pub-sub-policy
    [DataRow(OwnClient + """{"Effect":"Allow","Action":["iot:Publish"],"Resource":["P:topic/${iot:Connection.Thing.ThingName}/*"]}""", "t", "Publish t/a/b", true)]
    [DataRow(OwnClient + """{"Effect":"Allow","Action":["iot:Publish"],"Resource":["P:topic/${iot:Connection.Thing.ThingName}/*"]}""", "t", "Publish u/a", false)]
    [DataRow(Clients + """{"Effect":"Allow","Action":["iot:Publish"],"Resource":["P:topic/${iot:ClientId}/*"]}""", "client2", "Publish client2/x", true)]
    [DataRow(Clients + """{"Effect":"Allow","Action":["iot:Publish"],"Resource":["P:topic/${iot:ClientId}/*"]}""", "client2", "Publish client1/x", false)]
    [DataRow(OwnClient + """{"Effect":"Allow","Action":["iot:Subscribe"],"Resource":["P:topicfilter/${iot:Connection.Thing.ThingName}/room*"]},{"Effect":"Allow","Action":["iot:Receive"],"Resource":["P:topic/${iot:Connection.Thing.ThingName}/room*"]}""", "t", "Subscribe t/room1", true)]
    [DataRow(OwnClient + """{"Effect":"Allow","Action":["iot:Subscribe"],"Resource":["P:topicfilter/${iot:Connection.Thing.ThingName}/room*"]},{"Effect":"Allow","Action":["iot:Receive"],"Resource":["P:topic/${iot:Connection.Thing.ThingName}/room*"]}""", "t", "Receive t/room1", true)]
    [DataRow(OwnClient + """{"Effect":"Allow","Action":["iot:Subscribe"],"Resource":["P:topicfilter/${iot:Connection.Thing.ThingName}/room*"]},{"Effect":"Allow","Action":["iot:Receive"],"Resource":["P:topic/${iot:Connection.Thing.ThingName}/room*"]}""", "t", "Receive t/hall", false)]
    [DataRow(Clients + """{"Effect":"Allow","Action":["iot:Subscribe"],"Resource":["P:topicfilter/${iot:ClientId}/room*"]}""", "client1", "Subscribe client1/room", true)]
    [DataRow("""{"Effect":"Allow","Action":"iot:Subscribe","Resource":"P:topicfilter/device/update"},{"Effect":"Deny","Action":"iot:Receive","Resource":"P:topic/device/update"}""", "t", "Receive device/update", false)]
    [DataRow("""{"Effect":"Allow","Action":"iot:Subscribe","Resource":"P:topicfilter/device/update"},{"Effect":"Deny","Action":"iot:Receive","Resource":"P:topic/device/update"}""", "t", "Subscribe device/update", true)]
    [DataRow(OwnClient + """{"Effect":"Allow","Action":["iot:Subscribe"],"Resource":["P:topicfilter/some/+/topic"]}""", "t", "Subscribe some/+/topic", true)]
    [DataRow(OwnClient + """{"Effect":"Allow","Action":["iot:Subscribe"],"Resource":["P:topicfilter/some/+/topic"]}""", "t", "Subscribe some/x/topic", false)]
    [DataRow(OwnClient + """{"Effect":"Allow","Action":["iot:Subscribe"],"Resource":["P:topicfilter/some/*/topic"]}""", "t", "Subscribe some/+/topic", true)]
    [DataRow(Clients + """{"Effect":"Allow","Action":["iot:Subscribe"],"Resource":["P:topicfilter/some/*/topic"]}""", "client1", "Subscribe some/x/topic", true)]
    [DataRow(OwnClient + """{"Effect":"Allow","Action":["iot:Subscribe"],"Resource":["P:topicfilter/my/topic","P:topicfilter/my/othertopic"]}""", "t", "Subscribe my/othertopic", true)]
    [DataRow(OwnClient + """{"Effect":"Allow","Action":["iot:Publish"],"Resource":["P:topic/my/topic/${iot:Thing.ThingName}"]}""", "t", "Publish my/topic/t", true)]
    [DataRow(OwnClient + """{"Effect":"Allow","Action":["iot:Publish"],"Resource":["P:topic/${iot:Thing.ThingName}/*"]},{"Effect":"Deny","Action":["iot:Publish"],"Resource":["P:topic/${iot:Thing.ThingName}/bar"]}""", "t", "Publish t/bar", false)]
    [DataRow(OwnClient + """{"Effect":"Allow","Action":["iot:Publish"],"Resource":["P:topic/${iot:Thing.ThingName}/*"]},{"Effect":"Deny","Action":["iot:Publish"],"Resource":["P:topic/${iot:Thing.ThingName}/bar"]}""", "t", "Publish t/foo", true)]
    [DataRow(Clients + """{"Effect":"Allow","Action":["iot:Publish"],"Resource":["P:topic/${iot:ClientId}/*"]},{"Effect":"Deny","Action":["iot:Publish"],"Resource":["P:topic/${iot:ClientId}/bar"]}""", "client1", "Publish client1/bar", false)]
    [DataRow("""{"Effect":"Allow","Action":["iot:Publish","iot:Receive"],"Resource":["P:topic/iotmonitor/provisioning/987654321098"]}""", "client1", "Receive iotmonitor/provisioning/987654321098", true)]

    // certificate-policy-examples, cert-policy-variables: the certificate's subject is CN=t,O=AnyCompany,CN=Administrator
    [DataRow("""{"Effect":"Allow","Action":["iot:Publish"],"Resource":["P:topic/${iot:CertificateId}"]}""", "t", "Publish CERTIFICATE", true)]
    [DataRow("""{"Effect":"Allow","Action":["iot:Publish"],"Resource":["P:topic/${iot:CertificateId}"]}""", "t", "Publish t", false)]
    [DataRow("""{"Effect":"Allow","Action":["iot:Publish"],"Resource":["P:topic/${iot:Certificate.Subject.CommonName}"]}""", "t", "Publish t", true)]
    [DataRow("""{"Effect":"Allow","Action":["iot:Publish"],"Resource":["P:topic/admin/*"],"Condition":{"StringEquals":{"iot:Certificate.Subject.CommonName.1":"Administrator"}}}""", "t", "Publish admin/x", true)]
    [DataRow("""{"Effect":"Allow","Action":["iot:Publish"],"Resource":["P:topic/admin/*"],"Condition":{"StringEquals":{"iot:Certificate.Subject.CommonName.2":"Administrator"}}}""", "t", "Publish admin/x", false)]
    [DataRow("""{"Effect":"Allow","Action":["iot:Publish"],"Resource":["P:topic/admin/${iot:Connection.Thing.ThingName}"],"Condition":{"ForAnyValue:StringEquals":{"iot:Certificate.Subject.CommonName.List":"Administrator"}}}""", "t", "Publish admin/t", true)]
    [DataRow("""{"Effect":"Allow","Action":["iot:Publish"],"Resource":["P:topic/admin"],"Condition":{"ForAnyValue:StringEquals":{"iot:Certificate.Subject.CommonName.List":"Operator"}}}""", "t", "Publish admin", false)]
    [DataRow("""{"Effect":"Allow","Action":["iot:Publish"],"Resource":["P:topic/my/topic/${iot:Connection.Thing.ThingName}"],"Condition":{"ForAllValues:StringEquals":{"iot:Certificate.Subject.Organization.List":["Example Corp","AnyCompany"]}}}""", "t", "Publish my/topic/t", true)]
    [DataRow("""{"Effect":"Allow","Action":["iot:Publish"],"Resource":["P:topic/my/topic/${iot:ClientId}"],"Condition":{"ForAllValues:StringEquals":{"iot:Certificate.Subject.Organization.List":["Example Corp"]}}}""", "t", "Publish my/topic/t", false)]
    [DataRow("""{"Effect":"Allow","Action":["iot:Publish"],"Resource":["*"],"Condition":{"ForAllValues:StringEquals":{"iot:Certificate.Subject.CommonName.List":["t","Example"]}}}""", "t", "Publish x", false)]

    // thing-policy-examples
    [DataRow("""{"Effect":"Allow","Action":["iot:Connect"],"Resource":["*"],"Condition":{"Bool":{"iot:Connection.Thing.IsAttached":["true"]}}}""", "t", "Connect t", true)]
    [DataRow("""{"Effect":"Allow","Action":["iot:Connect"],"Resource":["*"],"Condition":{"Bool":{"iot:Connection.Thing.IsAttached":["true"]}}}""", "u", "Connect u", false)]
    [DataRow("""{"Effect":"Allow","Action":["iot:Publish"],"Resource":"P:topic/device/stats","Condition":{"StringEquals":{"iot:Connection.Thing.Attributes[region]":"eu","iot:Connection.Thing.ThingTypeName":"sensor"},"Bool":{"iot:Connection.Thing.IsAttached":"true"}}}""", "t", "Publish device/stats", true)]
    [DataRow("""{"Effect":"Allow","Action":["iot:Publish"],"Resource":"P:topic/device/stats","Condition":{"StringEquals":{"iot:Connection.Thing.Attributes[region]":"us","iot:Connection.Thing.ThingTypeName":"sensor"},"Bool":{"iot:Connection.Thing.IsAttached":"true"}}}""", "t", "Publish device/stats", false)]
    [DataRow("""{"Effect":"Allow","Action":["iot:Publish"],"Resource":"P:topic/device/stats","Condition":{"StringEquals":{"iot:Connection.Thing.Attributes[region]":"eu","iot:Connection.Thing.ThingTypeName":"sensor"},"Bool":{"iot:Connection.Thing.IsAttached":"true"}}}""", "u", "Publish device/stats", false)]
    [DataRow("""{"Effect":"Allow","Action":["iot:Publish"],"Resource":"P:topic/${iot:Connection.Thing.Attributes[region]}/*"}""", "t", "Publish eu/x", true)]

    // basic-policy-variables, retained messages, shadows and jobs
    [DataRow("""{"Effect":"Allow","Action":["iot:Connect"],"Resource":["P:client/${iot:ClientId}"]},{"Effect":"Allow","Action":["iot:Publish"],"Resource":["P:topic/my/topic/${iot:ClientId}"]}""", "any", "Publish my/topic/any", true)]
    [DataRow("""{"Effect":"Allow","Action":["iot:Publish","iot:RetainPublish"],"Resource":["P:topic/device/sample_configuration"]}""", "t", "RetainPublish device/sample_configuration", true)]
    [DataRow("""{"Effect":"Allow","Action":["iot:ListRetainedMessages"],"Resource":["*"]},{"Effect":"Allow","Action":["iot:GetRetainedMessage"],"Resource":["P:topic/foo"]}""", "t", "GetRetainedMessage foo", true)]
    [DataRow("""{"Effect":"Allow","Action":["iot:ListRetainedMessages"],"Resource":["*"]},{"Effect":"Allow","Action":["iot:GetRetainedMessage"],"Resource":["P:topic/foo"]}""", "t", "GetRetainedMessage bar", false)]
    [DataRow("""{"Effect":"Allow","Action":["iot:Publish"],"Resource":["P:topic/$aws/things/${iot:Connection.Thing.ThingName}/shadow/*"]}""", "t", "Publish $aws/things/t/shadow/update", true)]
    [DataRow("""{"Effect":"Allow","Action":["iot:DeleteThingShadow","iot:GetThingShadow","iot:UpdateThingShadow","iot:DescribeJobExecution","iot:GetPendingJobExecutions","iot:StartNextPendingJobExecution","iot:UpdateJobExecution"],"Resource":["P:thing/MyThing1"]}""", "t", "GetThingShadow MyThing1", true)]
    [DataRow("""{"Effect":"Allow","Action":["iotjobsdata:GetPendingJobExecutions","iotjobsdata:StartNextPendingJobExecution","iotjobsdata:DescribeJobExecution","iotjobsdata:UpdateJobExecution"],"Resource":"P:thing/t"}""", "t", "GetThingShadow t", false)]
    [DataRow("""{"Effect":"Allow","Action":["iot:Connect"],"Resource":"*"},{"Effect":"Allow","Action":["iot:Publish","iot:Receive"],"Resource":["P:topic/$aws/certificates/create/*","P:topic/$aws/provisioning-templates/templateName/provision/*"]}""", "t", "Publish $aws/provisioning-templates/templateName/provision/json", true)]
    public async Task The_developer_guides_policies_allow_what_it_says(string statements, string clientId, string request, bool expected)
    {
        string id = await RegisterAsync(statements).ConfigureAwait(false);
        string[] asked = request.Replace("CERTIFICATE", id, StringComparison.Ordinal).Split(' ', 2);

        ConnectionAccess access = _service.Cloud.Access.For(id, clientId, System.Net.IPAddress.Loopback, s_clean);

        Assert.AreEqual(expected, access.IsAllowed(Enum.Parse<PolicyAction>(asked[0]), asked[1]));
    }

    // MQTT persistent sessions policy examples: which of a clean, a persistent, a last will's and a both's CONNECT is allowed.
    [TestMethod]
    [DataRow("""{"ForAllValues:StringEquals":{"iot:ConnectAttributes":["PersistentConnect"]}}""", "", "clean persistent")]
    [DataRow("""{"ForAllValues:StringNotEquals":{"iot:ConnectAttributes":["PersistentConnect"]}}""", "", "clean will")]
    [DataRow("{}", """{"ForAnyValue:StringEquals":{"iot:ConnectAttributes":["PersistentConnect"]}}""", "clean will")]
    [DataRow("""{"ForAllValues:StringEquals":{"iot:ConnectAttributes":["PersistentConnect","LastWill"]}}""", "", "clean persistent will both")]
    [DataRow("""{"ForAllValues:StringEquals":{"iot:ConnectAttributes":["LastWill"]}}""", "", "clean will")]
    [DataRow("""{"ForAllValues:StringEquals":{"iot:ConnectAttributes":[]}}""", "", "clean")]
    [DataRow("""{"ForAnyValue:StringEquals":{"iot:ConnectAttributes":["PersistentConnect"]}}""", "", "persistent both")]
    [DataRow("""{"ForAllValues:StringEquals":{"iot:ConnectAttributes":["PersistentConnect","LastWill"]}}""", """{"ForAllValues:StringEquals":{"iot:ConnectAttributes":["PersistentConnect"]}}|{"ForAllValues:StringEquals":{"iot:ConnectAttributes":["LastWill"]}}|{"ForAllValues:StringEquals":{"iot:ConnectAttributes":[]}}""", "both")]
    [DataRow("""{"ForAllValues:StringEquals":{"iot:ConnectAttributes":["LastWill"]}}""", """{"ForAnyValue:StringEquals":{"iot:ConnectAttributes":["PersistentConnect"]}}""", "clean will")]
    [DataRow("""{"ArnEquals":{"iot:LastWillTopic":"P:topic/my/lastwill/topicName"}}""", "", "will both")]
    [DataRow("""{"ArnEquals":{"iot:LastWillTopic":"P:topic/*/topicName"}}""", "", "will both")]
    [DataRow("""{"ArnEquals":{"iot:LastWillTopic":"P:topic/other"}}""", "", "")]
    [DataRow("""{"ArnEquals":{"iot:LastWillTopic":"P:topic/my/lastwill/topicName"}}""", """{"ForAnyValue:StringEquals":{"iot:ConnectAttributes":["PersistentConnect"]}}""", "will")]
    public async Task The_developer_guides_connect_attributes_allow_what_it_says(string allow, string deny, string expected)
    {
        string statements = Statement("Allow", allow) + string.Concat(deny.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(condition => "," + Statement("Deny", condition)));
        string id = await RegisterAsync(statements).ConfigureAwait(false);

        string allowed = string.Join(' ', new[] { ("clean", s_clean), ("persistent", s_persistent), ("will", s_will), ("both", s_both) }
            .Where(item => _service.Cloud.Access.For(id, "t", null, item.Item2).IsAllowed(PolicyAction.Connect, "t"))
            .Select(item => item.Item1));

        Assert.AreEqual(expected, allowed);
    }

    [TestMethod]
    [DataRow("""{"StringEquals":{"iot:NoSuchKey":"x"}}""", "iot:NoSuchKey")]
    [DataRow("""{"StringEquals":{"iot:DomainName":"x"}}""", "iot:DomainName")]
    [DataRow("""{"StringEquals":{"iot:Certificate.Subject.AlternativeName.DNSName":"x"}}""", "iot:Certificate.Subject.AlternativeName.DNSName")]
    [DataRow("""{"StringEquals":{"aws:PrincipalTag/x":"x"}}""", "aws:PrincipalTag/x")]
    [DataRow("""{"BinaryEquals":{"iot:ClientId":"eA=="}}""", "BinaryEquals")]
    [DataRow("""{"ForEachValue:StringEquals":{"iot:ClientId":"x"}}""", "ForEachValue:StringEquals")]
    [DataRow("""{"StringEquals":{"iot:ConnectAttributes":"LastWill"}}""", "iot:ConnectAttributes")]
    [DataRow("""{"StringEquals":{"iot:ClientId":"${aws:username}"}}""", "aws:username")]
    [DataRow("""{"NumericLessThan":{"aws:EpochTime":"soon"}}""", "soon")]
    [DataRow("""{"IpAddress":{"aws:SourceIp":"10.0.0.0/99"}}""", "10.0.0.0/99")]
    [DataRow("""{"Bool":{"iot:Connection.Thing.IsAttached":"yes"}}""", "yes")]
    [DataRow("""{"DateLessThan":{"aws:CurrentTime":"tomorrow"}}""", "tomorrow")]
    public async Task What_a_condition_cannot_be_is_refused_by_name(string condition, string named)
    {
        string document = Document(Statement("Deny", condition));

        foreach ((string operation, JsonObject body, (string, string)[] values) in new (string, JsonObject, (string, string)[])[]
        {
            ("CreatePolicy", new JsonObject { ["policyDocument"] = document }, [("policyName", "p")]),
            ("CreatePolicyVersion", new JsonObject { ["policyDocument"] = document }, [("policyName", IdentityStore.DevicePolicy)]),
            ("CreateProvisioningTemplate", Template(document), []),
            ("CreateProvisioningTemplateVersion", new JsonObject { ["templateBody"] = Template(document)["templateBody"]!.DeepClone() }, [("templateName", "nanoiot-fleet")]),
        })
        {
            CloudException refusal = await Assert.ThrowsExactlyAsync<CloudException>(() => _service.Cloud.CallAsync(operation, body, values)).ConfigureAwait(false);

            Assert.AreEqual(ErrorCodes.MalformedPolicy, refusal.Code, operation);
            Assert.Contains(named, refusal.Message, operation);
        }
    }

    [TestMethod]
    [DataRow("""{"Effect":"Deny","Action":"iot:Publish","Resource":"P:topic/${cognito-identity.amazonaws.com:sub}"}""", "cognito-identity.amazonaws.com:sub")]
    [DataRow("""{"Effect":"Deny","Action":"iot:Pubish","Resource":"*"}""", "iot:Pubish")]
    public async Task An_unknown_variable_or_action_is_refused_by_name(string statement, string named)
    {
        CloudException refusal = await Assert.ThrowsExactlyAsync<CloudException>(
            () => _service.Cloud.CallAsync("CreatePolicy", new JsonObject { ["policyDocument"] = Document(statement) }, ("policyName", "p"))).ConfigureAwait(false);

        Assert.Contains(named, refusal.Message);
    }

    [TestMethod]
    [DataRow("""{"Effect":"Allow","Action":"iot:*","Resource":"*","Condition":{"StringEquals":{"iot:NoSuchKey":"x"}}}""", "ImplicitDeny")]
    [DataRow("""{"Effect":"Allow","Action":"iot:*","Resource":"*","Condition":{"StringNotEquals":{"iot:NoSuchKey":"x"}}}""", "ImplicitDeny")]
    [DataRow("""{"Effect":"Allow","Action":"iot:*","Resource":"*"},{"Effect":"Deny","Action":"iot:Publish","Resource":"P:topic/a/*","Condition":{"StringEquals":{"iot:NoSuchKey":"x"}}}""", "ExplicitDeny")]
    [DataRow("""{"Effect":"Allow","Action":"iot:*","Resource":"*"},{"Effect":"Deny","Action":"iot:Publish","Resource":"P:topic/a/${no:such}"}""", "ExplicitDeny")]
    [DataRow("""{"Effect":"Allow","Action":"iot:Publish","Resource":"P:topic/a/*"},{"Effect":"Deny","Action":"iot:Connect","Resource":"*","Condition":{"StringEquals":{"iot:NoSuchKey":"x"}}}""", "Allowed")]
    public async Task A_stored_policy_that_cannot_be_evaluated_fails_closed(string statements, string expected)
    {
        string id = await RegisterAsync("""{"Effect":"Allow","Action":"iot:Publish","Resource":"*"}""").ConfigureAwait(false);
        IdentityStore identities = _service.Cloud.Identities;

        // As a version of the service stored it that did not look at conditions.
        Policy stored = identities.Policies.Get("p")!;
        await _service.Cloud.Services.GetRequiredService<RecordStore>().WriteAsync(
            "Test",
            transaction => transaction.Put(identities.Policies, stored with { Versions = [stored.Versions[0] with { Document = Document(statements) }] })).ConfigureAwait(false);

        Assert.AreEqual(expected, _service.Cloud.Access.For(id, "t", null).Evaluate(PolicyAction.Publish, "a/b").ToString());
    }

    [TestMethod]
    [DataRow(false, "t", "t")]
    [DataRow(false, "other", null)]
    [DataRow(true, "other", "t")]
    [DataRow(true, "t", "t")]
    public async Task Thing_variables_resolve_by_client_id_unless_the_attachment_is_exclusive(bool isExclusive, string clientId, string? expected)
    {
        string id = await RegisterAsync("""{"Effect":"Allow","Action":"iot:Publish","Resource":"P:topic/${iot:Connection.Thing.ThingName}"},{"Effect":"Allow","Action":"iot:Receive","Resource":"*","Condition":{"Bool":{"iot:Connection.Thing.IsAttached":"true"}}}""").ConfigureAwait(false);
        if (isExclusive)
        {
            await _service.Cloud.CallAsync("AttachThingPrincipal", null, ("thingName", "t"), ("x-amzn-principal", Prefix + "cert/" + id), ("thingPrincipalType", "EXCLUSIVE_THING")).ConfigureAwait(false);
        }

        ConnectionAccess access = _service.Cloud.Access.For(id, clientId, null, s_clean);

        Assert.AreEqual(expected is not null, access.IsAllowed(PolicyAction.Publish, "t"));
        Assert.AreEqual(expected is not null, access.IsAllowed(PolicyAction.Receive, "x"));
    }

    [TestMethod]
    public async Task A_certificate_cannot_use_the_name_of_a_thing_it_is_not_attached_to()
    {
        string id = await RegisterAsync("""{"Effect":"Allow","Action":"iot:*","Resource":"*"}""").ConfigureAwait(false);
        await _service.Cloud.CallAsync("CreateThing", null, ("thingName", "bare")).ConfigureAwait(false);
        await _service.Cloud.CallAsync("DetachThingPrincipal", null, ("thingName", "t"), ("x-amzn-principal", Prefix + "cert/" + id)).ConfigureAwait(false);
        using X509Certificate2 certificate = X509Certificate2.CreateFromPem(_service.Cloud.Identities.Find(id)!.Pem);

        async Task<bool> ConnectsAsync(string clientId) =>
            (await _service.Cloud.Services.GetRequiredService<IConnectionAuthenticator>().AuthenticateAsync(clientId, certificate, null, null, s_clean).ConfigureAwait(false)).Identity is not null;

        Assert.IsFalse(await ConnectsAsync("t").ConfigureAwait(false), "a thing whose certificate it was");
        Assert.IsFalse(await ConnectsAsync("bare").ConfigureAwait(false), "a thing without a certificate");
        Assert.IsTrue(await ConnectsAsync("nobody").ConfigureAwait(false), "no thing");
    }

    private static string Statement(string effect, string condition) =>
        $$"""{"Effect":"{{effect}}","Action":["iot:Connect"],"Resource":"*","Condition":{{condition}}}""";

    private static string Document(string statements) =>
        "{\"Version\":\"2012-10-17\",\"Statement\":[" + statements.Replace("P:", Prefix, StringComparison.Ordinal) + "]}";

    private static JsonObject Template(string document) => new()
    {
        ["templateName"] = "refused",
        ["provisioningRoleArn"] = "arn:aws:iam::000000000000:role/none",
        ["templateBody"] = new JsonObject
        {
            ["Resources"] = new JsonObject
            {
                ["policy"] = new JsonObject { ["Type"] = "AWS::IoT::Policy", ["Properties"] = new JsonObject { ["PolicyDocument"] = document } },
            },
        }.ToJsonString(),
    };

    /// <summary>Registers thing t with a certificate that has a policy p alone.</summary>
    private async Task<string> RegisterAsync(string statements)
    {
        await _service.Cloud.CallAsync("CreateThingType", null, ("thingTypeName", "sensor")).ConfigureAwait(false);
        await _service.Cloud.Registry.CreateAsync(new ThingRequest { ThingName = "t", ThingTypeName = "sensor", Region = "eu" }).ConfigureAwait(false);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName("CN=t,O=AnyCompany,CN=Administrator", X500DistinguishedNameFlags.None), key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        string id = (await _service.Cloud.CallAsync(
            "RegisterCertificateWithoutCA",
            new JsonObject { ["certificatePem"] = certificate.ExportCertificatePem(), ["status"] = "ACTIVE" }).ConfigureAwait(false))["certificateId"]!.ToString();
        await _service.Cloud.CallAsync("AttachThingPrincipal", null, ("thingName", "t"), ("x-amzn-principal", Prefix + "cert/" + id)).ConfigureAwait(false);
        await _service.Cloud.CallAsync("CreatePolicy", new JsonObject { ["policyDocument"] = Document(statements) }, ("policyName", "p")).ConfigureAwait(false);
        await _service.Cloud.CallAsync("AttachPolicy", new JsonObject { ["target"] = Prefix + "cert/" + id }, ("policyName", "p")).ConfigureAwait(false);
        return id;
    }
}
