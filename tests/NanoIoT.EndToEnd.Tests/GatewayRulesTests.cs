using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.Json.Nodes;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Testing;

namespace NanoIoT.EndToEnd.Tests;

/// <summary>What MQTT 5 and AWS IoT say of wills, expiry, subscription options, rates and connections that are deleted.</summary>
[TestClass]
public sealed class GatewayRulesTests : GatewayTestBase
{
    private const string Will = "nanoiot/things/t/will";

    [TestMethod]
    public async Task A_last_will_is_published_when_a_connection_breaks_and_not_when_the_client_takes_its_leave()
    {
        ConcurrentQueue<string> seen = await WatchAsync().ConfigureAwait(false);
        (IMqttClient polite, _, _) = await ConnectAsync("t", configure: options => SetWill(options)).ConfigureAwait(false);
        await polite.DisconnectAsync().ConfigureAwait(false);
        (IMqttClient _, _, _) = await ConnectAsync("t", configure: options => SetWill(options)).ConfigureAwait(false);

        // A second connection displaces the first, whose will is then published; leaving with the will publishes it too.
        (IMqttClient second, _, _) = await ConnectAsync("t", configure: options => SetWill(options)).ConfigureAwait(false);
        await Wait.UntilAsync(() => seen.Count == 1, "the displaced one's will").ConfigureAwait(false);
        await second.DisconnectAsync(new MqttClientDisconnectOptions { Reason = MqttClientDisconnectOptionsReason.DisconnectWithWillMessage }).ConfigureAwait(false);
        await Wait.UntilAsync(() => seen.Count == 2, "the will that was asked for").ConfigureAwait(false);
    }

    [TestMethod]
    public async Task A_delayed_will_waits_for_its_client_and_no_longer_than_its_session()
    {
        ConcurrentQueue<string> seen = await WatchAsync().ConfigureAwait(false);

        // It comes back to its session before the delay is over: nothing.
        (IMqttClient first, _, _) = await ConnectAsync("t", persistent: true, configure: options => SetWill(options, 300)).ConfigureAwait(false);
        await BreakAsync(first).ConfigureAwait(false);
        (IMqttClient second, _, MqttClientConnectResult result) = await ConnectAsync("t", persistent: true, configure: options => SetWill(options, 1)).ConfigureAwait(false);
        Assert.IsTrue(result.IsSessionPresent);

        // It stays away longer than the delay: once.
        await BreakAsync(second).ConfigureAwait(false);
        await Wait.UntilAsync(() => seen.Count == 1, "the second's will").ConfigureAwait(false);

        // It comes back with a clean start, which ends the session: at once.
        (IMqttClient third, _, _) = await ConnectAsync("t", persistent: true, configure: options => SetWill(options, 300)).ConfigureAwait(false);
        await BreakAsync(third).ConfigureAwait(false);
        Assert.HasCount(1, seen);
        await ConnectAsync("t").ConfigureAwait(false);
        await Wait.UntilAsync(() => seen.Count == 2, "the third's will").ConfigureAwait(false);
    }

