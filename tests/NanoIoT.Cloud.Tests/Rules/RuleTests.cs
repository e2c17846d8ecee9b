using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests.Rules;

/// <summary>Rules from the message to the target: local ones, HTTP, queues, errors, dead letters.</summary>
[TestClass]
public sealed class RuleTests : RuleTestBase
{
    private const string All = "SELECT * FROM 'in/#'";
    private Uri? _smtp;
    private TimeSpan _retry = TimeSpan.FromMilliseconds(600);

    protected override CloudOptions CreateOptions() => new()
    {
        DataFolder = DataFolder,
        MqttPort = 0,
        HttpsPort = 0,
        RuleRetryTime = _retry,
        Smtp = _smtp,
        AllowPrivateTargets = true,
    };

    [TestMethod]
    public async Task Results_are_republished_on_topics_of_the_message_and_rules_that_feed_themselves_end()
    {
        await CreateAsync("up", "SELECT a + 1 AS a, topic(2) AS name FROM 'in/+'", """[{"republish":{"topic":"out/${topic(2)}/${upper(kind)}","qos":1}}]""").ConfigureAwait(false);
        await CreateAsync("keep", "SELECT * FROM 'out/#'", """[{"dynamoDB":{"tableName":"kept","hashKeyField":"topic","hashKeyValue":"${topic()}"}}]""").ConfigureAwait(false);
        await CreateAsync("loop", "SELECT n + 1 AS n FROM 'loop'", """[{"republish":{"topic":"loop"}},{"dynamoDB":{"tableName":"loops","hashKeyField":"n","hashKeyValue":"${n}","hashKeyType":"NUMBER"}}]""").ConfigureAwait(false);

        await PublishAsync("in/pump", """{"a":1,"kind":"b"}""").ConfigureAwait(false);
        await PublishAsync("loop", """{"n":0}""").ConfigureAwait(false);

        await Wait.UntilAsync(async () => (await ItemsAsync("kept").ConfigureAwait(false)).Count == 1, "it is republished").ConfigureAwait(false);
        JsonNode item = (await ItemsAsync("kept").ConfigureAwait(false))[0]!;
        Assert.AreEqual("""{"payload":{"a":2,"name":"pump"},"topic":"out/pump/B"}""", item.ToJsonString());
        await Wait.UntilAsync(async () => (await ItemsAsync("loops").ConfigureAwait(false)).Count >= 9, "it goes round").ConfigureAwait(false);
        await Wait.UntilAsync(async () => await WaitingAsync("loop").ConfigureAwait(false) == 0, "nothing of it waits any more").ConfigureAwait(false);
        Assert.HasCount(9, await ItemsAsync("loops").ConfigureAwait(false));
    }

