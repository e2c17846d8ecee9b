using System.Text;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests.Rules;

/// <summary>What goes to SNS, Lambda, Firehose, Kinesis and SQS, checked as AWS's documents have it: signature, target, body.</summary>
[TestClass]
public sealed class AwsFormatTests : RuleTestBase
{
    protected override CloudOptions CreateOptions() => new()
    {
        DataFolder = DataFolder,
        MqttPort = 0,
        HttpsPort = 0,
        Aws = new AwsOptions { Region = "eu-west-1", Endpoints = new[] { "sns", "lambda", "firehose", "kinesis", "sqs" }.ToDictionary(name => name, _ => Target.Address) },
    };

    [TestMethod]
    public async Task Sns_gets_a_signed_publish()
    {
        await CreateAsync("r", "SELECT * FROM 'in/#'", """[{"sns":{"targetArn":"arn:aws:sns:eu-west-1:123456789012:alarms","messageFormat":"RAW","roleArn":"arn:aws:iam::1:role/r"}}]""").ConfigureAwait(false);
        await PublishAsync("in/x", """{"a":"b c"}""").ConfigureAwait(false);

        RecordedRequest request = await FirstAsync().ConfigureAwait(false);
        Dictionary<string, string> form = request.Text.Split('&').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]));
        Assert.AreEqual("Publish", form["Action"]);
        Assert.AreEqual("2010-03-31", form["Version"]);
        Assert.AreEqual("arn:aws:sns:eu-west-1:123456789012:alarms", form["TargetArn"]);
        Assert.AreEqual("""{"a":"b c"}""", form["Message"]);
        CheckSigned(request, "sns");
    }

    [TestMethod]
    public async Task Lambda_gets_a_signed_event_and_answers_in_sql()
    {
        Target.Answer = request => (200, """{"city":"Bern"}""");
        await CreateAsync("r", "SELECT aws_lambda('arn:aws:lambda:eu-west-1:123456789012:function:geo', {'lat': lat}).city AS city FROM 'in/#'", """[{"lambda":{"functionArn":"arn:aws:lambda:eu-west-1:123456789012:function:store"}}]""").ConfigureAwait(false);
        await PublishAsync("in/x", """{"lat":46.9}""").ConfigureAwait(false);

        await Wait.UntilAsync(() => Target.Requests.Count == 2, "asked, then invoked").ConfigureAwait(false);
        RecordedRequest asked = Target.Requests.First();
        RecordedRequest invoked = Target.Requests.Last();
        Assert.AreEqual("/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-west-1%3A123456789012%3Afunction%3Ageo/invocations", asked.Target);
        Assert.AreEqual("RequestResponse", asked.Headers["X-Amz-Invocation-Type"]);
        Assert.AreEqual("""{"lat":46.9}""", asked.Text);
        Assert.AreEqual("Event", invoked.Headers["X-Amz-Invocation-Type"]);
        Assert.AreEqual("""{"city":"Bern"}""", invoked.Text);
        CheckSigned(asked, "lambda");
        CheckSigned(invoked, "lambda");
    }

    [TestMethod]
    public async Task Calls_whose_arguments_are_new_each_time_are_made_once_and_not_without_end()
    {
        Target.Answer = request => (200, request.Text);
        await CreateAsync("few", "SELECT aws_lambda('echo', {'id': newuuid()}).id AS a, aws_lambda('echo', {'id': newuuid()}).id AS b FROM 'in/few'", """[{"dynamoDB":{"tableName":"few","hashKeyField":"k","hashKeyValue":"1"}}]""").ConfigureAwait(false);
        await CreateAsync("many", "SELECT (SELECT VALUE aws_lambda('echo', {'n': n}) FROM e) AS all FROM 'in/many'", "[]").ConfigureAwait(false);
        await PublishAsync("in/few", "{}").ConfigureAwait(false);
        await Wait.UntilAsync(async () => (await SendAsync(HttpMethod.Get, "/nanoiot/tables/few/items").ConfigureAwait(false)).IsSuccessStatusCode && (await ItemsAsync("few").ConfigureAwait(false)).Count == 1, "it is written").ConfigureAwait(false);
        JsonNode item = (await ItemsAsync("few").ConfigureAwait(false))[0]!["payload"]!;
        Assert.AreNotEqual(item["a"]!.GetValue<string>(), item["b"]!.GetValue<string>());
        Assert.HasCount(2, Target.Requests);

        await PublishAsync("in/many", $"{{\"e\":[{string.Join(',', Enumerable.Range(0, 100).Select(i => $"{{\"n\":{i}}}"))}]}}").ConfigureAwait(false);
        await Wait.UntilAsync(async () => (await DeadLettersAsync("many").ConfigureAwait(false)).Count == 1, "it is given up").ConfigureAwait(false);
        Assert.AreEqual("TooManyCalls", (await DeadLettersAsync("many").ConfigureAwait(false))[0]!["code"]!.GetValue<string>());
        Assert.HasCount(66, Target.Requests);
    }

    [TestMethod]
    public async Task Firehose_gets_batches_in_order_and_again_from_the_first_that_failed()
    {
        int calls = 0;
        var taken = new List<string>();
        Target.Answer = request =>
        {
            JsonArray records = JsonNode.Parse(request.Text)!["Records"]!.AsArray();
            int first = Interlocked.Increment(ref calls) == 1 ? 0 : records.Count;
            lock (taken)
            {
                taken.AddRange(records.Take(first).Select(record => Encoding.UTF8.GetString(Convert.FromBase64String(record!["Data"]!.GetValue<string>()))));
            }

            var responses = new JsonArray([.. records.Select((_, index) => (JsonNode)(index < first ? new JsonObject { ["RecordId"] = "x" } : new JsonObject { ["ErrorCode"] = "ServiceUnavailableException", ["ErrorMessage"] = "slow down" }))]);
            return (200, new JsonObject { ["FailedPutCount"] = records.Count - first, ["RequestResponses"] = responses }.ToJsonString());
        };
        await CreateAsync("r", "SELECT VALUE n FROM 'in/#'", """[{"firehose":{"deliveryStreamName":"stream","separator":"\n"}}]""").ConfigureAwait(false);
        for (int i = 0; i < 30; i++)
        {
            await PublishAsync("in/x", $"{{\"n\":{i}}}").ConfigureAwait(false);
        }

        await Wait.UntilAsync(() => taken.Count == 30, "all are there").ConfigureAwait(false);
        CollectionAssert.AreEqual(Enumerable.Range(0, 30).Select(i => $"{i}\n").ToArray(), taken);
        RecordedRequest request = Target.Requests.First();
        Assert.AreEqual("Firehose_20150804.PutRecordBatch", request.Headers["X-Amz-Target"]);
        Assert.AreEqual("application/x-amz-json-1.1", request.Headers["Content-Type"]);
        Assert.AreEqual("stream", JsonNode.Parse(request.Text)!["DeliveryStreamName"]!.GetValue<string>());
        CheckSigned(request, "firehose");
    }

    [TestMethod]
    public async Task Kinesis_keeps_the_order_of_each_key_over_failures()
    {
        int count = 0;
        Target.Answer = _ => Interlocked.Increment(ref count) % 5 == 0 ? (500, """{"__type":"InternalFailure"}""") : (200, """{"SequenceNumber":"1","ShardId":"s"}""");
        await CreateAsync("r", "SELECT * FROM 'in/#'", """[{"kinesis":{"streamName":"stream","partitionKey":"${topic(2)}"}}]""").ConfigureAwait(false);
        for (int i = 0; i < 10; i++)
        {
            await PublishAsync("in/a", $"{{\"n\":{i}}}").ConfigureAwait(false);
            await PublishAsync("in/b", $"{{\"n\":{i}}}").ConfigureAwait(false);
        }

        int[] Of(string key) => [.. Target.Requests.Select(request => JsonNode.Parse(request.Text)!).Where(body => body["PartitionKey"]!.GetValue<string>() == key).Select(body => JsonNode.Parse(Convert.FromBase64String(body["Data"]!.GetValue<string>()))!["n"]!.GetValue<int>())];
        await Wait.UntilAsync(() => Of("a").Distinct().Count() == 10 && Of("b").Distinct().Count() == 10, "all are there").ConfigureAwait(false);
        foreach (string key in new[] { "a", "b" })
        {
            CollectionAssert.AreEqual(Of(key).Order().ToArray(), Of(key), "a record follows its own repeats and no later one");
        }

        Assert.AreEqual("Kinesis_20131202.PutRecord", Target.Requests.First().Headers["X-Amz-Target"]);
        CheckSigned(Target.Requests.First(), "kinesis");
    }

    [TestMethod]
    public async Task Sqs_gets_messages_by_its_sdk_and_a_refusal_for_good_becomes_a_dead_letter()
    {
        Target.Answer = request => JsonNode.Parse(request.Text)!["MessageBody"]!.GetValue<string>() == "bad"
            ? (400, """{"__type":"com.amazonaws.sqs#InvalidMessageContents","message":"no"}""")
            : (200, """{"MessageId":"1"}""");
        await CreateAsync("r", "SELECT * FROM 'in/#'", """[{"sqs":{"queueUrl":"URL123456789012/q","useBase64":false}}]""".Replace("URL", Target.Address.ToString(), StringComparison.Ordinal)).ConfigureAwait(false);
        await PublishAsync("in/x", "bad").ConfigureAwait(false);
        await PublishAsync("in/x", "good").ConfigureAwait(false);

        await Wait.UntilAsync(async () => (await DeadLettersAsync("r").ConfigureAwait(false)).Count == 1 && Target.Requests.Any(request => request.Text.Contains("good", StringComparison.Ordinal)), "one is taken, one given up").ConfigureAwait(false);
        Assert.AreEqual("AmazonSQS.SendMessage", Target.Requests.First().Headers["X-Amz-Target"]);
        CheckSigned(Target.Requests.First(), "sqs");
    }

    private async Task<RecordedRequest> FirstAsync()
    {
        await Wait.UntilAsync(() => !Target.Requests.IsEmpty, "the request").ConfigureAwait(false);
        return Target.Requests.First();
    }

    private static void CheckSigned(RecordedRequest request, string service)
    {
        StringAssert.Contains(request.Headers["Authorization"], $"Credential={KeyId}/", StringComparison.Ordinal);
        StringAssert.Contains(request.Headers["Authorization"], $"/eu-west-1/{service}/aws4_request", StringComparison.Ordinal);
        Assert.IsTrue(request.IsSignedBy(Secret), request.Headers["Authorization"]);
    }
}