    [TestMethod]
    [DataRow(true, 0)]
    [DataRow(false, 1)]
    public async Task A_connection_is_deleted_with_its_session_and_if_asked_without_its_will(bool preventsWill, int wills)
    {
        ConcurrentQueue<string> seen = await WatchAsync().ConfigureAwait(false);
        (IMqttClient client, _, _) = await ConnectAsync("t", persistent: true, configure: options => SetWill(options)).ConfigureAwait(false);
        await client.SubscribeAsync(Topic, MqttQualityOfServiceLevel.AtLeastOnce).ConfigureAwait(false);
        TaskCompletionSource gone = Gone(client);

        await Cloud.CallAsync("DeleteConnection", null, ("clientId", "t"), ("cleanSession", "true"), ("preventWillMessage", preventsWill ? "true" : "false")).ConfigureAwait(false);

        await gone.Task.WaitAsync(Wait.Limit).ConfigureAwait(false);
        await Wait.UntilAsync(() => !Cloud.Connectivity.IsConnected("t"), "it is away").ConfigureAwait(false);
        await Cloud.MessageBus.PublishAsync(new BusMessage(Topic, "lost"u8.ToArray())).ConfigureAwait(false);
        (_, _, MqttClientConnectResult result) = await ConnectAsync("t", persistent: true).ConfigureAwait(false);
        Assert.IsFalse(result.IsSessionPresent);
        await Cloud.MessageBus.PublishAsync(new BusMessage(Will, "after"u8.ToArray())).ConfigureAwait(false);
        await Wait.UntilAsync(() => seen.Contains("after"), "what came after").ConfigureAwait(false);
        Assert.HasCount(wills, seen.Where(item => item == "gone").ToArray());
        CloudException none = await Assert.ThrowsExactlyAsync<CloudException>(() => Cloud.CallAsync("DeleteConnection", null, ("clientId", "nobody"))).ConfigureAwait(false);
        Assert.AreEqual(ErrorCodes.NotFound, none.Code);
    }

    [TestMethod]
    public async Task A_session_and_a_message_are_gone_when_their_time_is_over()
    {
        (IMqttClient client, _, _) = await ConnectAsync("t", persistent: true).ConfigureAwait(false);
        await client.SubscribeAsync(Topic, MqttQualityOfServiceLevel.AtLeastOnce).ConfigureAwait(false);
        await client.DisconnectAsync(new MqttClientDisconnectOptions { SessionExpiryInterval = 600 }).ConfigureAwait(false);
        await Wait.UntilAsync(() => !Cloud.Connectivity.IsConnected("t"), "it is away").ConfigureAwait(false);
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await Cloud.MessageBus.PublishAsync(new BusMessage(Topic, "late"u8.ToArray(), Properties: new MessageProperties { Expires = now + 1 })).ConfigureAwait(false);
        await Cloud.MessageBus.PublishAsync(new BusMessage(Topic, "good"u8.ToArray(), Properties: new MessageProperties { Expires = now + 600_000 })).ConfigureAwait(false);
        await Wait.UntilAsync(() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() > now + 1, "the clock has passed its end").ConfigureAwait(false);

        (IMqttClient back, ConcurrentQueue<string> got, MqttClientConnectResult there) = await ConnectAsync("t", persistent: true).ConfigureAwait(false);
        Assert.IsTrue(there.IsSessionPresent);
        await Wait.UntilAsync(() => !got.IsEmpty, "what is still good").ConfigureAwait(false);
        Assert.AreEqual("good", got.Single());

        await back.DisconnectAsync(new MqttClientDisconnectOptions { SessionExpiryInterval = 1 }).ConfigureAwait(false);
        await Wait.UntilAsync(() => !Cloud.Connectivity.IsConnected("t"), "it is away again").ConfigureAwait(false);
        DateTimeOffset away = DateTimeOffset.UtcNow;
        await Wait.UntilAsync(() => DateTimeOffset.UtcNow > away + TimeSpan.FromSeconds(2), "the clock has passed the session's end").ConfigureAwait(false);
        (_, _, MqttClientConnectResult over) = await ConnectAsync("t", persistent: true).ConfigureAwait(false);
        Assert.IsFalse(over.IsSessionPresent);
    }

