using System.Text.Json.Nodes;
using NanoIoT.Testing;

namespace NanoIoT.Counterparts.Tests;

/// <summary>The aws command of Debian's package, with our keys, against the service: nothing of it knows nanoIoT.</summary>
[TestClass]
public sealed class AwsCliTests : AwsTestBase
{
    [TestMethod]
    public async Task Registry_groups_and_search_are_driven_by_the_aws_command()
    {
        await IotAsync("create-thing-type", "--thing-type-name", "pump").ConfigureAwait(false);
        JsonNode thing = await IotAsync("create-thing", "--thing-name", "pump-7", "--thing-type-name", "pump", "--attribute-payload", """{"attributes":{"serialNumber":"A-1042","site":"north"}}""").ConfigureAwait(false);
        Assert.AreEqual("arn:aws:iot:eu-west-1:000000000000:thing/pump-7", thing["thingArn"]!.GetValue<string>());
        await IotAsync("create-thing-group", "--thing-group-name", "field").ConfigureAwait(false);
        await IotAsync("create-thing-group", "--thing-group-name", "hall", "--parent-group-name", "field").ConfigureAwait(false);
        await IotAsync("add-thing-to-thing-group", "--thing-group-name", "hall", "--thing-name", "pump-7").ConfigureAwait(false);
        await IotAsync("create-dynamic-thing-group", "--thing-group-name", "north", "--query-string", "attributes.site:north").ConfigureAwait(false);
        await IotAsync("create-billing-group", "--billing-group-name", "b").ConfigureAwait(false);
        await IotAsync("add-thing-to-billing-group", "--billing-group-name", "b", "--thing-name", "pump-7").ConfigureAwait(false);
        await IotAsync("tag-resource", "--resource-arn", "arn:aws:iot:eu-west-1:000000000000:thinggroup/field", "--tags", "Key=owner,Value=ops").ConfigureAwait(false);

        JsonNode described = await IotAsync("describe-thing", "--thing-name", "pump-7").ConfigureAwait(false);
        Assert.AreEqual("A-1042", described["attributes"]!["serialNumber"]!.GetValue<string>());
        Assert.AreEqual("b", described["billingGroupName"]!.GetValue<string>());
        string[] groups = [.. (await IotAsync("list-thing-groups-for-thing", "--thing-name", "pump-7").ConfigureAwait(false))["thingGroups"]!.AsArray().Select(item => item!["groupName"]!.GetValue<string>())];
        CollectionAssert.AreEqual(new[] { "hall", "north" }, groups);
        JsonNode recursive = await IotAsync("list-things-in-thing-group", "--thing-group-name", "field", "--recursive").ConfigureAwait(false);
        Assert.AreEqual("pump-7", recursive["things"]![0]!.GetValue<string>());
        JsonNode tree = await IotAsync("describe-thing-group", "--thing-group-name", "hall").ConfigureAwait(false);
        Assert.AreEqual("field", tree["thingGroupMetadata"]!["rootToParentThingGroups"]![0]!["groupName"]!.GetValue<string>());
        Assert.AreEqual("ops", (await IotAsync("list-tags-for-resource", "--resource-arn", "arn:aws:iot:eu-west-1:000000000000:thinggroup/field").ConfigureAwait(false))["tags"]![0]!["Value"]!.GetValue<string>());

        await DataAsync("update-thing-shadow", "--thing-name", "pump-7", "--payload", """{"state":{"reported":{"battery":41}}}""", Path.Combine(Folder, "out")).ConfigureAwait(false);
        JsonNode found = await IotAsync("search-index", "--query-string", "shadow.reported.battery > 40 AND thingGroupNames:hall AND NOT connectivity.connected:true").ConfigureAwait(false);
        Assert.AreEqual("pump-7", found["things"]![0]!["thingName"]!.GetValue<string>());
        Assert.IsEmpty((await IotAsync("search-index", "--query-string", "shadow.reported.battery:[42 TO 50]").ConfigureAwait(false))["things"]!.AsArray());
        Assert.AreEqual(41, (await IotAsync("get-statistics", "--query-string", "*", "--aggregation-field", "shadow.reported.battery").ConfigureAwait(false))["statistics"]!["average"]!.GetValue<double>());
        Assert.AreEqual(1, (await IotAsync("get-cardinality", "--query-string", "*", "--aggregation-field", "attributes.site").ConfigureAwait(false))["cardinality"]!.GetValue<int>());
        Assert.AreEqual("north", (await IotAsync("get-buckets-aggregation", "--query-string", "*", "--aggregation-field", "attributes.site", "--buckets-aggregation-type", """{"termsAggregation":{"maxBuckets":5}}""").ConfigureAwait(false))["buckets"]![0]!["keyValue"]!.GetValue<string>());
        Assert.AreEqual(41, (await IotAsync("get-percentiles", "--query-string", "*", "--aggregation-field", "shadow.reported.battery", "--percents", "50").ConfigureAwait(false))["percentiles"]![0]!["value"]!.GetValue<double>());

        await FailsAsync("VersionConflictException", "update-thing", "--thing-name", "pump-7", "--expected-version", "99", "--attribute-payload", "{}").ConfigureAwait(false);
        await FailsAsync("ResourceNotFoundException", "describe-thing", "--thing-name", "none").ConfigureAwait(false);
        await FailsAsync("InvalidRequestException", "delete-thing-group", "--thing-group-name", "field").ConfigureAwait(false);
        await FailsAsync("InvalidQueryException", "search-index", "--query-string", "(").ConfigureAwait(false);
        await FailsAsync("NotSupportedException", "list-role-aliases").ConfigureAwait(false);
    }

