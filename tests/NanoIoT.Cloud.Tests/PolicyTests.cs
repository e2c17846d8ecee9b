using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity;
using NanoIoT.Cloud.Identity.Policies;
using NanoIoT.Cloud.Registry;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests;

/// <summary>What policies allow: the built-in one and documents as AWS's manual has them.</summary>
[TestClass]
public sealed class PolicyTests
{
    private const string Prefix = "arn:aws:iot:eu-west-1:000000000000:";

    private TestService _service = null!;

    [TestInitialize]
    public async Task StartAsync() => _service = await TestService.StartAsync().ConfigureAwait(false);

    [TestCleanup]
    public async Task StopAsync() => await _service.DisposeAsync().ConfigureAwait(false);

    [TestMethod]
    [DataRow("nanoiot/things/t/telemetry", true)]
    [DataRow("nanoiot/things/t/ota/progress", true)]
    [DataRow("nanoiot/things/u/telemetry", false)]
    [DataRow("nanoiot/things/t2/telemetry", false)]
    [DataRow("nanoiot/things/t/ota/url/get/accepted", false)]
    [DataRow("$aws/things/t/shadow/update", true)]
    [DataRow("$aws/things/t/shadow/name/n/get", true)]
    [DataRow("$aws/things/t/shadow/update/accepted", false)]
    [DataRow("$aws/things/u/shadow/update", false)]
    [DataRow("$aws/certificates/create-from-csr/json", true)]
    [DataRow("$aws/certificates/create/json", false)]
    [DataRow("$aws/provisioning-templates/nanoiot-rotation/provision/json", true)]
    [DataRow("$aws/provisioning-templates/nanoiot-fleet/provision/json", false)]
    [DataRow("$aws/events/presence/connected/t", false)]
    [DataRow("nanoiot/ota/all/app", false)]
    [DataRow("nanoiot/things/t/#", false)]
    [DataRow("nanoiot/things/+/x", false)]
    [DataRow("nanoiot/things/t/\0", false)]
    [DataRow("nanoiot/things/t/\uFFFD", false)]
    [DataRow("nanoiot/things/t/1/2/3/4/5/6", false)]
    [DataRow("", false)]
    [DataRow("other", false)]
    public async Task A_thing_publishes_on_its_own_topics_alone(string topic, bool allowed)
    {
        ConnectionAccess access = await RegisterAsync("t").ConfigureAwait(false);

        Assert.AreEqual(allowed, PublishTopics.Check(topic) is null && access.IsAllowed(PolicyAction.Publish, topic));
    }

    [TestMethod]
    [DataRow("nanoiot/things/t/#", true)]
    [DataRow("$aws/things/t/shadow/#", true)]
    [DataRow("nanoiot/ota/all/+", true)]
    [DataRow("nanoiot/ota/thing/t/+", true)]
    [DataRow("nanoiot/ota/group/field/+", true)]
    [DataRow("nanoiot/ota/region/eu/+", true)]
    [DataRow("nanoiot/ota/group/field/region/eu/+", true)]
    [DataRow("nanoiot/ota/group/lab/+", false)]
    [DataRow("nanoiot/ota/group/+/+", false)]
    [DataRow("nanoiot/ota/region/us/+", false)]
    [DataRow("nanoiot/ota/#", false)]
    [DataRow("nanoiot/ota/group/field/#", false)]
    [DataRow("nanoiot/ota/thing/u/+", false)]
    [DataRow("nanoiot/things/+/telemetry", false)]
    [DataRow("$aws/things/+/shadow/#", false)]
    [DataRow("#", false)]
    [DataRow("+/+/+/+", false)]
    public async Task A_thing_subscribes_to_its_own_topics_and_groups_alone(string filter, bool allowed)
    {
        ConnectionAccess access = await RegisterAsync("t").ConfigureAwait(false);

        Assert.AreEqual(allowed, access.IsAllowed(PolicyAction.Subscribe, filter));
    }