    [TestMethod]
    public async Task No_local_leaves_out_a_clients_own_messages_and_retain_as_published_keeps_the_flag()
    {
        await AllowAsync("t").ConfigureAwait(false);
        (IMqttClient client, _, _) = await ConnectAsync("t").ConfigureAwait(false);
        var got = new ConcurrentQueue<(string Payload, bool Retain)>();
        client.ApplicationMessageReceivedAsync += args =>
        {
            got.Enqueue((args.ApplicationMessage.ConvertPayloadToString(), args.ApplicationMessage.Retain));
            return Task.CompletedTask;
        };
        await client.SubscribeAsync(new MqttClientSubscribeOptions
        {
            TopicFilters =
            [
                new MqttTopicFilter { Topic = "own/+", QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce, NoLocal = true },
                new MqttTopicFilter { Topic = "kept/+", QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce, RetainAsPublished = true },
                new MqttTopicFilter { Topic = "plain/+", QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce },
            ],
        }).ConfigureAwait(false);

        await client.PublishStringAsync("own/a", "mine", MqttQualityOfServiceLevel.AtLeastOnce).ConfigureAwait(false);
        await Cloud.MessageBus.PublishAsync(new BusMessage("own/a", "theirs"u8.ToArray())).ConfigureAwait(false);
        await Cloud.MessageBus.PublishAsync(new BusMessage("kept/a", "flag"u8.ToArray(), 1, true)).ConfigureAwait(false);
        await Cloud.MessageBus.PublishAsync(new BusMessage("plain/a", "no flag"u8.ToArray(), 1, true)).ConfigureAwait(false);

        await Wait.UntilAsync(() => got.Count == 3, "three", () => string.Join(' ', got)).ConfigureAwait(false);
        CollectionAssert.AreEqual(new[] { ("theirs", false), ("flag", true), ("no flag", false) }, got.ToArray());
    }

