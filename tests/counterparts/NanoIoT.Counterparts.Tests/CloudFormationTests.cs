using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using NanoIoT.Cloud.Campaigns.Progress;
using NanoIoT.Cloud.Campaigns.Stores;
using NanoIoT.Cloud.Replicas;
using NanoIoT.Cloud.Shadows.Stores;
using NanoIoT.Cloud.Storage.DynamoDb;
using NanoIoT.Testing;

namespace NanoIoT.Counterparts.Tests;

/// <summary>The template for AWS, read by AWS's own library, against what the service is.</summary>
[TestClass]
public sealed class CloudFormationTests
{
    private static readonly string s_servers = Path.Combine(Repository.Root, "tests", "counterparts", "servers");

    [TestMethod]
    public async Task The_progress_rule_is_the_built_in_one_word_for_word()
    {
        JsonNode payload = (await ReadAsync().ConfigureAwait(false))["ProgressRule"]!["Properties"]!["TopicRulePayload"]!;

        Assert.AreEqual(ProgressTable.Rule.Sql, payload["Sql"]!.GetValue<string>());
        Assert.AreEqual(ProgressTable.Rule.SqlVersion, payload["AwsIotSqlVersion"]!.GetValue<string>());
        Assert.AreEqual(ProgressTable.Rule.Description, payload["Description"]!.GetValue<string>());
        Assert.AreEqual("ProgressTable", payload["Actions"]!.AsArray().Single()!["DynamoDBv2"]!["PutItem"]!["TableName"]!["Ref"]!.GetValue<string>());
        Assert.AreEqual("nanoiot_progress", ProgressTable.Rule.Actions.Single()!["dynamoDBv2"]!["putItem"]!["tableName"]!.GetValue<string>());
    }

    [TestMethod]
    public async Task Its_tables_have_the_names_and_keys_of_those_the_service_makes()
    {
        JsonObject resources = await ReadAsync().ConfigureAwait(false);
        var servers = new AwsServers();
        await using (servers.ConfigureAwait(false))
        {
            Uri url = await servers.StartDynamoDbAsync().ConfigureAwait(false);
            using AmazonDynamoDBClient client = AwsServers.CreateDynamoDb(url);
            var database = new DynamoDbDatabase(client, "nanoiot_");
            await new DynamoDbCampaignStore(database).OpenAsync(default).ConfigureAwait(false);
            await DynamoDbRecords.CreateTablesAsync(database, default).ConfigureAwait(false);
            await new DynamoDbShadowStore(database).CreateTableAsync(default).ConfigureAwait(false);
            await new DynamoDbLeaseStore(database).OpenAsync(default).ConfigureAwait(false);
            JsonObject[] tables = [.. resources.Select(item => item.Value!).Where(item => item["Type"]!.GetValue<string>() == "AWS::DynamoDB::Table").Select(item => item["Properties"]!.AsObject())];

            Assert.HasCount(tables.Length, (await client.ListTablesAsync().ConfigureAwait(false)).TableNames);
            foreach (JsonObject table in tables)
            {
                string name = table["TableName"]!["Fn::Sub"]!.GetValue<string>().Replace("${TablePrefix}", "nanoiot_", StringComparison.Ordinal);
                TableDescription made = (await client.DescribeTableAsync(name).ConfigureAwait(false)).Table;
                CollectionAssert.AreEqual(
                    made.KeySchema.Select(key => $"{key.AttributeName} {key.KeyType}").ToArray(),
                    table["KeySchema"]!.AsArray().Select(key => $"{key!["AttributeName"]} {key["KeyType"]}").ToArray(),
                    name);
                CollectionAssert.AreEquivalent(
                    made.AttributeDefinitions.Select(key => $"{key.AttributeName} {key.AttributeType}").ToArray(),
                    table["AttributeDefinitions"]!.AsArray().Select(key => $"{key!["AttributeName"]} {key["AttributeType"]}").ToArray(),
                    name);
            }
        }
    }

    [TestMethod]
    public async Task A_property_that_AWS_does_not_take_is_noticed()
    {
        string folder = Directory.CreateTempSubdirectory("nanoiot-template-").FullName;
        string broken = Path.Combine(folder, "template.yaml");
        await File.WriteAllTextAsync(broken, (await File.ReadAllTextAsync(Template).ConfigureAwait(false)).Replace("RuleDisabled: false", "RuleDisabled: [1]", StringComparison.Ordinal)).ConfigureAwait(false);

        (int exitCode, _, string errors) = await Programs.RunAsync("node", [Path.Combine(s_servers, "synthesize.js"), broken, Path.Combine(folder, "out")]).ConfigureAwait(false);

        Assert.AreNotEqual(0, exitCode);
        Assert.Contains("ruleDisabled", errors);
        Directory.Delete(folder, recursive: true);
    }

    private static string Template => Path.Combine(Repository.Root, "cloud", "deploy", "aws", "template.yaml");

    internal static async Task<JsonObject> ReadAsync()
    {
        string folder = Directory.CreateTempSubdirectory("nanoiot-template-").FullName;
        (int exitCode, string output, string errors) = await Programs.RunAsync("node", [Path.Combine(s_servers, "synthesize.js"), Template, Path.Combine(folder, "out")]).ConfigureAwait(false);
        Directory.Delete(folder, recursive: true);
        Assert.AreEqual(0, exitCode, errors);
        return JsonNode.Parse(output)!["Resources"]!.AsObject();
    }
}
