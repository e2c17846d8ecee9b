using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Rest;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests;

/// <summary>Details of AWS IoT's contract: tags, errors, the fleet index, operations that the service lacks.</summary>
[TestClass]
public sealed class AwsContractTests
{
    private const string Prefix = "arn:aws:iot:eu-west-1:000000000000:";
    private const string Policy = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:*","Resource":"*"}]}""";
    private const string Template = """{"Resources":{"thing":{"Type":"AWS::IoT::Thing","Properties":{"ThingName":"x"}}}}""";
    private const string Role = "arn:aws:iam::000000000000:role/none";

    private TestService _service = null!;

    [TestInitialize]
    public async Task StartAsync() => _service = await TestService.StartAsync().ConfigureAwait(false);

    [TestCleanup]
    public async Task StopAsync() => await _service.DisposeAsync().ConfigureAwait(false);

    [TestMethod]
    public async Task Tags_given_at_creation_are_listed_added_and_removed_and_go_with_the_resource()
    {
        JsonObject WithTags(JsonObject body)
        {
            body["tags"] = JsonNode.Parse("""[{"Key":"team","Value":"a b"},{"Key":"cost"}]""");
            return body;
        }

        foreach ((string resource, Func<Task> create, Func<Task> delete) in new (string, Func<Task>, Func<Task>)[]
        {
            ("policy/p", () => CallAsync("CreatePolicy", WithTags(new JsonObject { ["policyDocument"] = Policy }), ("policyName", "p")), () => CallAsync("DeletePolicy", null, ("policyName", "p"))),
            (
                "provisioningtemplate/p",
                () => CallAsync("CreateProvisioningTemplate", WithTags(new JsonObject { ["templateName"] = "p", ["templateBody"] = Template, ["provisioningRoleArn"] = Role })),
                () => CallAsync("DeleteProvisioningTemplate", null, ("templateName", "p"))),
            (
                "rule/p",
                () => CallAsync("CreateTopicRule", new JsonObject { ["sql"] = "SELECT * FROM 'a'", ["actions"] = new JsonArray() }, ("ruleName", "p"), ("x-amz-tagging", "team=a%20b&cost=")),
                () => CallAsync("DeleteTopicRule", null, ("ruleName", "p"))),
            ("thingtype/p", () => CallAsync("CreateThingType", WithTags([]), ("thingTypeName", "p")), () => Task.CompletedTask),
            ("thinggroup/p", () => CallAsync("CreateThingGroup", WithTags([]), ("thingGroupName", "p")), () => CallAsync("DeleteThingGroup", null, ("thingGroupName", "p"))),
            ("billinggroup/p", () => CallAsync("CreateBillingGroup", WithTags([]), ("billingGroupName", "p")), () => CallAsync("DeleteBillingGroup", null, ("billingGroupName", "p"))),
        })
        {
            await create().ConfigureAwait(false);
            Assert.AreEqual("cost= team=a b", await TagsAsync(resource).ConfigureAwait(false), resource);

            await CallAsync("TagResource", new JsonObject { ["resourceArn"] = Prefix + resource, ["tags"] = JsonNode.Parse("""[{"Key":"team","Value":"c"},{"Key":"new","Value":"1"}]""") }).ConfigureAwait(false);
            await CallAsync("UntagResource", new JsonObject { ["resourceArn"] = Prefix + resource, ["tagKeys"] = new JsonArray("cost", "none") }).ConfigureAwait(false);
            Assert.AreEqual("new=1 team=c", await TagsAsync(resource).ConfigureAwait(false), resource);

            await CallAsync("UntagResource", new JsonObject { ["resourceArn"] = Prefix + resource, ["tagKeys"] = new JsonArray("new", "team") }).ConfigureAwait(false);
            Assert.AreEqual(string.Empty, await TagsAsync(resource).ConfigureAwait(false), resource);
            await CallAsync("TagResource", new JsonObject { ["resourceArn"] = Prefix + resource, ["tags"] = JsonNode.Parse("""[{"Key":"old"}]""") }).ConfigureAwait(false);
            await delete().ConfigureAwait(false);
        }

        await CallAsync("CreatePolicy", new JsonObject { ["policyDocument"] = Policy }, ("policyName", "p")).ConfigureAwait(false);
        Assert.AreEqual(string.Empty, await TagsAsync("policy/p").ConfigureAwait(false), "another policy of the name has no tags of the first");
    }