    [TestMethod]
    public async Task A_client_that_publishes_too_fast_is_slowed_down_and_loses_nothing()
    {
        await Cloud.DisposeAsync().ConfigureAwait(false);
        Cloud = await CloudService.StartAsync(new CloudOptions { DataFolder = Folder, MqttPort = 0, HttpsPort = 0, MaxPublishesPerSecond = 10 }).ConfigureAwait(false);
        (IMqttClient client, ConcurrentQueue<string> got, _) = await ConnectAsync("t").ConfigureAwait(false);
        await client.SubscribeAsync(Topic, MqttQualityOfServiceLevel.AtLeastOnce).ConfigureAwait(false);
        long start = Stopwatch.GetTimestamp();

        for (int i = 0; i < 25; i++)
        {
            await client.PublishStringAsync(Topic, $"{i}", MqttQualityOfServiceLevel.AtLeastOnce).ConfigureAwait(false);
        }

        await Wait.UntilAsync(() => got.Count == 25, "all are there").ConfigureAwait(false);
        Assert.IsGreaterThan(TimeSpan.FromSeconds(1.2), Stopwatch.GetElapsedTime(start));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task A_client_that_comes_back_at_once_gets_its_messages_however_its_last_connection_ends(bool isPersistent)
    {
        await Cloud.MessageBus.PublishAsync(new BusMessage(Topic, "kept"u8.ToArray(), 1, true)).ConfigureAwait(false);
        var random = new Random(7);
        (IMqttClient last, _, _) = await ConnectAsync("t", persistent: isPersistent).ConfigureAwait(false);
        for (int round = 0; round < 400; round++)
        {
            // The old connection breaks just before, while or after the new one is made.
            IMqttClient old = last;
            int delay = random.Next(0, 20);
            Task breaking = Task.Run(async () =>
            {
                await Task.Delay(delay).ConfigureAwait(false);
                old.Dispose();
            });
            (IMqttClient client, ConcurrentQueue<string> got, _) = await ConnectAsync("t", persistent: isPersistent).ConfigureAwait(false);
            await client.SubscribeAsync(Topic, MqttQualityOfServiceLevel.AtLeastOnce).ConfigureAwait(false);
            await Wait.UntilAsync(() => !got.IsEmpty, $"round {round}, the old one broken after {delay} ms: the retained message comes").ConfigureAwait(false);
            await breaking.ConfigureAwait(false);
            last = client;
        }

        Assert.IsTrue(Cloud.Connectivity.IsConnected("t"));
        Assert.AreEqual(1, Cloud.Connectivity.ConnectedCount);
    }

    [TestMethod]
    public async Task Of_many_that_connect_at_once_with_one_client_id_one_stays()
    {
        for (int round = 0; round < 10; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ConnectsAsync("t", Certificate))).ConfigureAwait(false);
            await Wait.UntilAsync(() => Cloud.Connectivity.ConnectedCount == 1 && Clients.Count(client => client.IsConnected) == 1, "one stays", () => $"{Cloud.Connectivity.ConnectedCount} {Clients.Count(client => client.IsConnected)}").ConfigureAwait(false);
        }
    }

    [TestMethod]
    [DataRow(SslProtocols.Tls12)]
    [DataRow(SslProtocols.Tls13)]
    public async Task A_client_speaks_TLS_1_2_or_1_3_whatever_name_it_asks_for(SslProtocols protocol)
    {
        using SslStream stream = await OpenTlsAsync(protocol, "a-name-of-aws.example.com").ConfigureAwait(false);

        Assert.AreEqual(protocol, stream.SslProtocol);
    }

    [TestMethod]
    public async Task A_silent_client_is_cut_after_one_and_a_half_keep_alives_and_a_certificate_lists_its_thing()
    {
        using SslStream stream = await OpenTlsAsync(SslProtocols.Tls13, "localhost").ConfigureAwait(false);

        // CONNECT of MQTT 3.1.1: clean session, keep-alive 30 s, client id t.
        await stream.WriteAsync(new byte[] { 0x10, 13, 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 4, 2, 0, 30, 0, 1, (byte)'t' }).ConfigureAwait(false);
        long start = Stopwatch.GetTimestamp();
        var buffer = new byte[16];
        Assert.AreEqual(4, await stream.ReadAtLeastAsync(buffer, 4).ConfigureAwait(false));
        JsonObject there = await Cloud.CallAsync("GetThingConnectivityData", null, ("thingName", "t")).ConfigureAwait(false);
        Assert.IsTrue(there["connected"]!.GetValue<bool>());

        int read = await stream.ReadAsync(buffer).AsTask().WaitAsync(Wait.Limit).ConfigureAwait(false);

        Assert.AreEqual(0, read);
        Assert.IsGreaterThan(TimeSpan.FromSeconds(44), Stopwatch.GetElapsedTime(start));
        await Wait.UntilAsync(() => !Cloud.Connectivity.IsConnected("t"), "it is away").ConfigureAwait(false);
        JsonObject away = await Cloud.CallAsync("GetThingConnectivityData", null, ("thingName", "t")).ConfigureAwait(false);
        Assert.AreEqual("MQTT_KEEP_ALIVE_TIMEOUT", away["disconnectReason"]!.GetValue<string>());
        string arn = "arn:aws:iot:eu-west-1:000000000000:cert/" + NanoIoT.Cloud.Identity.CertificateAuthority.CertificateIdOf(Certificate);
        Assert.AreEqual(arn, (await Cloud.CallAsync("ListThingPrincipalsV2", null, ("thingName", "t")).ConfigureAwait(false))["thingPrincipalObjects"]![0]!["principal"]!.GetValue<string>());
        Assert.AreEqual("t", (await Cloud.CallAsync("ListPrincipalThingsV2", null, ("x-amzn-principal", arn)).ConfigureAwait(false))["principalThingObjects"]![0]!["thingName"]!.GetValue<string>());
    }

    [TestMethod]
    public async Task Retained_messages_are_listed_in_pages_and_each_is_listed_once()
    {
        for (int i = 0; i < 5; i++)
        {
            await Cloud.MessageBus.PublishAsync(new BusMessage($"shelf/{i}", Encoding.UTF8.GetBytes($"{i}"), 1, true)).ConfigureAwait(false);
        }

        var topics = new List<string>();
        string? token = null;
        do
        {
            JsonObject page = await Cloud.CallAsync("ListRetainedMessages", null, token is null ? [("maxResults", "2")] : [("maxResults", "2"), ("nextToken", token)]).ConfigureAwait(false);
            topics.AddRange(page["retainedTopics"]!.AsArray().Select(item => item!["topic"]!.GetValue<string>()));
            token = page["nextToken"]?.GetValue<string>();
        }
        while (token is not null);

        CollectionAssert.AreEqual(Enumerable.Range(0, 5).Select(i => $"shelf/{i}").ToArray(), topics.Where(topic => topic.StartsWith("shelf/", StringComparison.Ordinal)).ToArray());
    }

    [TestMethod]
    public async Task A_rule_sees_who_published_over_MQTT_and_its_result_is_there_when_the_client_is_acknowledged()
    {
        await AllowAsync("t").ConfigureAwait(false);
        await Cloud.CallAsync("CreateTopicRule", new JsonObject
        {
            ["sql"] = "SELECT a, clientid() AS client, principal() AS principal, sourceip() AS ip, get_user_properties('k')[0] AS k FROM 'in/#'",
            ["awsIotSqlVersion"] = "2016-03-23",
            ["actions"] = JsonNode.Parse("""[{"dynamoDB":{"tableName":"seen","hashKeyField":"topic","hashKeyValue":"${topic()}"}}]"""),
        }, ("ruleName", "seen")).ConfigureAwait(false);
        (IMqttClient client, _, _) = await ConnectAsync("t").ConfigureAwait(false);

        await client.PublishAsync(new MqttApplicationMessageBuilder().WithTopic("in/x").WithPayload("{\"a\":1}").WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).WithUserProperty("k", Encoding.UTF8.GetBytes("v").AsMemory()).Build()).ConfigureAwait(false);
        await client.PublishStringAsync("$aws/rules/seen/ingested", "{\"a\":2}", MqttQualityOfServiceLevel.AtLeastOnce).ConfigureAwait(false);

        using var http = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true });
        http.DefaultRequestHeaders.Authorization = new("Bearer", Cloud.Ready.Token);
        JsonArray items = JsonNode.Parse(await http.GetStringAsync(new Uri(Cloud.Ready.Api + "/nanoiot/tables/seen/items")).ConfigureAwait(false))!["items"]!.AsArray();
        Assert.HasCount(2, items);
        JsonNode first = items.Single(item => item!["topic"]!.GetValue<string>() == "in/x")!["payload"]!;
        Assert.AreEqual("t", first["client"]!.GetValue<string>());
        Assert.AreEqual(NanoIoT.Cloud.Identity.CertificateAuthority.CertificateIdOf(Certificate), first["principal"]!.GetValue<string>());
        Assert.IsNotNull(first["ip"]);
        Assert.AreEqual("v", first["k"]!.GetValue<string>());
        Assert.IsTrue(items.Any(item => item!["topic"]!.GetValue<string>() == "ingested"));
    }

    private async Task<SslStream> OpenTlsAsync(SslProtocols protocol, string name)
    {
        var client = new TcpClient();
        await client.ConnectAsync("localhost", Port).ConfigureAwait(false);
        var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = name,
            EnabledSslProtocols = protocol,
            ClientCertificates = [Certificate],
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        }).ConfigureAwait(false);
        return stream;
    }

    private static void SetWill(MqttClientOptionsBuilder options, uint delay = 0) =>
        options.WithWillTopic(Will).WithWillPayload("gone").WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).WithWillDelayInterval(delay);

    private async Task<ConcurrentQueue<string>> WatchAsync()
    {
        System.Security.Cryptography.X509Certificates.X509Certificate2 other = await RegisterAsync("u").ConfigureAwait(false);
        await AllowAsync("u").ConfigureAwait(false);
        (IMqttClient watcher, ConcurrentQueue<string> seen, _) = await ConnectAsync("u", other).ConfigureAwait(false);
        await watcher.SubscribeAsync(Will, MqttQualityOfServiceLevel.AtLeastOnce).ConfigureAwait(false);
        return seen;
    }

    /// <summary>Ends a connection as a lost network does.</summary>
    private async Task BreakAsync(IMqttClient client)
    {
        client.Dispose();
        await Wait.UntilAsync(() => !Cloud.Connectivity.IsConnected("t"), "it is away").ConfigureAwait(false);
    }
}