    [TestMethod]
    [DataRow("""{"Effect":"Allow","Action":"iot:*","Resource":"*"}""", "a/b", "Allowed")]
    [DataRow("""{"Effect":"Allow","Action":"iot:Publish","Resource":"P:topic/a/*"}""", "a/b/c", "Allowed")]
    [DataRow("""{"Effect":"Allow","Action":"iot:Publish","Resource":"P:topic/a/?"}""", "a/bc", "ImplicitDeny")]
    [DataRow("""{"Effect":"Allow","Action":"iot:Publish","Resource":"P:topic/a/?c"}""", "a/bc", "Allowed")]
    [DataRow("""{"Effect":"Allow","Action":"iot:Publish","Resource":"P:topic/+/b"}""", "a/b", "ImplicitDeny")]
    [DataRow("""{"Effect":"Allow","Action":["iot:Connect","iot:Pub*"],"Resource":["P:topic/x","P:topic/a/b"]}""", "a/b", "Allowed")]
    [DataRow("""{"Effect":"Allow","Action":"iot:Publish","Resource":"P:topicfilter/a/b"}""", "a/b", "ImplicitDeny")]
    [DataRow("""{"Effect":"Allow","Action":"iot:Publish","Resource":"arn:aws:iot:*:*:topic/a/b"}""", "a/b", "Allowed")]
    [DataRow("""{"Effect":"Allow","Action":"iot:Publish","Resource":"arn:aws:iot:us-east-1:000000000000:topic/a/b"}""", "a/b", "ImplicitDeny")]
    [DataRow("""{"Effect":"Allow","Action":"iot:Publish","Resource":"P:*"}""", "a/b", "Allowed")]
    [DataRow("""{"Effect":"Allow","Action":"iot:Publish","Resource":"P:topic/${iot:Connection.Thing.ThingName}/*"}""", "t/x", "Allowed")]
    [DataRow("""{"Effect":"Allow","Action":"iot:Publish","Resource":"P:topic/${iot:ClientId}/*"}""", "u/x", "ImplicitDeny")]
    [DataRow("""{"Effect":"Allow","Action":"iot:Publish","Resource":"P:topic/${iot:Connection.Thing.Attributes[region]}/x"}""", "eu/x", "Allowed")]
    [DataRow("""{"Effect":"Allow","Action":"iot:Publish","Resource":"P:topic/${iot:Connection.Thing.Attributes[none]}*"}""", "x", "ImplicitDeny")]
    [DataRow("""{"Effect":"Allow","Action":"iot:Publish","Resource":"P:topic/${iot:Certificate.Subject.CommonName}"}""", "t", "Allowed")]
    [DataRow("""{"Effect":"Allow","Action":"iot:Publish","Resource":"P:topic/${*}"}""", "*", "Allowed")]
    [DataRow("""{"Effect":"Allow","Action":"iot:Publish","Resource":"*"},{"Effect":"Deny","Action":"iot:Publish","Resource":"P:topic/a/*"}""", "a/b", "ExplicitDeny")]
    [DataRow("""{"Effect":"Deny","Action":"iot:Publish","Resource":"P:topic/a/*"},{"Effect":"Allow","Action":"iot:Publish","Resource":"*"}""", "a/b", "ExplicitDeny")]
    [DataRow("""{"Effect":"Allow","Action":"iot:Publish","Resource":"*","Condition":{"Bool":{"iot:Connection.Thing.IsAttached":["true"]}}}""", "a", "Allowed")]
    [DataRow("""{"Effect":"Allow","Action":"iot:Publish","Resource":"*","Condition":{"StringEquals":{"iot:ClientId":"u"}}}""", "a", "ImplicitDeny")]
    [DataRow("""{"Effect":"Allow","Action":"iot:Publish","Resource":"*","Condition":{"StringLike":{"iot:Connection.Thing.ThingName":"t*"}}}""", "a", "Allowed")]
    [DataRow("""{"Effect":"Allow","Action":"iot:Publish","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}""", "a", "Allowed")]
    [DataRow("""{"Effect":"Allow","Action":"iot:Publish","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":"10.1.0.0/16"}}}""", "a", "ImplicitDeny")]
    [DataRow("""{"Effect":"Allow","Action":"iot:Publish","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2099-01-01T00:00:00Z"}}}""", "a", "ImplicitDeny")]
    [DataRow("""{"Effect":"Allow","Action":"iot:Publish","Resource":"P:topic/*a*b*c"}""", "xxaxxbxxbc", "Allowed")]
    [DataRow("""{"Effect":"Allow","Action":"iot:Publish","Resource":"P:topic/*a*b*c"}""", "xxbxxaxxc", "ImplicitDeny")]
    public async Task A_document_says_what_aws_manual_says(string statements, string topic, string expected)
    {
        string document = "{\"Version\":\"2012-10-17\",\"Statement\":[" + statements.Replace("P:", Prefix, StringComparison.Ordinal) + "]}";
        ConnectionAccess access = await RegisterAsync("t", document).ConfigureAwait(false);

        Assert.AreEqual(expected, access.Evaluate(PolicyAction.Publish, topic).ToString());
        Assert.AreEqual(expected, access.Evaluate(PolicyAction.Publish, topic).ToString(), "the second answer comes from the cache");
    }