    [TestMethod]
    public async Task What_exists_already_is_named_with_its_arn()
    {
        var type = new JsonObject { ["thingTypeProperties"] = new JsonObject { ["thingTypeDescription"] = "other" } };
        var group = new JsonObject { ["thingGroupProperties"] = new JsonObject { ["thingGroupDescription"] = "other" } };
        var billing = new JsonObject { ["billingGroupProperties"] = new JsonObject { ["billingGroupDescription"] = "other" } };
        var thing = new JsonObject { ["attributePayload"] = new JsonObject { ["attributes"] = new JsonObject { ["a"] = "b" } } };
        var template = new JsonObject { ["templateName"] = "n", ["templateBody"] = Template, ["provisioningRoleArn"] = Role };
        var rule = new JsonObject { ["sql"] = "SELECT * FROM 'a'", ["actions"] = new JsonArray() };
        foreach ((string path, JsonObject? first, JsonObject second, string resource) in new (string, JsonObject?, JsonObject, string)[]
        {
            ("/things/n", null, thing, "thing/n"),
            ("/thing-types/n", null, type, "thingtype/n"),
            ("/thing-groups/n", null, group, "thinggroup/n"),
            ("/billing-groups/n", null, billing, "billinggroup/n"),
            ("/policies/n", new JsonObject { ["policyDocument"] = Policy }, new JsonObject { ["policyDocument"] = Policy }, "policy/n"),
            ("/provisioning-templates", template, template, "provisioningtemplate/n"),
            ("/rules/n", rule, rule, "rule/n"),
        })
        {
            Assert.AreEqual(HttpStatusCode.OK, (await PostAsync(path, first).ConfigureAwait(false)).Status, path);

            (HttpStatusCode status, JsonNode answer) = await PostAsync(path, second).ConfigureAwait(false);

            Assert.AreEqual(HttpStatusCode.Conflict, status, path);
            Assert.AreEqual(Prefix + resource, answer["resourceArn"]!.ToString());
            Assert.AreEqual("n", answer["resourceId"]!.ToString());
        }
    }

    [TestMethod]
    public async Task The_index_has_billing_groups_and_things_that_never_connected()
    {
        await CallAsync("CreateBillingGroup", null, ("billingGroupName", "money")).ConfigureAwait(false);
        await CallAsync("CreateThing", new JsonObject { ["billingGroupName"] = "money" }, ("thingName", "t")).ConfigureAwait(false);

        foreach (string query in new[] { "thingGroupNames:money", "connectivity.connected:false", "NOT connectivity.connected:true" })
        {
            JsonNode found = (await CallAsync("SearchIndex", new JsonObject { ["queryString"] = query }).ConfigureAwait(false))["things"]!.AsArray().Single()!;

            Assert.AreEqual("money", found["thingGroupNames"]!.AsArray().Single()!.ToString());
            Assert.AreEqual("""{"connected":false}""", found["connectivity"]!.ToJsonString());
        }
    }

    [TestMethod]
    [DataRow("AND x")]
    [DataRow("OR x")]
    [DataRow("x AND OR y")]
    [DataRow("x OR AND y")]
    [DataRow("x AND")]
    [DataRow("x OR")]
    [DataRow("NOT")]
    [DataRow("NOT AND x")]
    [DataRow("(AND x)")]
    [DataRow("thingName:(x AND OR y)")]
    [DataRow("thingName:AND")]
    [DataRow("AND")]
    public async Task An_operator_in_the_place_of_a_term_is_refused(string query)
    {
        CloudException refusal = await Assert.ThrowsExactlyAsync<CloudException>(() => CallAsync("SearchIndex", new JsonObject { ["queryString"] = query })).ConfigureAwait(false);

        Assert.AreEqual(ErrorCodes.InvalidQuery, refusal.Code);
    }