    [TestMethod]
    public async Task Rules_are_driven_by_the_aws_command()
    {
        string payload = """{"sql":"SELECT temperature AS t FROM 'site/#' WHERE temperature > 20","awsIotSqlVersion":"2016-03-23","description":"d","actions":[{"dynamoDB":{"tableName":"readings","roleArn":"arn:aws:iam::000000000000:role/r","hashKeyField":"topic","hashKeyValue":"${topic()}"}}]}""";
        await IotAsync("create-topic-rule", "--rule-name", "hot", "--topic-rule-payload", payload).ConfigureAwait(false);
        await FailsAsync("ResourceAlreadyExistsException", "create-topic-rule", "--rule-name", "hot", "--topic-rule-payload", payload).ConfigureAwait(false);
        await FailsAsync("SqlParseException", "create-topic-rule", "--rule-name", "bad", "--topic-rule-payload", """{"sql":"SELECT FROM","actions":[]}""").ConfigureAwait(false);
        JsonNode rule = await IotAsync("get-topic-rule", "--rule-name", "hot").ConfigureAwait(false);
        Assert.AreEqual("readings", rule["rule"]!["actions"]![0]!["dynamoDB"]!["tableName"]!.GetValue<string>());
        string[] names = [.. (await IotAsync("list-topic-rules").ConfigureAwait(false))["rules"]!.AsArray().Select(item => item!["ruleName"]!.GetValue<string>())];
        CollectionAssert.AreEqual(new[] { "hot", "nanoiot_progress" }, names);
        await DataAsync("publish", "--topic", "site/7", "--qos", "1", "--payload", """{"temperature":21}""").ConfigureAwait(false);
        await IotAsync("disable-topic-rule", "--rule-name", "hot").ConfigureAwait(false);
        await DataAsync("publish", "--topic", "site/8", "--qos", "1", "--payload", """{"temperature":22}""").ConfigureAwait(false);
        await IotAsync("enable-topic-rule", "--rule-name", "hot").ConfigureAwait(false);
        await IotAsync("replace-topic-rule", "--rule-name", "hot", "--topic-rule-payload", payload.Replace("> 20", "> 30", StringComparison.Ordinal)).ConfigureAwait(false);
        await DataAsync("publish", "--topic", "site/9", "--qos", "1", "--payload", """{"temperature":23}""").ConfigureAwait(false);
        await IotAsync("delete-topic-rule", "--rule-name", "hot").ConfigureAwait(false);

        (int exitCode, string output, string errors) = await NanoIoTProcess.RunAsync("table", "show", "readings", "--data", Path.Combine(Folder, "data"), "--output", "json").ConfigureAwait(false);
        Assert.AreEqual(0, exitCode, errors);
        Assert.AreEqual("""[{"payload":{"t":21},"topic":"site/7"}]""", JsonNode.Parse(output)!["items"]!.ToJsonString());
    }

