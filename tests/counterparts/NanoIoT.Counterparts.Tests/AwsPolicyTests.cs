using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Testing;

namespace NanoIoT.Counterparts.Tests;

/// <summary>The template's policies allow what a campaign over AWS IoT needs: boards and service go through one with them and no other.</summary>
[TestClass]
public sealed class AwsPolicyTests
{
    /// <summary>What a policy of a certificate may allow; a user's other actions are not for it.</summary>
    private static readonly string[] s_messaging = ["iot:Connect", "iot:Subscribe", "iot:Receive", "iot:Publish", "iot:RetainPublish"];

    private readonly string _folder = Directory.CreateTempSubdirectory("nanoiot-aws-policy-").FullName;

    [TestCleanup]
    public void Clean() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public async Task A_campaign_needs_no_more_than_the_templates_policies_allow()
    {
        JsonObject resources = await CloudFormationTests.ReadAsync().ConfigureAwait(false);
        JsonNode service = Resolve(resources["AwsIotServicePolicy"]!["Properties"]!["PolicyDocument"]!)!;
        var messaging = new JsonArray([.. service["Statement"]!.AsArray().Where(statement => Actions(statement!).All(s_messaging.Contains)).Select(statement => statement!.DeepClone())]);
        JsonNode device = Resolve(resources["DevicePolicy"]!["Properties"]!["PolicyDocument"]!)!;
        Assert.HasCount(5, messaging);
        (NanoIoTProcess aws, ReadyInfo awsReady) = await NanoIoTProcess.ServeAsync(Path.Combine(_folder, "aws")).ConfigureAwait(false);
        using (aws)
        {
            using var awsApi = new ServiceClient(awsReady);
            await CreatePolicyAsync(awsApi, "service", new JsonObject { ["Version"] = "2012-10-17", ["Statement"] = messaging }).ConfigureAwait(false);
            await CreatePolicyAsync(awsApi, "aws-device", device).ConfigureAwait(false);
            JsonNode issued = await awsApi.PostAsync("keys-and-certificate?setAsActive=true", []).ConfigureAwait(false);
            string certificate = Path.Combine(_folder, "service.pem");
            string key = Path.Combine(_folder, "service.key");
            await File.WriteAllTextAsync(certificate, issued["certificatePem"]!.GetValue<string>()).ConfigureAwait(false);
            await File.WriteAllTextAsync(key, issued["keyPair"]!["PrivateKey"]!.GetValue<string>()).ConfigureAwait(false);
            await ChangeAsync(awsApi, HttpMethod.Put, "service", issued["certificateArn"]!.GetValue<string>()).ConfigureAwait(false);
            (NanoIoTProcess process, ReadyInfo ready) = await NanoIoTProcess.ServeAsync(
                Path.Combine(_folder, "service"),
                environment: new Dictionary<string, string> { ["AWS_ACCESS_KEY_ID"] = awsReady.AccessKeyId!, ["AWS_SECRET_ACCESS_KEY"] = awsReady.SecretAccessKey! },
                more: ["--verbose", "--aws-iot", "--aws-endpoint", "iot=" + awsReady.Api, "--broker-ca", awsReady.Ca, "--broker", "mqtts://" + awsReady.Mqtt, "--broker-cert", certificate, "--broker-key", key, "--aws-iot-poll", "1"]).ConfigureAwait(false);
            using (process)
            {
                using var api = new ServiceClient(ready);
                LightFleet fleet = await LightFleet.CreateAsync(awsApi, 2, "2.0.0", campaigns: api).ConfigureAwait(false);
                await using (fleet.ConfigureAwait(false))
                {
                    foreach (string name in new[] { "board-00000", "board-00001" })
                    {
                        JsonNode principals = await awsApi.GetAsync($"things/{name}/principals").ConfigureAwait(false);
                        string principal = principals["principals"]!.AsArray().Single()!.GetValue<string>();
                        await ChangeAsync(awsApi, HttpMethod.Put, "aws-device", principal).ConfigureAwait(false);
                        await ChangeAsync(awsApi, HttpMethod.Post, "nanoiot-device", principal).ConfigureAwait(false);
                    }

                    await fleet.PowerOnAsync(Wait.Limit).ConfigureAwait(false);
                    await api.PostAsync("nanoiot/campaigns", new JsonObject { ["id"] = "c", ["allowEmpty"] = true, ["component"] = "app", ["version"] = "2.0.0", ["stages"] = new JsonArray(new JsonObject { ["percent"] = 100 }) }).ConfigureAwait(false);
                    await Wait.UntilAsync(
                        async () => (await api.GetAsync("nanoiot/campaigns/c").ConfigureAwait(false))["campaign"]!["status"]!.GetValue<string>() == "completed", "the campaign completes", () => process.Errors + aws.Errors).ConfigureAwait(false);
                    Assert.DoesNotContain("not allowed", aws.Errors);
                }
            }
        }
    }

    private static IEnumerable<string> Actions(JsonNode statement) => statement["Action"] is JsonArray several ? several.Select(action => action!.GetValue<string>()) : [statement["Action"]!.GetValue<string>()];

    /// <summary>What CloudFormation makes of it: <c>Fn::Sub</c> with its parameters.</summary>
    private static JsonNode? Resolve(JsonNode? node) => node switch
    {
        JsonObject { Count: 1 } substitution when substitution["Fn::Sub"] is JsonValue text => text.GetValue<string>()
            .Replace("${AWS::Partition}", "aws", StringComparison.Ordinal).Replace("${AWS::Region}", "eu-west-1", StringComparison.Ordinal).Replace("${AWS::AccountId}", "000000000000", StringComparison.Ordinal)
            .Replace("${BrokerGroup}", "nanoiot", StringComparison.Ordinal).Replace("${!", "${", StringComparison.Ordinal),
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Resolve(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Resolve)]),
        _ => node?.DeepClone(),
    };

    private static Task<JsonNode> CreatePolicyAsync(ServiceClient aws, string name, JsonNode document) => aws.PostAsync("policies/" + name, new JsonObject { ["policyDocument"] = document.ToJsonString() });

    /// <summary>Attaches a policy by PUT, detaches it by POST, as AWS has it.</summary>
    private static async Task ChangeAsync(ServiceClient aws, HttpMethod method, string policy, string target)
    {
        using StringContent content = new(new JsonObject { ["target"] = target }.ToJsonString());
        await aws.SendAsync(method, "target-policies/" + policy, content).ConfigureAwait(false);
    }
}
