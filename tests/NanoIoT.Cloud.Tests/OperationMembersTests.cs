using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Aws;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Rest.Input;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests;

/// <summary>
/// No operation ignores a member of its input. A member of the path, the query or a header must be read by the
/// operation's code. A member of the body is sent as a JSON value of a wrong kind, past the check of the input: code that
/// reads or refuses it says so by its name, and code that ignores it succeeds.
/// </summary>
[TestClass]
public sealed class OperationMembersTests
{
    private const string Arn = "arn:aws:iot:eu-west-1:000000000000:";
    private const string PolicyDocument = """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:Connect","Resource":"*"}]}
        """;
    private const string TemplateBody = """
        {"Resources":{"thing":{"Type":"AWS::IoT::Thing","Properties":{"ThingName":"provisioned"}}}}
        """;

    /// <summary>
    /// Kept in the rule and returned by GetTopicRule, without an effect: the service runs rules with its own
    /// credentials.
    /// </summary>
    private static readonly string[] s_kept = ["roleArn"];

    /// <summary>What an operation creates, so that each call needs a new name.</summary>
    private static readonly HashSet<(string Operation, string Member)> s_created =
    [
        ("CreateThing", "thingName"), ("CreateThingType", "thingTypeName"), ("CreateThingGroup", "thingGroupName"),
        ("CreateDynamicThingGroup", "thingGroupName"), ("CreateBillingGroup", "billingGroupName"),
        ("CreatePolicy", "policyName"), ("CreateProvisioningTemplate", "templateName"), ("CreateTopicRule", "ruleName"),
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("nanoiot-members-").FullName;
    private readonly Dictionary<string, JsonNode> _values = new(StringComparer.Ordinal);
    private CloudService _cloud = null!;
    private int _count;

    [TestInitialize]
    public async Task StartAsync()
    {
        _cloud = await CloudService.StartAsync(new CloudOptions
        {
            DataFolder = _folder,
            MqttPort = 0,
            HttpsPort = 0,
            AllowPrivateTargets = true,

            // Actions that reach AWS are read as well; no message ever arrives for them.
            Aws = new AwsOptions { IsOn = true },
        }).ConfigureAwait(false);
        await CreateResourcesAsync().ConfigureAwait(false);
    }

    [TestCleanup]
    public async Task StopAsync()
    {
        await _cloud.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(_folder, recursive: true);
    }

    [TestMethod]
    public async Task Each_member_of_each_operation_is_read_or_refused_by_name()
    {
        var ignored = new List<string>();
        int members = 0;

        // Deletions come last: the others need what they delete.
        foreach (Operation operation in _cloud.Operations.Operations
            .Where(item => item.Support != Support.Refused)
            .OrderBy(item => item.Name.StartsWith("Delete", StringComparison.Ordinal)))
        {
            members += await CheckTextsAsync(operation, ignored).ConfigureAwait(false);
            members += await CheckBodyAsync(operation, ignored).ConfigureAwait(false);
        }

        Assert.IsEmpty(ignored, string.Join('\n', ignored));
        Assert.IsGreaterThan(500, members);
    }

    [TestMethod]
    [DataRow(
        "AddThingToBillingGroup",
        """{"billingGroupName":"billing1","billingGroupArn":"ARN:billinggroup/other","thingName":"thing1"}""",
        "billingGroupName and billingGroupArn must be of the same resource")]
    [DataRow(
        "RemoveThingFromThingGroup",
        """{"thingGroupName":"group1","thingName":"thing1","thingArn":"ARN:thing/other"}""",
        "thingName and thingArn must be of the same resource")]
    [DataRow(
        "AddThingToThingGroup",
        """{"thingGroupName":"group1","thingName":"thing1","overrideDynamicGroups":true}""",
        "overrideDynamicGroups is not supported")]
    [DataRow(
        "UpdateThingGroupsForThing",
        """{"thingName":"thing1","thingGroupsToAdd":["group1"],"overrideDynamicGroups":true}""",
        "overrideDynamicGroups is not supported")]
    [DataRow(
        "CreateTopicRuleDestination",
        """{"destinationConfiguration":{"httpUrlConfiguration":{"confirmationUrl":"https://localhost:1/"},"vpcConfiguration":{"subnetIds":["a"],"vpcId":"b","roleArn":"c"}}}""",
        "vpcConfiguration is not supported")]
    [DataRow(
        "CreateTopicRule",
        """{"sql":"SELECT * FROM 'a'","actions":[{"dynamoDB":{"tableName":"table","hashKeyField":"a","hashKeyValue":"b","rangeKeyValue":"c"}}]}""",
        "dynamoDB.rangeKeyValue needs rangeKeyField.")]
    [DataRow(
        "CreateTopicRule",
        """{"sql":"SELECT * FROM 'a'","actions":[{"republish":{"topic":"b","headers":{"messageExpiry":"soon"}}}]}""",
        "republish.headers.messageExpiry must be a whole number of seconds; it is 'soon'.")]
    public async Task What_would_have_no_effect_is_refused_by_name(string operation, string body, string expected)
    {
        (string, string)[] path = operation == "CreateTopicRule" ? [("ruleName", "refused")] : [];
        var json = (JsonObject)JsonNode.Parse(body.Replace("ARN:", Arn, StringComparison.Ordinal))!;

        CloudException refused = await Assert.ThrowsExactlyAsync<CloudException>(
            () => _cloud.CallAsync(operation, json, path)).ConfigureAwait(false);

        Assert.Contains(expected, refused.Message);
    }

    [TestMethod]
    public async Task A_name_and_an_arn_of_one_resource_are_accepted_together()
    {
        var body = new JsonObject
        {
            ["thingGroupName"] = "group1",
            ["thingGroupArn"] = Arn + "thinggroup/group1",
            ["thingArn"] = Arn + "thing/thing1",
            ["overrideDynamicGroups"] = false,
        };

        await _cloud.CallAsync("AddThingToThingGroup", body).ConfigureAwait(false);

        CollectionAssert.AreEqual(new[] { "group1" }, _cloud.Registry.Find("thing1")!.Groups.ToArray());
    }

    /// <summary>
    /// Members of path, query and headers: each is sent beside what must be there, and the operation must ask for it.
    /// </summary>
    private async Task<int> CheckTextsAsync(Operation operation, List<string> ignored)
    {
        InputMember[] texts = [.. MembersOf(operation)
            .Where(item => item.Location is not (MemberLocation.Body or MemberLocation.Payload))];
        var read = new HashSet<string>(StringComparer.Ordinal);
        foreach (InputMember member in texts)
        {
            await CallAsync(operation, BodyOf(operation, isFull: false), member, read).ConfigureAwait(false);
        }

        ignored.AddRange(
            texts.Where(item => !read.Contains(item.Name)).Select(item => $"{operation.Name}: {item.Name} ({item.Location}) is not read"));
        return texts.Length;
    }

    private async Task<int> CheckBodyAsync(Operation operation, List<string> ignored)
    {
        var named = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (bool isFull in new[] { false, true })
        {
            foreach ((string path, JsonObject body) in WrongBodies(operation, isFull))
            {
                Exception? refusal = await CallAsync(operation, body, null, []).ConfigureAwait(false);
                if (refusal is null)
                {
                    ignored.Add(
                        $"{operation.Name}: {path} is ignored{(isFull ? " beside all other members" : string.Empty)}");
                }

                named[path] = named.GetValueOrDefault(path) || refusal is null || Names(refusal, path);
            }
        }

        ignored.AddRange(
            named.Where(item => !item.Value).Select(item => $"{operation.Name}: {item.Key} is neither read nor refused by name"));
        return named.Count;
    }

    private static IReadOnlyList<InputMember> MembersOf(Operation operation) =>
        InputModel.Default.Operations[operation.Name];

    private static bool Names(Exception refusal, string path)
    {
        string[] names = path.Split('.');
        return refusal.Message.Contains(names[^1], StringComparison.Ordinal)
            || (refusal is CloudException { Code: ErrorCodes.NotSupported }
                && names.Any(name => refusal.Message.Contains(name, StringComparison.Ordinal)));
    }

    private IEnumerable<(string Path, JsonObject Body)> WrongBodies(Operation operation, bool isFull)
    {
        IReadOnlyList<InputMember> members = MembersOf(operation);
        if (members.FirstOrDefault(item => item.Location == MemberLocation.Payload) is InputMember payload)
        {
            return payload.Shape.Kind == ShapeKind.Structure
                ? WrongStructures(payload.Shape, isFull).Select(item => (item.Path, item.Value.AsObject()))
                : [];
        }

        IEnumerable<InputMember> inBody = members.Where(item => item.Location == MemberLocation.Body);
        return inBody.SelectMany(member => WrongValues(member, isFull).Select(wrong =>
        {
            JsonObject body = BodyOf(operation, isFull) ?? [];
            body[member.Name] = wrong.Value;
            return (wrong.Path, body);
        }));
    }

    /// <summary>A member of a wrong kind, and with each of its parts of a wrong kind.</summary>
    private IEnumerable<(string Path, JsonNode Value)> WrongValues(InputMember member, bool isFull)
    {
        if (s_kept.Contains(member.Name) && member.Shape.Name == "string")
        {
            return [];
        }

        InputShape shape = member.Shape;
        return WrongParts(shape, isFull)
            .Select(part => (part.Path.Length == 0 ? member.Name : $"{member.Name}.{part.Path}", part.Value))
            .Prepend((member.Name, WrongKind(shape)));
    }

    private IEnumerable<(string Path, JsonNode Value)> WrongParts(InputShape shape, bool isFull) => shape.Kind switch
    {
        ShapeKind.Structure => WrongStructures(shape, isFull),
        ShapeKind.List => WrongItems(shape.Item!, isFull).Select(
            item => (item.Path, (JsonNode)new JsonArray(item.Value))),
        ShapeKind.Map => WrongItems(shape.Item!, isFull).Select(
            item => (item.Path, (JsonNode)new JsonObject { [KeyOf(shape)] = item.Value })),
        _ => [],
    };

    private IEnumerable<(string Path, JsonNode Value)> WrongItems(InputShape item, bool isFull) =>
        WrongParts(item, isFull).Prepend((string.Empty, WrongKind(item)));

    private IEnumerable<(string Path, JsonNode Value)> WrongStructures(InputShape shape, bool isFull) =>
        shape.Members.Values.SelectMany(member => WrongValues(member, isFull).Select(wrong =>
        {
            JsonObject value = Structure(shape, isFull && shape.Name != "Action");
            value[member.Name] = wrong.Value;
            return (wrong.Path, (JsonNode)value);
        }));

    private static JsonNode WrongKind(InputShape shape) => shape.Kind switch
    {
        ShapeKind.String or ShapeKind.Enum => 7,
        ShapeKind.Boolean => "yes",
        ShapeKind.Integer or ShapeKind.Long or ShapeKind.Double => "many",
        _ => "text",
    };

    /// <summary>What is needed, or all there is.</summary>
    private JsonObject? BodyOf(Operation operation, bool isFull)
    {
        IReadOnlyList<InputMember> members = MembersOf(operation);
        if (members.FirstOrDefault(item => item.Location == MemberLocation.Payload) is InputMember payload)
        {
            return payload.Shape.Kind == ShapeKind.Structure ? Structure(payload.Shape, isFull) : null;
        }

        JsonObject body = [];
        IEnumerable<InputMember> inBody = members.Where(item => item.Location == MemberLocation.Body);
        foreach (InputMember member in inBody.Where(item => isFull || IsNeeded(operation, item)))
        {
            body[member.Name] = s_created.Contains((operation.Name, member.Name)) ? NewName() : Value(
                member.Name,
                member.Shape,
                isFull);
        }

        return body.Count == 0 ? null : body;
    }

    /// <summary>Whether nothing works without a member, as the model says it or the operation does.</summary>
    private static bool IsNeeded(Operation operation, InputMember member) =>
        member.IsRequired || (operation.Name, member.Name) is
        ("RegisterCACertificate", "certificateMode")
        or ("GetEffectivePolicies", "principal")
        or ("TestAuthorization", "principal")
        or ("AddThingToBillingGroup" or "RemoveThingFromBillingGroup", "billingGroupName" or "thingName")
        or ("AddThingToThingGroup" or "RemoveThingFromThingGroup", "thingGroupName" or "thingName")
        or ("UpdateThingGroupsForThing", "thingName");

    private JsonObject Structure(InputShape shape, bool isFull) => new(shape.Members.Values
        .Where(member => isFull || member.IsRequired)
        .Select(member => KeyValuePair.Create(member.Name, (JsonNode?)Value(member.Name, member.Shape, isFull))));

    private JsonNode Value(string name, InputShape shape, bool isFull)
    {
        if (_values.TryGetValue(name, out JsonNode? value) || _values.TryGetValue(shape.Name, out value))
        {
            return value.DeepClone();
        }

        return shape.Kind switch
        {
            ShapeKind.Structure => Structure(shape, isFull),
            ShapeKind.List => new JsonArray(Value(shape.Item!.Name, shape.Item, isFull)),
            ShapeKind.Map => new JsonObject { [KeyOf(shape)] = Value(shape.Item!.Name, shape.Item, isFull) },
            ShapeKind.Enum => shape.Values[0],
            ShapeKind.Boolean => true,
            ShapeKind.Integer or ShapeKind.Long or ShapeKind.Double => (long)Math.Max(shape.Min ?? 1, 1),
            _ => Text(shape),
        };
    }

    private static string Text(InputShape shape)
    {
        int length = (int)Math.Max(shape.Min ?? 3, 3);
        return new[] { new string('1', length), ",", new string('a', length) }.First(
            text => shape.Pattern?.IsMatch(text) != false);
    }

    private string KeyOf(InputShape map) => Value(map.Key!.Name, map.Key, false).ToString();

    private string NewName() => $"new{++_count}";

    /// <summary>Calls an operation past the check of its input.</summary>
    /// <returns>What it throws, or null.</returns>
    private async Task<Exception?> CallAsync(
        Operation operation,
        JsonObject? body,
        InputMember? optional,
        HashSet<string> read)
    {
        var path = new RecordedValues(read);
        var query = new RecordedValues(read);
        var headers = new RecordedValues(read);
        foreach (InputMember member in MembersOf(operation).Where(item => item.IsRequired || item == optional))
        {
            RecordedValues? values = member.Location switch
            {
                MemberLocation.Path => path,
                MemberLocation.Query => query,
                MemberLocation.Header => headers,
                _ => null,
            };
            values?.Set(member.Name, TextFor(operation, member));
        }

        byte[] raw = body is null ? [] : Encoding.UTF8.GetBytes(body.ToJsonString());
        var request = new OperationRequest(
            new Caller("user/test", Role.Admin, null, null),
            path,
            query,
            headers.GetValueOrDefault,
            raw);
        try
        {
            await operation.Handler(request, CancellationToken.None).ConfigureAwait(false);
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private string TextFor(Operation operation, InputMember member)
    {
        if (s_created.Contains((operation.Name, member.Name)))
        {
            return NewName();
        }

        bool isDynamic = operation.Name.Contains(
            "Dynamic",
            StringComparison.Ordinal) && member.Name == "thingGroupName";
        return isDynamic ? "dynamic1" : TextOf(Value(member.Name, member.Shape, false));
    }

    private static string TextOf(JsonNode value) =>
        value.GetValueKind() is System.Text.Json.JsonValueKind.True ? "true" : value.ToString();

    private async Task CreateResourcesAsync()
    {
        Set("thingName", "thing1");
        Set("thingTypeName", "type1");
        Set("thingGroupName", "group1");
        Set("parentGroupName", "group1");
        Set("parentGroup", "group1");
        Set("billingGroupName", "billing1");
        Set("policyName", "policy1");
        Set("x-amzn-iot-policy", "policy1");
        Set("PolicyName", "policy1");
        Set("policyVersionId", "1");
        Set("templateName", "template1");
        Set("versionId", "1");
        Set("ruleName", "rule1");
        Set("topic", "a/b");
        Set("RoleArn", "arn:aws:iam::000000000000:role/r");
        Set("targetArn", "arn:aws:sns:eu-west-1:000000000000:topic");
        Set("policyDocument", PolicyDocument);
        Set("templateBody", TemplateBody);
        Set("queryString", "thingName:*");
        Set("queryVersion", "2017-09-30");
        Set("indexName", "AWS_Things");
        Set("Resource", Arn + "topic/a");
        Set("thingIndexingMode", "REGISTRY_AND_SHADOW");
        Set("thingGroupIndexingMode", "ON");
        Set("certificateMode", "SNI_ONLY");
        Set("sql", "SELECT * FROM 'never/published'");
        Set("awsIotSqlVersion", "2016-03-23");
        Set("url", "https://localhost:1/x");
        Set("confirmationUrl", "https://localhost:1/");
        Set("Action", JsonNode.Parse("""{"republish":{"topic":"b/c"}}""")!);
        Set("thingArn", Arn + "thing/thing1");
        Set("thingGroupArn", Arn + "thinggroup/group1");
        Set("billingGroupArn", Arn + "billinggroup/billing1");
        Set("resourceArn", Arn + "thingtype/type1");
        Set("ThingGroupName", "group1");

        await _cloud.CallAsync("CreateThingType", null, ("thingTypeName", "type1")).ConfigureAwait(false);
        await _cloud.CallAsync("CreateThing", null, ("thingName", "thing1")).ConfigureAwait(false);
        await _cloud.CallAsync("CreateThingGroup", null, ("thingGroupName", "group1")).ConfigureAwait(false);
        await _cloud.CallAsync(
            "CreateDynamicThingGroup",
            new JsonObject { ["queryString"] = "thingName:nobody" },
            ("thingGroupName", "dynamic1")).ConfigureAwait(false);
        await _cloud.CallAsync("CreateBillingGroup", null, ("billingGroupName", "billing1")).ConfigureAwait(false);
        await _cloud.CallAsync(
            "CreatePolicy",
            new JsonObject { ["policyDocument"] = PolicyDocument },
            ("policyName", "policy1")).ConfigureAwait(false);
        await _cloud.CallAsync(
            "CreateProvisioningTemplate",
            new JsonObject
            {
                ["templateName"] = "template1",
                ["templateBody"] = TemplateBody,
                ["provisioningRoleArn"] = _values["RoleArn"].DeepClone(),
            }).ConfigureAwait(false);
        await _cloud.CallAsync(
            "CreateTopicRule",
            BodyOf(Find("CreateTopicRule"), isFull: false),
            ("ruleName", "rule1")).ConfigureAwait(false);
        JsonObject destination = await _cloud.CallAsync(
            "CreateTopicRuleDestination",
            new JsonObject
            {
                ["destinationConfiguration"] = new JsonObject
                {
                    ["httpUrlConfiguration"] = new JsonObject { ["confirmationUrl"] = "https://localhost:1/" },
                },
            }).ConfigureAwait(false);
        Set("arn", destination["topicRuleDestination"]!["arn"]!.DeepClone());
        await CreateCertificatesAsync().ConfigureAwait(false);
    }

    private async Task CreateCertificatesAsync()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Set(
            "certificateSigningRequest",
            new CertificateRequest("CN=board", key, HashAlgorithmName.SHA256).CreateSigningRequestPem());
        JsonObject certificate = await _cloud.CallAsync("CreateKeysAndCertificate", null).ConfigureAwait(false);
        Set("certificateId", certificate["certificateId"]!.DeepClone());
        foreach (string name in new[] { "principal", "target", "x-amzn-principal", "x-amzn-iot-principal" })
        {
            Set(name, certificate["certificateArn"]!.DeepClone());
        }

        using X509Certificate2 registered = TestAuthority.Create("Registered", key);
        using X509Certificate2 device = TestAuthority.Issue(registered, key, "device");
        using X509Certificate2 other = TestAuthority.Create("Not registered", key);
        JsonObject ca = await _cloud.CallAsync(
            "RegisterCACertificate",
            new JsonObject { ["caCertificate"] = registered.ExportCertificatePem(), ["certificateMode"] = "SNI_ONLY" },
            ("setAsActive", "true")).ConfigureAwait(false);
        Set("caCertificateId", ca["certificateId"]!.DeepClone());
        Set("caCertificatePem", registered.ExportCertificatePem());
        Set("certificatePem", device.ExportCertificatePem());
        Set("caCertificate", other.ExportCertificatePem());
        Set("verificationCertificate", device.ExportCertificatePem());
    }

    private void Set(string name, JsonNode value) => _values[name] = value;

    private Operation Find(string name) => _cloud.Operations.Operations.Single(item => item.Name == name);

    /// <summary>Values of a request that keep the names they were asked for.</summary>
    private sealed class RecordedValues(HashSet<string> read) : IReadOnlyDictionary<string, string>
    {
        private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

        public IEnumerable<string> Keys => _values.Keys;

        public IEnumerable<string> Values => _values.Values;

        public int Count => _values.Count;

        public string this[string key] =>
            TryGetValue(key, out string? value) ? value : throw new KeyNotFoundException(key);

        public void Set(string name, string value) => _values[name] = value;

        public string? GetValueOrDefault(string key) => TryGetValue(key, out string? value) ? value : null;

        public bool ContainsKey(string key) => TryGetValue(key, out _);

        public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value)
        {
            read.Add(key);
            return _values.TryGetValue(key, out value);
        }

        public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _values.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