    [TestMethod]
    public async Task Lists_are_paged_as_the_aws_command_pages_them()
    {
        for (int i = 0; i < 7; i++)
        {
            await IotAsync("create-thing", "--thing-name", $"t{i}").ConfigureAwait(false);
        }

        JsonNode all = await IotAsync("list-things", "--page-size", "2").ConfigureAwait(false);

        CollectionAssert.AreEqual(Enumerable.Range(0, 7).Select(i => $"t{i}").ToArray(), all["things"]!.AsArray().Select(item => item!["thingName"]!.GetValue<string>()).ToArray());
    }

    [TestMethod]
    public async Task A_device_made_by_the_aws_command_connects_publishes_and_gets_its_shadow()
    {
        await IotAsync("create-thing", "--thing-name", "t").ConfigureAwait(false);
        JsonNode certificate = await IotAsync("create-keys-and-certificate", "--set-as-active", "--certificate-pem-outfile", Path.Combine(Folder, "t.pem"), "--private-key-outfile", Path.Combine(Folder, "t.key")).ConfigureAwait(false);
        string arn = certificate["certificateArn"]!.GetValue<string>();
        string policy = Path.Combine(Folder, "policy.json");
        const string prefix = "arn:aws:iot:eu-west-1:000000000000:";
        await File.WriteAllTextAsync(policy, "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"iot:Connect\",\"Resource\":\"" + prefix + "client/${iot:Connection.Thing.ThingName}\"},"
            + "{\"Effect\":\"Allow\",\"Action\":[\"iot:Publish\",\"iot:Receive\",\"iot:RetainPublish\"],\"Resource\":\"" + prefix + "topic/site/*\"},{\"Effect\":\"Allow\",\"Action\":\"iot:Subscribe\",\"Resource\":\"" + prefix + "topicfilter/site/*\"}]}").ConfigureAwait(false);
        await IotAsync("create-policy", "--policy-name", "site", "--policy-document", "file://" + policy).ConfigureAwait(false);
        await IotAsync("attach-policy", "--policy-name", "site", "--target", arn).ConfigureAwait(false);
        await IotAsync("attach-thing-principal", "--thing-name", "t", "--principal", arn).ConfigureAwait(false);

        (int published, _, string text) = await Programs.RunAsync("mosquitto_pub", [.. Connection(), "-q", "1", "-V", "mqttv5", "-r", "-t", "site/t", "-m", "from the board"]).ConfigureAwait(false);
        Assert.AreEqual(0, published, text);
        JsonNode retained = await DataAsync("get-retained-message", "--topic", "site/t").ConfigureAwait(false);
        Assert.AreEqual("from the board", System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(retained["payload"]!.GetValue<string>())));
        await DataAsync("publish", "--topic", "site/t", "--qos", "1", "--retain", "--payload", "from the cloud").ConfigureAwait(false);
        (int received, string message, _) = await Programs.RunAsync("mosquitto_sub", [.. Connection(), "-q", "1", "-t", "site/+", "-C", "1", "-W", "60"]).ConfigureAwait(false);
        Assert.AreEqual(0, received, message);
        Assert.AreEqual("from the cloud", message.Trim());