    [TestMethod]
    [DataRow("\"AND\"")]
    [DataRow("ANDROID OR ORDER")]
    [DataRow("thingName:ORDER")]
    [DataRow("x AND NOT y")]
    public async Task A_word_that_looks_like_an_operator_is_a_term(string query) =>
        Assert.IsEmpty((await CallAsync("SearchIndex", new JsonObject { ["queryString"] = query }).ConfigureAwait(false))["things"]!.AsArray());

    [TestMethod]
    public async Task An_operation_that_the_service_lacks_is_refused_by_name()
    {
        using HttpClient http = _service.CreateHttp();
        Operation[] refused = [.. _service.Cloud.Operations.Operations.Where(operation => operation.Support == Support.Refused)];
        foreach (Operation operation in refused)
        {
            string path = string.Join('/', operation.Path.Split('/').Select(part => part.StartsWith('{') ? "x" : part));
            using var request = new HttpRequestMessage(new HttpMethod(operation.Method), new Uri(path, UriKind.Relative));
            using HttpResponseMessage answer = await http.SendAsync(request).ConfigureAwait(false);

            Assert.AreEqual(ErrorCodes.NotSupported, answer.Headers.GetValues("x-amzn-ErrorType").Single(), operation.Name);
            Assert.Contains(operation.Name, await answer.Content.ReadAsStringAsync().ConfigureAwait(false));
        }

        CollectionAssert.IsSubsetOf(new[] { "CreateJob", "DescribeJobExecution", "CreateStream", "CreateFleetMetric", "CreateAuthorizer", "CreateDomainConfiguration" }, refused.Select(item => item.Name).ToArray());
    }

    [TestMethod]
    [DataRow(443, "iot.example.com")]
    [DataRow(8443, "iot.example.com:8443")]
    public void An_endpoint_names_no_port_where_it_is_the_usual_one(int port, string expected) =>
        Assert.AreEqual(expected, new ServiceAddress { Api = new Uri($"https://iot.example.com:{port}") }.HostAndHttpsPort);

    [TestMethod]
    public async Task Policies_and_targets_are_listed_in_the_order_asked_for()
    {
        (string pem, _) = await _service.RegisterAsync("t").ConfigureAwait(false);
        using var certificate = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPem(pem);
        string principal = Prefix + "cert/" + Identity.CertificateAuthority.CertificateIdOf(certificate);
        foreach (string name in new[] { "a", "b" })
        {
            await CallAsync("CreatePolicy", new JsonObject { ["policyDocument"] = Policy }, ("policyName", name)).ConfigureAwait(false);
            await CallAsync("AttachPolicy", new JsonObject { ["target"] = principal }, ("policyName", name)).ConfigureAwait(false);
        }

        JsonObject first = await CallAsync("ListPrincipalPolicies", null, ("x-amzn-iot-principal", principal), ("isAscendingOrder", "false"), ("pageSize", "2")).ConfigureAwait(false);
        JsonObject second = await CallAsync("ListPrincipalPolicies", null, ("x-amzn-iot-principal", principal), ("isAscendingOrder", "false"), ("pageSize", "2"), ("marker", first["nextMarker"]!.ToString())).ConfigureAwait(false);

        string names = string.Join(' ', first["policies"]!.AsArray().Concat(second["policies"]!.AsArray()).Select(policy => policy!["policyName"]!.ToString()));
        Assert.AreEqual("nanoiot-device b a", names);
    }

    private Task<JsonObject> CallAsync(string name, JsonObject? body, params (string Name, string Value)[] values) => _service.Cloud.CallAsync(name, body, values);

    private async Task<string> TagsAsync(string resource)
    {
        JsonObject answer = await CallAsync("ListTagsForResource", null, ("resourceArn", Prefix + resource)).ConfigureAwait(false);
        return string.Join(' ', answer["tags"]!.AsArray().Select(tag => $"{tag!["Key"]}={tag["Value"]}"));
    }

    private async Task<(HttpStatusCode Status, JsonNode Body)> PostAsync(string path, JsonObject? body)
    {
        using HttpClient http = _service.CreateHttp();
        using HttpContent? content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await http.PostAsync(new Uri(path, UriKind.Relative), content).ConfigureAwait(false);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync().ConfigureAwait(false))!);
    }
}