    [TestMethod]
    public async Task A_message_for_one_rule_reaches_it_alone_by_basic_ingest()
    {
        await CreateAsync("mine", "SELECT topic() AS topic, a FROM 'other'", """[{"dynamoDB":{"tableName":"mine","hashKeyField":"k","hashKeyValue":"1"}}]""").ConfigureAwait(false);
        await CreateAsync("all", "SELECT * FROM '#'", """[{"dynamoDB":{"tableName":"all","hashKeyField":"k","hashKeyValue":"1"}}]""").ConfigureAwait(false);

        await PublishAsync("$aws/rules/mine/site/7", """{"a":5}""").ConfigureAwait(false);

        Assert.AreEqual("""[{"payload":{"topic":"site/7","a":5},"k":"1"}]""", (await ItemsAsync("mine").ConfigureAwait(false)).ToJsonString());
        Assert.AreEqual(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, "/nanoiot/tables/all/items").ConfigureAwait(false)).StatusCode);
    }

    [TestMethod]
    public async Task Local_tables_are_inserted_updated_deleted_and_read_by_rules()
    {
        await ApiAsync(HttpMethod.Post, "/nanoiot/tables", new { name = "devices", hashKey = "id", rangeKey = "n" }).ConfigureAwait(false);
        await CreateAsync("put", "SELECT * FROM 'in/put'", """[{"dynamoDBv2":{"putItem":{"tableName":"devices"}}}]""").ConfigureAwait(false);
        await CreateAsync("change", "SELECT v FROM 'in/change'", """[{"dynamoDB":{"tableName":"devices","operation":"${op}","hashKeyField":"id","hashKeyValue":"${id}","rangeKeyField":"n","rangeKeyValue":"${n}","rangeKeyType":"NUMBER","payloadField":"last"}}]""").ConfigureAwait(false);
        await CreateAsync("read", "SELECT get_dynamodb('devices', 'id', id, 'n', n, 'arn:aws:iam::1:role/r').place AS place FROM 'in/read'", """[{"dynamoDB":{"tableName":"found","hashKeyField":"k","hashKeyValue":"1"}}]""").ConfigureAwait(false);

        await PublishAsync("in/put", """{"id":"a","n":2,"place":"hall"}""").ConfigureAwait(false);
        await PublishAsync("in/put", """{"id":"a","n":-10,"place":"yard"}""").ConfigureAwait(false);
        await PublishAsync("in/put", """{"id":"a","n":10,"place":"roof"}""").ConfigureAwait(false);
        await PublishAsync("in/put", """{"n":1}""").ConfigureAwait(false);
        await PublishAsync("in/change", """{"op":"UPDATE","id":"a","n":2,"v":7}""").ConfigureAwait(false);
        await PublishAsync("in/change", """{"op":"DELETE","id":"a","n":10,"v":7}""").ConfigureAwait(false);
        await PublishAsync("in/read", """{"id":"a","n":2}""").ConfigureAwait(false);

        Assert.AreEqual("""[{"id":"a","n":-10,"place":"yard"},{"id":"a","n":2,"place":"hall","last":{"v":7}}]""", (await ItemsAsync("devices").ConfigureAwait(false)).ToJsonString());
        JsonNode refused = (await DeadLettersAsync("put").ConfigureAwait(false)).Single()!;
        Assert.AreEqual("ItemRefused", refused["code"]!.GetValue<string>());
        Assert.AreEqual("""{"n":1}""", refused["payload"]!.ToJsonString());
        await Wait.UntilAsync(async () => (await SendAsync(HttpMethod.Get, "/nanoiot/tables/found/items").ConfigureAwait(false)).IsSuccessStatusCode && (await ItemsAsync("found").ConfigureAwait(false)).Count == 1, "it is read").ConfigureAwait(false);
        Assert.AreEqual("""{"payload":{"place":"hall"},"k":"1"}""", (await ItemsAsync("found").ConfigureAwait(false))[0]!.ToJsonString());
    }

    [TestMethod]
    public async Task Shadows_and_the_registry_are_read_by_rules()
    {
        await Cloud.Registry.CreateAsync(new Registry.ThingRequest { ThingName = "t", Groups = ["hall"], Attributes = new Dictionary<string, string> { ["site"] = "north" } }).ConfigureAwait(false);
        await Cloud.Shadows.UpdateAsync("t", "", """{"state":{"reported":{"alarm":"ON"}}}"""u8.ToArray()).ConfigureAwait(false);
        await Cloud.Shadows.UpdateAsync("t", "cfg", """{"state":{"desired":{"x":1}}}"""u8.ToArray()).ConfigureAwait(false);
        await CreateAsync(
            "enrich",
            "SELECT get_thing_shadow(t, 'cfg', 'arn:aws:iam::1:role/r').state.desired.x AS x, get_registry_data('DescribeThing', t, 'arn:aws:iam::1:role/r').attributes.site AS site, get_registry_data('ListThingGroupsForThing', t).thingGroups[0].groupName AS grp FROM 'in/t' WHERE get_thing_shadow(t, 'arn:aws:iam::1:role/r').state.reported.alarm = 'ON'",
            """[{"webhook":{"url":"URL"}}]""".Replace("URL", Target.Address + "e", StringComparison.Ordinal)).ConfigureAwait(false);

        await PublishAsync("in/t", """{"t":"t"}""").ConfigureAwait(false);
        await PublishAsync("in/t", """{"t":"nobody"}""").ConfigureAwait(false);

        await Wait.UntilAsync(() => !Target.Requests.IsEmpty, "the result arrives").ConfigureAwait(false);
        Assert.AreEqual("""{"x":1,"site":"north","grp":"hall"}""", Target.Requests.Single().Text);
    }

    [TestMethod]
    public async Task A_webhook_that_fails_gets_everything_in_order_with_headers_and_a_signature()
    {
        int failures = 2;
        Target.Answer = _ => Interlocked.Decrement(ref failures) >= 0 ? (503, string.Empty) : (200, string.Empty);
        await CreateAsync("hook", All, """[{"webhook":{"url":"URLh?n=${n}","hmacKey":"k3y","headers":[{"key":"X-Thing","value":"${topic(2)}"}]}}]""".Replace("URL", Target.Address.ToString(), StringComparison.Ordinal)).ConfigureAwait(false);

        for (int i = 0; i < 20; i++)
        {
            await PublishAsync("in/pump", $"{{\"n\":{i}}}").ConfigureAwait(false);
        }

        await Wait.UntilAsync(() => Target.Requests.Count >= 22, "all are there").ConfigureAwait(false);
        RecordedRequest[] taken = [.. Target.Requests.Skip(2)];
        CollectionAssert.AreEqual(Enumerable.Range(0, 20).Select(i => $"{{\"n\":{i}}}").ToArray(), taken.Select(request => request.Text).ToArray());
        RecordedRequest first = taken[0];
        Assert.AreEqual("/h?n=0", first.Target);
        Assert.AreEqual("pump", first.Headers["X-Thing"]);
        string expected = Convert.ToHexStringLower(HMACSHA256.HashData("k3y"u8, Encoding.UTF8.GetBytes(first.Headers["X-NanoIoT-Timestamp"] + "." + first.Text)));
        Assert.AreEqual("sha256=" + expected, first.Headers["X-NanoIoT-Signature"]);
    }

    [TestMethod]
    public async Task A_dead_target_holds_up_no_other_and_its_results_become_dead_letters_that_are_replayed()
    {
        bool isDead = true;
        Target.Answer = request => request.Target == "/dead" && Volatile.Read(ref isDead) ? (500, string.Empty) : (200, string.Empty);
        await CreateAsync("dead", All, """[{"webhook":{"url":"URLdead"}}]""".Replace("URL", Target.Address.ToString(), StringComparison.Ordinal)).ConfigureAwait(false);
        await CreateAsync("alive", All, """[{"webhook":{"url":"URLalive"}}]""".Replace("URL", Target.Address.ToString(), StringComparison.Ordinal)).ConfigureAwait(false);

        for (int i = 0; i < 5; i++)
        {
            await PublishAsync("in/x", $"{i}").ConfigureAwait(false);
        }

        await Wait.UntilAsync(() => Target.Requests.Count(request => request.Target == "/alive") == 5, "the other rule goes on").ConfigureAwait(false);
        await Wait.UntilAsync(async () => (await DeadLettersAsync("dead").ConfigureAwait(false)).Count == 5, "they are given up").ConfigureAwait(false);
        JsonNode letter = (await DeadLettersAsync("dead").ConfigureAwait(false))[0]!;
        Assert.AreEqual("HttpStatus", letter["code"]!.GetValue<string>());
        Assert.AreEqual("webhook", letter["action"]!.GetValue<string>());

        Volatile.Write(ref isDead, false);
        Target.Requests.Clear();
        JsonNode replayed = await ApiAsync(HttpMethod.Post, "/nanoiot/dead-letters/replay", new { rule = "dead" }).ConfigureAwait(false);
        Assert.AreEqual(5, replayed["replayed"]!.GetValue<int>());
        await Wait.UntilAsync(() => Target.Requests.Count == 5, "they are delivered").ConfigureAwait(false);
        CollectionAssert.AreEqual(new[] { "0", "1", "2", "3", "4" }, Target.Requests.Select(request => request.Text).ToArray());
        Assert.IsEmpty(await DeadLettersAsync("dead").ConfigureAwait(false));
    }

    [TestMethod]
    public async Task What_waits_is_delivered_after_a_restart()
    {
        Target.Answer = _ => (503, string.Empty);
        await CreateAsync("hook", All, """[{"webhook":{"url":"URLh"}}]""".Replace("URL", Target.Address.ToString(), StringComparison.Ordinal)).ConfigureAwait(false);
        await PublishAsync("in/x", "7").ConfigureAwait(false);
        await Wait.UntilAsync(() => !Target.Requests.IsEmpty, "it was tried").ConfigureAwait(false);
        Target.Answer = _ => (200, string.Empty);
        Target.Requests.Clear();

        await RestartAsync().ConfigureAwait(false);

        await Wait.UntilAsync(async () => !Target.Requests.IsEmpty || (await DeadLettersAsync("hook").ConfigureAwait(false)).Count > 0, "it is tried again").ConfigureAwait(false);
        Assert.AreEqual("7", Target.Requests.Single().Text);
    }

    [TestMethod]
    public async Task An_error_action_gets_AWSs_message_of_what_failed()
    {
        Target.Answer = request => request.Target == "/h" ? (404, string.Empty) : (200, string.Empty);
        await CreateAsync("hook", "SELECT a FROM 'in/#'", """[{"webhook":{"url":"URLh"}}]""".Replace("URL", Target.Address.ToString(), StringComparison.Ordinal), """{"webhook":{"url":"URLerrors/${b}"}}""".Replace("URL", Target.Address.ToString(), StringComparison.Ordinal)).ConfigureAwait(false);

        await PublishAsync("in/x", """{"a":1,"b":2}""").ConfigureAwait(false);

        await Wait.UntilAsync(() => Target.Requests.Count == 2, "the error action is done").ConfigureAwait(false);
        RecordedRequest error = Target.Requests.Last();
        Assert.AreEqual("/errors/2", error.Target);
        JsonNode body = JsonNode.Parse(error.Text)!;
        Assert.AreEqual("hook", body["ruleName"]!.GetValue<string>());
        Assert.AreEqual("in/x", body["topic"]!.GetValue<string>());
        Assert.AreEqual("""{"a":1,"b":2}""", Encoding.UTF8.GetString(Convert.FromBase64String(body["base64OriginalPayload"]!.GetValue<string>())));
        Assert.AreEqual("webhook", body["failures"]![0]!["failedAction"]!.GetValue<string>());
        Assert.AreEqual(Target.Address + "h", body["failures"]![0]!["failedResource"]!.GetValue<string>());
        Assert.IsEmpty(await DeadLettersAsync("hook").ConfigureAwait(false));
    }

    [TestMethod]
    public async Task Batches_are_arrays_of_results()
    {
        await CreateAsync("batch", All, """[{"webhook":{"url":"URLb","enableBatching":true,"batchConfig":{"maxBatchSize":4,"maxBatchOpenMs":200,"maxBatchSizeBytes":1000}}}]""".Replace("URL", Target.Address.ToString(), StringComparison.Ordinal)).ConfigureAwait(false);

        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => PublishAsync("in/x", $"{i}"))).ConfigureAwait(false);

        await Wait.UntilAsync(() => Target.Requests.Sum(request => JsonNode.Parse(request.Text)!.AsArray().Count) == 10, "all are there").ConfigureAwait(false);
        Assert.IsTrue(Target.Requests.All(request => JsonNode.Parse(request.Text)!.AsArray().Count <= 4));
        Assert.IsLessThan(10, Target.Requests.Count);
    }

    [TestMethod]
    public async Task An_http_action_posts_only_where_its_owner_confirmed_it()
    {
        await CreateAsync("http", All, """[{"http":{"url":"URLin/${topic(2)}","confirmationUrl":"URLin"}}]""".Replace("URL", Target.Address.ToString(), StringComparison.Ordinal)).ConfigureAwait(false);
        await PublishAsync("in/early", "1").ConfigureAwait(false);
        await Wait.UntilAsync(async () => (await DeadLettersAsync("http").ConfigureAwait(false)).Count == 1, "nobody has confirmed yet").ConfigureAwait(false);
        Assert.AreEqual("DestinationNotConfirmed", (await DeadLettersAsync("http").ConfigureAwait(false))[0]!["code"]!.GetValue<string>());
        await Wait.UntilAsync(() => Target.Requests.Count == 1, "the confirmation message").ConfigureAwait(false);
        JsonNode message = JsonNode.Parse(Target.Requests.Single().Text)!;
        Assert.AreEqual("DestinationConfirmation", message["messageType"]!.GetValue<string>());
        JsonObject listed = await Cloud.CallAsync("ListTopicRuleDestinations", null).ConfigureAwait(false);
        Assert.AreEqual("IN_PROGRESS", listed["destinationSummaries"]![0]!["status"]!.GetValue<string>());

        Assert.AreEqual(HttpStatusCode.BadRequest, (await SendAsync(HttpMethod.Get, "/confirmdestination/guess", isOpen: true).ConfigureAwait(false)).StatusCode);
        Assert.AreEqual(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, message["enableUrl"]!.GetValue<string>(), isOpen: true).ConfigureAwait(false)).StatusCode);
        await PublishAsync("in/late", "2").ConfigureAwait(false);
        await Wait.UntilAsync(() => Target.Requests.Count == 2, "the result").ConfigureAwait(false);
        Assert.AreEqual("/in/late", Target.Requests.Last().Target);
    }

    [TestMethod]
    public async Task A_notification_topic_delivers_signed_messages_to_those_who_confirmed()
    {
        string arn = (await ApiAsync(HttpMethod.Post, "/nanoiot/topics", new { name = "alarms" }).ConfigureAwait(false))["arn"]!.GetValue<string>();
        await CreateAsync("alarm", All, """[{"sns":{"targetArn":"ARN"}}]""".Replace("ARN", arn, StringComparison.Ordinal)).ConfigureAwait(false);
        await ApiAsync(HttpMethod.Post, "/nanoiot/topics/alarms/subscriptions", new { protocol = "http", endpoint = Target.Address + "sub" }).ConfigureAwait(false);
        await Wait.UntilAsync(() => Target.Requests.Count == 1, "the token").ConfigureAwait(false);
        await PublishAsync("in/x", "\"too early\"").ConfigureAwait(false);
        JsonNode confirmation = JsonNode.Parse(Target.Requests.Single().Text)!;
        Assert.AreEqual("SubscriptionConfirmation", Target.Requests.Single().Headers["x-amz-sns-message-type"]);
        Assert.AreEqual(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, confirmation["SubscribeURL"]!.GetValue<string>(), isOpen: true).ConfigureAwait(false)).StatusCode);

        await PublishAsync("in/x", "\"hot\"").ConfigureAwait(false);

        await Wait.UntilAsync(() => Target.Requests.Count == 2, "the message").ConfigureAwait(false);
        JsonNode message = JsonNode.Parse(Target.Requests.Last().Text)!;
        Assert.AreEqual("Notification", message["Type"]!.GetValue<string>());
        Assert.AreEqual("\"hot\"", message["Message"]!.GetValue<string>());
        Assert.AreEqual(arn, message["TopicArn"]!.GetValue<string>());
        string pem = await (await SendAsync(HttpMethod.Get, message["SigningCertURL"]!.GetValue<string>(), isOpen: true).ConfigureAwait(false)).Content.ReadAsStringAsync().ConfigureAwait(false);
        using X509Certificate2 certificate = X509Certificate2.CreateFromPem(pem);
        using RSA key = certificate.GetRSAPublicKey()!;
        string text = $"Message\n{message["Message"]}\nMessageId\n{message["MessageId"]}\nTimestamp\n{message["Timestamp"]}\nTopicArn\n{arn}\nType\nNotification\n";
        Assert.IsTrue(key.VerifyData(Encoding.UTF8.GetBytes(text), Convert.FromBase64String(message["Signature"]!.GetValue<string>()), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        Assert.AreEqual(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, message["UnsubscribeURL"]!.GetValue<string>(), isOpen: true).ConfigureAwait(false)).StatusCode);
        Assert.IsEmpty((await ApiAsync(HttpMethod.Get, "/nanoiot/topics/alarms").ConfigureAwait(false))["subscriptions"]!.AsArray());
        await ApiAsync(HttpMethod.Delete, "/nanoiot/topics/alarms").ConfigureAwait(false);
        await PublishAsync("in/x", "1").ConfigureAwait(false);
        await Wait.UntilAsync(async () => (await DeadLettersAsync("alarm").ConfigureAwait(false)).Count == 1, "there is no topic any more").ConfigureAwait(false);
    }

    [TestMethod]
    public async Task Telemetry_is_archived_by_day_and_rolled_by_size_and_time()
    {
        await CreateAsync("store", "SELECT *, timestamp() AS ts FROM 'in/#'", """[{"archive":{"folder":"telemetry/site","maxBytes":2048,"maxSeconds":2}}]""").ConfigureAwait(false);
        for (int i = 0; i < 60; i++)
        {
            await PublishAsync("in/x", $"{{\n\"n\": {i},\n\"pad\": \"{new string('x', 40)}\"}}").ConfigureAwait(false);
        }

        string folder = Path.Combine(DataFolder, "exports", "telemetry", "site");
        string[] Lines() => Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.jsonl", SearchOption.AllDirectories).SelectMany(File.ReadLines)] : [];
        await Wait.UntilAsync(() => Lines().Length == 60, "all are rolled").ConfigureAwait(false);
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 60).ToArray(), Lines().Select(line => JsonNode.Parse(line)!["n"]!.GetValue<int>()).ToArray());
        string[] files = [.. Directory.EnumerateFiles(folder, "*.jsonl", SearchOption.AllDirectories)];
        Assert.IsGreaterThan(1, files.Length);
        string day = DateTime.UtcNow.ToString("'year='yyyy'/month='MM", CultureInfo.InvariantCulture);
        Assert.IsTrue(files.All(file => Path.GetRelativePath(folder, file).StartsWith(day, StringComparison.Ordinal)), string.Join('\n', files));
    }

    [TestMethod]
    public async Task Files_take_lines_and_paths_of_devices_do_not_leave_the_folder()
    {
        await CreateAsync("file", All, """[{"file":{"path":"by/${name}.jsonl"}}]""").ConfigureAwait(false);
        await PublishAsync("in/x", """{"name":"pump"}""").ConfigureAwait(false);
        await PublishAsync("in/x", """{"name":"../../../escape"}""").ConfigureAwait(false);
        await PublishAsync("in/x", """{"name":"pump"}""").ConfigureAwait(false);

        await Wait.UntilAsync(async () => (await DeadLettersAsync("file").ConfigureAwait(false)).Count == 1, "one is refused").ConfigureAwait(false);
        string file = Path.Combine(DataFolder, "exports", "by", "pump.jsonl");
        await Wait.UntilAsync(() => File.Exists(file) && File.ReadAllLines(file).Length == 2, "two lines").ConfigureAwait(false);
        Assert.AreEqual("InvalidPath", (await DeadLettersAsync("file").ConfigureAwait(false))[0]!["code"]!.GetValue<string>());
    }

    [TestMethod]
    public async Task Results_are_sent_by_email()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        _smtp = new Uri($"smtp://127.0.0.1:{((IPEndPoint)server.LocalEndpoint).Port}");
        Task<string> mail = ReceiveAsync(server);
        await RestartAsync().ConfigureAwait(false);
        await CreateAsync("mail", "SELECT VALUE concat('hot: ', t) FROM 'in/#'", """[{"email":{"to":"ops@example.com","subject":"${topic(2)} is hot"}}]""").ConfigureAwait(false);

        await PublishAsync("in/pump", """{"t":71}""").ConfigureAwait(false);

        string text = await mail.WaitAsync(Wait.Limit).ConfigureAwait(false);
        StringAssert.Contains(text, "Subject: pump is hot", StringComparison.Ordinal);
        StringAssert.Contains(text, "To: ops@example.com", StringComparison.Ordinal);
        StringAssert.Contains(text, "hot: 71", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task An_address_gets_a_topics_messages_after_its_owner_visited_the_link()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        _smtp = new Uri($"smtp://127.0.0.1:{((IPEndPoint)server.LocalEndpoint).Port}");
        Task<string> first = ReceiveAsync(server);
        await RestartAsync().ConfigureAwait(false);
        await ApiAsync(HttpMethod.Post, "/nanoiot/topics", new { name = "alarms" }).ConfigureAwait(false);
        await ApiAsync(HttpMethod.Post, "/nanoiot/topics/alarms/subscriptions", new { protocol = "email", endpoint = "ops@example.com" }).ConfigureAwait(false);
        string mail = (await first.WaitAsync(Wait.Limit).ConfigureAwait(false)).Replace("=\n", string.Empty, StringComparison.Ordinal);
        string link = mail[mail.IndexOf("https://", StringComparison.Ordinal)..].Split('\n')[0].Trim();
        Task<string> second = ReceiveAsync(server);

        Assert.AreEqual(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, link, isOpen: true).ConfigureAwait(false)).StatusCode);
        await ApiAsync(HttpMethod.Post, "/nanoiot/topics/alarms/publish", new { message = "pump 7 is hot", subject = "hot" }).ConfigureAwait(false);

        string text = await second.WaitAsync(Wait.Limit).ConfigureAwait(false);
        StringAssert.Contains(text, "Subject: hot", StringComparison.Ordinal);
        StringAssert.Contains(text, "pump 7 is hot", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task A_queue_that_is_full_refuses_no_publisher()
    {
        _retry = TimeSpan.FromHours(1);
        await RestartAsync().ConfigureAwait(false);
        Target.Answer = _ => (503, string.Empty);
        await CreateAsync("hook", All, """[{"webhook":{"url":"URLh"}}]""".Replace("URL", Target.Address.ToString(), StringComparison.Ordinal)).ConfigureAwait(false);

        await Parallel.ForEachAsync(Enumerable.Range(0, 10_100), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) => await PublishAsync("in/x", $"{i}").ConfigureAwait(false)).ConfigureAwait(false);

        JsonArray dead = (await ApiAsync(HttpMethod.Get, "/nanoiot/dead-letters?rule=hook&limit=1000").ConfigureAwait(false))["deadLetters"]!.AsArray();
        Assert.HasCount(100, dead);
        Assert.IsTrue(dead.All(letter => letter!["code"]!.GetValue<string>() == "QueueFull"));
        JsonNode rule = (await ApiAsync(HttpMethod.Get, "/nanoiot/rules").ConfigureAwait(false))["rules"]!.AsArray().Single(item => item!["name"]!.GetValue<string>() == "hook")!;
        Assert.AreEqual(10_000, rule["actions"]![0]!["waiting"]!.GetValue<int>());
    }

    [TestMethod]
    [DataRow("SELECT a FORM 'x'", "[]", "SqlParseException")]
    [DataRow("SELECT a FROM 'x'", """[{"nothing":{}}]""", "InvalidRequestException")]
    [DataRow("SELECT a FROM 'x'", """[{"timestream":{}}]""", "InvalidRequestException")]
    [DataRow("SELECT a FROM 'x'", """[{"republish":{"topic":"a/#"}}]""", "InvalidRequestException")]
    [DataRow("SELECT a FROM 'x'", """[{"republish":{"topc":"a"}}]""", "InvalidRequestException")]
    [DataRow("SELECT a FROM 'x'", """[{"republish":{"topic":"a/${"}}]""", "InvalidRequestException")]
    [DataRow("SELECT a FROM 'x'", """[{"republish":{"topic":"a/${uper(b)}"}}]""", "SqlParseException")]
    [DataRow("SELECT a FROM 'x'", """[{"s3":{"bucketName":"b","key":"k"}}]""", "InvalidRequestException")]
    [DataRow("SELECT a FROM 'x'", """[{"dynamoDBv2":{"putItem":{"tableName":"a b"}}}]""", "InvalidRequestException")]
    [DataRow("SELECT a FROM 'x'", """[{"file":{"path":"../x"}}]""", "InvalidRequestException")]
    [DataRow("SELECT a FROM 'x'", """[{"webhook":{"url":"ftp://x"}}]""", "InvalidRequestException")]
    [DataRow("SELECT a FROM 'x'", """[{"webhook":{"url":"http://${host}/x"}}]""", "InvalidRequestException")]
    [DataRow("SELECT aws_lambda('f', *) AS a FROM 'x'", "[]", "SqlParseException")]
    [DataRow("SELECT a FROM 'x'", "{}", "InvalidRequestException")]
    public async Task A_rule_that_could_not_run_is_refused_when_it_is_created(string sql, string actions, string code)
    {
        CloudException exception = await Assert.ThrowsAsync<CloudException>(() => CreateAsync("bad", sql, actions)).ConfigureAwait(false);
        Assert.AreEqual(code, exception.Code, exception.Message);
        Assert.HasCount(1, (await Cloud.CallAsync("ListTopicRules", null).ConfigureAwait(false))["rules"]!.AsArray());
    }

    [TestMethod]
    [DataRow("/nanoiot/topics", "{\"name\":null}")]
    [DataRow("/nanoiot/topics", "{\"name\":\"a b\"}")]
    [DataRow("/nanoiot/tables", "{\"hashKey\":\"a\"}")]
    [DataRow("/nanoiot/tables", "{\"name\":\"../x\",\"hashKey\":\"a\"}")]
    [DataRow("/nanoiot/rules/test", "{}")]
    [DataRow("/nanoiot/topics", "[")]
    public async Task Bad_requests_are_the_callers_fault(string path, string body)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Post, path, JsonNode.Parse(body.Length > 1 ? body : "7")).ConfigureAwait(false);
        Assert.AreEqual(HttpStatusCode.BadRequest, response.StatusCode, await response.Content.ReadAsStringAsync().ConfigureAwait(false));
    }

    [TestMethod]
    public async Task Rules_are_replaced_switched_and_deleted_and_the_built_in_one_is_not()
    {
        await CreateAsync("r", "SELECT 1 AS v FROM 'in/x'", """[{"dynamoDB":{"tableName":"tab","hashKeyField":"k","hashKeyValue":"${newuuid()}"}}]""").ConfigureAwait(false);
        Assert.AreEqual(ErrorCodes.AlreadyExists, (await Assert.ThrowsExactlyAsync<CloudException>(() => CreateAsync("r", All, "[]")).ConfigureAwait(false)).Code);
        await PublishAsync("in/x", "{}").ConfigureAwait(false);
        await CreateAsync("r", "SELECT 2 AS v FROM 'in/x'", """[{"dynamoDB":{"tableName":"tab","hashKeyField":"k","hashKeyValue":"${newuuid()}"}}]""", verb: "ReplaceTopicRule").ConfigureAwait(false);
        await PublishAsync("in/x", "{}").ConfigureAwait(false);
        await Cloud.CallAsync("DisableTopicRule", null, ("ruleName", "r")).ConfigureAwait(false);
        await PublishAsync("in/x", "{}").ConfigureAwait(false);
        await Cloud.CallAsync("EnableTopicRule", null, ("ruleName", "r")).ConfigureAwait(false);
        await RestartAsync().ConfigureAwait(false);
        await PublishAsync("in/x", "{}").ConfigureAwait(false);
        await Cloud.CallAsync("DeleteTopicRule", null, ("ruleName", "r")).ConfigureAwait(false);
        await PublishAsync("in/x", "{}").ConfigureAwait(false);

        CollectionAssert.AreEquivalent(new[] { 1, 2, 2 }, (await ItemsAsync("tab").ConfigureAwait(false)).Select(item => item!["payload"]!["v"]!.GetValue<int>()).ToArray());
        foreach (string operation in new[] { "DeleteTopicRule", "DisableTopicRule" })
        {
            Assert.AreEqual(ErrorCodes.InvalidRequest, (await Assert.ThrowsExactlyAsync<CloudException>(() => Cloud.CallAsync(operation, null, ("ruleName", "nanoiot_progress"))).ConfigureAwait(false)).Code);
        }
    }

    /// <summary>Results of a rule that wait for its actions.</summary>
    private async Task<int> WaitingAsync(string rule)
    {
        using var http = new ServiceClient(Cloud.Ready);
        JsonNode found = (await http.GetAsync("nanoiot/rules").ConfigureAwait(false))["rules"]!.AsArray().Single(item => item!["name"]!.GetValue<string>() == rule)!;
        return found["actions"]!.AsArray().Sum(action => action!["waiting"]!.GetValue<int>());
    }

    private static async Task<string> ReceiveAsync(TcpListener server)
    {
        using TcpClient client = await server.AcceptTcpClientAsync().ConfigureAwait(false);
        using var reader = new StreamReader(client.GetStream());
        using var writer = new StreamWriter(client.GetStream()) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 test").ConfigureAwait(false);
        var text = new StringBuilder();
        bool isData = false;
        while (await reader.ReadLineAsync().ConfigureAwait(false) is string line)
        {
            if (isData)
            {
                if (line == ".")
                {
                    isData = false;
                    await writer.WriteLineAsync("250 taken").ConfigureAwait(false);
                    return text.ToString();
                }

                text.AppendLine(line);
                continue;
            }

            isData = line == "DATA";
            await writer.WriteLineAsync(isData ? "354 go on" : "250 ok").ConfigureAwait(false);
        }

        return text.ToString();
    }
}