        await FailsAsync("DeleteConflictException", "delete-policy", "--policy-name", "site").ConfigureAwait(false);
        string id = certificate["certificateId"]!.GetValue<string>();
        await FailsAsync("CertificateStateException", "delete-certificate", "--certificate-id", id).ConfigureAwait(false);
        await FailsAsync("InvalidRequestException", "delete-thing", "--thing-name", "t").ConfigureAwait(false);
        await IotAsync("update-certificate", "--certificate-id", id, "--new-status", "REVOKED").ConfigureAwait(false);
        (int refused, _, _) = await Programs.RunAsync("mosquitto_pub", [.. Connection(), "-q", "1", "-t", "site/t", "-m", "x"]).ConfigureAwait(false);
        Assert.AreNotEqual(0, refused);
        await IotAsync("detach-thing-principal", "--thing-name", "t", "--principal", arn).ConfigureAwait(false);
        await IotAsync("detach-policy", "--policy-name", "site", "--target", arn).ConfigureAwait(false);
        await IotAsync("delete-certificate", "--certificate-id", id).ConfigureAwait(false);
        await IotAsync("delete-policy", "--policy-name", "site").ConfigureAwait(false);
        await IotAsync("delete-thing", "--thing-name", "t").ConfigureAwait(false);
    }

    [TestMethod]
    public async Task A_wrong_secret_and_a_viewers_key_are_refused_and_every_change_is_in_the_audit_log()
    {
        (int wrong, string forged) = await AwsAsync(Ready.AccessKeyId!, Ready.SecretAccessKey + "x", "iot", "list-things").ConfigureAwait(false);
        Assert.AreNotEqual(0, wrong);
        Assert.Contains("InvalidSignatureException", forged);
        (int unknown, string stranger) = await AwsAsync("NIOANOBODY", "x", "iot", "list-things").ConfigureAwait(false);
        Assert.AreNotEqual(0, unknown);
        Assert.Contains("UnrecognizedClientException", stranger);
        (int exitCode, string output, string errors) = await NanoIoTProcess.RunAsync("user", "create", "eve", "--role", "viewer", "--output", "json", "--data", Path.Combine(Folder, "data")).ConfigureAwait(false);
        Assert.AreEqual(0, exitCode, errors);
        JsonNode eve = JsonNode.Parse(output.Split('\n')[^1])!;
        string id = eve["accessKeyId"]!.GetValue<string>();
        string secret = eve["secretAccessKey"]!.GetValue<string>();
        (int reads, _) = await AwsAsync(id, secret, "iot", "list-things").ConfigureAwait(false);
        Assert.AreEqual(0, reads);
        (int writes, string denied) = await AwsAsync(id, secret, "iot", "create-thing", "--thing-name", "x").ConfigureAwait(false);
        Assert.AreNotEqual(0, writes);
        Assert.Contains("ForbiddenException", denied);

        await IotAsync("create-thing", "--thing-name", "y").ConfigureAwait(false);
        (_, string audit, _) = await NanoIoTProcess.RunAsync("audit", "list", "--resource", "thing/y", "--output", "json", "--data", Path.Combine(Folder, "data")).ConfigureAwait(false);
        JsonNode entry = JsonNode.Parse(audit.Split('\n')[^1])!["entries"]![0]!;
        Assert.AreEqual("user/admin", entry["actor"]!.GetValue<string>());
        Assert.AreEqual("CreateThing", entry["action"]!.GetValue<string>());
        Assert.IsNull(entry["before"]);
        Assert.AreEqual("y", entry["after"]!["thingName"]!.GetValue<string>());
        (_, string users, _) = await NanoIoTProcess.RunAsync("audit", "list", "--resource", "user/", "--output", "json", "--data", Path.Combine(Folder, "data")).ConfigureAwait(false);
        Assert.DoesNotContain("sealedSecret", users);
    }

    private string[] Connection() => ["-h", "localhost", "-p", Ready.Mqtt[(Ready.Mqtt.LastIndexOf(':') + 1)..], "-i", "t", "--cafile", Ready.Ca, "--cert", Path.Combine(Folder, "t.pem"), "--key", Path.Combine(Folder, "t.key")];
}