    [TestMethod]
    public async Task A_variables_value_is_no_pattern()
    {
        string document = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"iot:Publish\",\"Resource\":\"" + Prefix + "topic/${iot:Connection.Thing.Attributes[description]}/x\"}]}";
        ConnectionAccess access = await RegisterAsync("t", document).ConfigureAwait(false);
        await _service.Cloud.Registry.SetAttributesAsync("t", new Dictionary<string, string?> { ["description"] = "*" }).ConfigureAwait(false);

        Assert.IsFalse(access.IsAllowed(PolicyAction.Publish, "other/x"));
        Assert.IsTrue(access.IsAllowed(PolicyAction.Publish, "*/x"));
    }

    [TestMethod]
    public async Task An_answer_changes_when_the_groups_the_policy_or_the_attachment_does()
    {
        ConnectionAccess access = await RegisterAsync("t").ConfigureAwait(false);
        Assert.IsFalse(access.IsAllowed(PolicyAction.Subscribe, "nanoiot/ota/group/lab/+"));

        await _service.Cloud.CallAsync("AddThingToThingGroup", """{"thingGroupName":"lab","thingName":"t"}""", before: ("CreateThingGroup", "thingGroupName", "lab")).ConfigureAwait(false);
        Assert.IsTrue(access.IsAllowed(PolicyAction.Subscribe, "nanoiot/ota/group/lab/+"));
    }

    [TestMethod]
    [DataRow("not json")]
    [DataRow("[]")]
    [DataRow("{}")]
    [DataRow("""{"Version":"2012-10-17"}""")]
    [DataRow("""{"Version":"2012-10-17","Statement":[]}""")]
    [DataRow("""{"Version":"2012-10-17","Statement":[{"Effect":"Maybe","Action":"iot:Publish","Resource":"*"}]}""")]
    [DataRow("""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get","Resource":"*"}]}""")]
    [DataRow("""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:Publish"}]}""")]
    [DataRow("""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:Publish","Resource":"topic/x"}]}""")]
    [DataRow("""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:Publish","Resource":"arn:aws:iot:eu-west-1:000000000000:topic/${iot"}]}""")]
    [DataRow("""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":"iot:Publish","Resource":"*"}]}""")]
    [DataRow("""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:Publish","Resource":"*","Condition":{"Nonsense":{"a":"b"}}}]}""")]
    [DataRow("""{"Version":"2012-10-17","Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:Publish","Resource":"*"}]}""")]
    public async Task A_malformed_policy_is_refused_and_not_stored(string document)
    {
        CloudException exception = await Assert.ThrowsExactlyAsync<CloudException>(() => _service.Cloud.CallAsync("CreatePolicy", new JsonObject { ["policyDocument"] = document }, ("policyName", "p"))).ConfigureAwait(false);

        Assert.AreEqual(ErrorCodes.MalformedPolicy, exception.Code);
        await Assert.ThrowsExactlyAsync<CloudException>(() => _service.Cloud.CallAsync("GetPolicy", null, ("policyName", "p"))).ConfigureAwait(false);
    }

    private async Task<ConnectionAccess> RegisterAsync(string name, string? document = null)
    {
        (string pem, _) = await _service.RegisterAsync(name).ConfigureAwait(false);
        using X509Certificate2 certificate = X509Certificate2.CreateFromPem(pem);
        string id = CertificateAuthority.CertificateIdOf(certificate);
        if (document is not null)
        {
            await _service.Cloud.CallAsync("DetachPolicy", new JsonObject { ["target"] = Prefix + "cert/" + id }, ("policyName", IdentityStore.DevicePolicy)).ConfigureAwait(false);
            await _service.Cloud.CallAsync("CreatePolicy", new JsonObject { ["policyDocument"] = document }, ("policyName", "p")).ConfigureAwait(false);
            await _service.Cloud.CallAsync("AttachPolicy", new JsonObject { ["target"] = Prefix + "cert/" + id }, ("policyName", "p")).ConfigureAwait(false);
        }

        return _service.Cloud.Access.For(id, name, System.Net.IPAddress.Parse("10.1.2.3"));
    }
}
