using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity;
using NanoIoT.Testing;

namespace NanoIoT.EndToEnd.Tests;

/// <summary>The device gateway's rules, by an MQTT 5 client that is not ours: sessions, limits, retained messages, lifecycle, WebSocket, ALPN.</summary>
[TestClass]
public sealed class SessionTests : GatewayTestBase
{
    [TestMethod]
    [DataRow(MqttProtocolVersion.V311)]
    [DataRow(MqttProtocolVersion.V500)]
    public async Task What_came_while_a_client_was_away_is_delivered_in_order_and_after_a_restart_of_the_service(MqttProtocolVersion version)
    {
        (IMqttClient client, _, MqttClientConnectResult first) = await ConnectAsync("t", version: version, persistent: true).ConfigureAwait(false);
        Assert.IsFalse(first.IsSessionPresent);
        await client.SubscribeAsync(Topic, MqttQualityOfServiceLevel.AtLeastOnce).ConfigureAwait(false);
        await client.DisconnectAsync(new MqttClientDisconnectOptions { Reason = MqttClientDisconnectOptionsReason.NormalDisconnection, SessionExpiryInterval = 600 }).ConfigureAwait(false);
        await Wait.UntilAsync(() => !Cloud.Connectivity.IsConnected("t"), "it is away").ConfigureAwait(false);

        for (int i = 0; i < 150; i++)
        {
            await Cloud.MessageBus.PublishAsync(new BusMessage(Topic, Encoding.UTF8.GetBytes($"{i}"))).ConfigureAwait(false);
        }

        await Cloud.DisposeAsync().ConfigureAwait(false);
        Cloud = await StartServiceAsync().ConfigureAwait(false);
        await Cloud.MessageBus.PublishAsync(new BusMessage(Topic, "150"u8.ToArray())).ConfigureAwait(false);
        (_, ConcurrentQueue<string> got, MqttClientConnectResult second) = await ConnectAsync("t", version: version, persistent: true).ConfigureAwait(false);

        Assert.IsTrue(second.IsSessionPresent);
        await Wait.UntilAsync(() => got.Count >= 151, "all are there", () => string.Join(' ', got)).ConfigureAwait(false);
        CollectionAssert.AreEqual(Enumerable.Range(0, 151).Select(i => $"{i}").ToArray(), got.ToArray());

        // Acknowledged is forgotten: another connection gets none of them again.
        await Wait.UntilAsync(() => Stored() == 0, "the store is empty").ConfigureAwait(false);
    }

    [TestMethod]
    public async Task A_session_keeps_a_thousand_messages_and_the_newest_are_those()
    {
        (IMqttClient client, _, _) = await ConnectAsync("t", persistent: true).ConfigureAwait(false);
        await client.SubscribeAsync(Topic, MqttQualityOfServiceLevel.AtLeastOnce).ConfigureAwait(false);
        await client.DisconnectAsync(new MqttClientDisconnectOptions { SessionExpiryInterval = 600 }).ConfigureAwait(false);
        await Wait.UntilAsync(() => !Cloud.Connectivity.IsConnected("t"), "it is away").ConfigureAwait(false);
        await Task.WhenAll(Enumerable.Range(0, 1050).Select(i => Cloud.MessageBus.PublishAsync(new BusMessage(Topic, Encoding.UTF8.GetBytes($"{i}"))))).ConfigureAwait(false);

        (_, ConcurrentQueue<string> got, _) = await ConnectAsync("t", persistent: true).ConfigureAwait(false);

        await Wait.UntilAsync(() => got.Count >= 1000 && Stored() == 0, "a thousand are there").ConfigureAwait(false);
        Assert.HasCount(1000, got);
        Assert.IsFalse(got.Contains("0"));
    }

    [TestMethod]
    public async Task A_clean_session_forgets_and_a_clean_start_does_too()
    {
        (IMqttClient client, _, _) = await ConnectAsync("t", persistent: true).ConfigureAwait(false);
        await client.SubscribeAsync(Topic, MqttQualityOfServiceLevel.AtLeastOnce).ConfigureAwait(false);
        await client.DisconnectAsync(new MqttClientDisconnectOptions { SessionExpiryInterval = 600 }).ConfigureAwait(false);
        await Wait.UntilAsync(() => !Cloud.Connectivity.IsConnected("t"), "it is away").ConfigureAwait(false);
        await Cloud.MessageBus.PublishAsync(new BusMessage(Topic, "1"u8.ToArray())).ConfigureAwait(false);

        (IMqttClient clean, ConcurrentQueue<string> got, MqttClientConnectResult result) = await ConnectAsync("t").ConfigureAwait(false);

        Assert.IsFalse(result.IsSessionPresent);
        Assert.AreEqual(0, Stored());
        await clean.SubscribeAsync(Topic, MqttQualityOfServiceLevel.AtLeastOnce).ConfigureAwait(false);
        await Cloud.MessageBus.PublishAsync(new BusMessage(Topic, "2"u8.ToArray())).ConfigureAwait(false);
        await Wait.UntilAsync(() => !got.IsEmpty, "only the new one comes").ConfigureAwait(false);
        Assert.AreEqual("2", got.Single());
    }

    [TestMethod]
    public async Task A_deactivated_certificate_drops_its_connection_at_once_and_does_not_come_back()
    {
        (IMqttClient client, _, _) = await ConnectAsync("t").ConfigureAwait(false);
        TaskCompletionSource gone = Gone(client);
        string id = CertificateAuthority.CertificateIdOf(Certificate);

        await Cloud.CallAsync("UpdateCertificate", null, ("certificateId", id), ("newStatus", "INACTIVE")).ConfigureAwait(false);

        await gone.Task.WaitAsync(Wait.Limit).ConfigureAwait(false);
        Assert.IsFalse(await ConnectsAsync("t", Certificate).ConfigureAwait(false));
        await Cloud.CallAsync("UpdateCertificate", null, ("certificateId", id), ("newStatus", "ACTIVE")).ConfigureAwait(false);
        Assert.IsTrue(await ConnectsAsync("t", Certificate).ConfigureAwait(false));
    }

    [TestMethod]
    public async Task A_retained_message_is_there_for_later_subscribers_with_its_properties()
    {
        (IMqttClient client, _, _) = await ConnectAsync("t").ConfigureAwait(false);
        await client.PublishAsync(new MqttApplicationMessageBuilder().WithTopic(Topic).WithPayload("stays").WithRetainFlag().WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .WithContentType("text/plain").WithUserProperty("a", Encoding.UTF8.GetBytes("b").AsMemory()).WithResponseTopic("r").WithCorrelationData([1, 2]).Build()).ConfigureAwait(false);
        var got = new TaskCompletionSource<MqttApplicationMessage>();
        client.ApplicationMessageReceivedAsync += args =>
        {
            got.TrySetResult(args.ApplicationMessage);
            return Task.CompletedTask;
        };

        await client.SubscribeAsync("nanoiot/things/t/#", MqttQualityOfServiceLevel.AtLeastOnce).ConfigureAwait(false);

        MqttApplicationMessage message = await got.Task.WaitAsync(Wait.Limit).ConfigureAwait(false);
        Assert.IsTrue(message.Retain);
        Assert.AreEqual("text/plain", message.ContentType);
        Assert.AreEqual("b", message.UserProperties.Single(item => item.Name == "a").ReadValueAsString());
        Assert.AreEqual("r", message.ResponseTopic);
        CollectionAssert.AreEqual(new byte[] { 1, 2 }, message.CorrelationData);
        JsonObject shown = await Cloud.CallAsync("GetRetainedMessage", null, ("topic", Topic)).ConfigureAwait(false);
        Assert.AreEqual("stays", Encoding.UTF8.GetString(Convert.FromBase64String(shown["payload"]!.GetValue<string>())));
        await client.PublishAsync(new MqttApplicationMessageBuilder().WithTopic(Topic).WithRetainFlag().WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build()).ConfigureAwait(false);
        await Assert.ThrowsExactlyAsync<CloudException>(() => Cloud.CallAsync("GetRetainedMessage", null, ("topic", Topic))).ConfigureAwait(false);
    }

    [TestMethod]
    public async Task A_shared_subscription_gives_each_message_to_one_of_its_clients()
    {
        await AllowAsync("t").ConfigureAwait(false);
        X509Certificate2 other = await RegisterAsync("u").ConfigureAwait(false);
        await AllowAsync("u").ConfigureAwait(false);
        (IMqttClient one, ConcurrentQueue<string> first, _) = await ConnectAsync("t").ConfigureAwait(false);
        (IMqttClient two, ConcurrentQueue<string> second, _) = await ConnectAsync("u", other).ConfigureAwait(false);
        await one.SubscribeAsync("$share/g/any/+", MqttQualityOfServiceLevel.AtLeastOnce).ConfigureAwait(false);
        await two.SubscribeAsync("$share/g/any/+", MqttQualityOfServiceLevel.AtLeastOnce).ConfigureAwait(false);

        for (int i = 0; i < 20; i++)
        {
            await Cloud.MessageBus.PublishAsync(new BusMessage("any/x", Encoding.UTF8.GetBytes($"{i}"))).ConfigureAwait(false);
        }

        await Wait.UntilAsync(() => first.Count + second.Count >= 20, "all are there").ConfigureAwait(false);
        Assert.HasCount(10, first);
        Assert.HasCount(10, second);
    }

    [TestMethod]
    [DataRow("secret/*", "$share/g/secret/a", false)]
    [DataRow("secret/*", "$share/g/public/a", true)]
    [DataRow("$share/*", "$share/g/public/a", false)]
    [DataRow("secret/*", "secret/a", false)]
    public async Task What_denies_a_filter_denies_it_in_a_shared_subscription_too(string denied, string filter, bool isGranted)
    {
        await AllowAsync("t").ConfigureAwait(false);
        string document = $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"iot:Subscribe","Resource":"arn:aws:iot:eu-west-1:000000000000:topicfilter/{{denied}}"}]}""";
        await Cloud.CallAsync("CreatePolicy", new JsonObject { ["policyDocument"] = document }, ("policyName", "denied")).ConfigureAwait(false);
        foreach (string principal in Cloud.Registry.PrincipalsOf("t"))
        {
            await Cloud.CallAsync("AttachPolicy", new JsonObject { ["target"] = "arn:aws:iot:eu-west-1:000000000000:" + principal }, ("policyName", "denied")).ConfigureAwait(false);
        }

        (IMqttClient client, _, _) = await ConnectAsync("t").ConfigureAwait(false);
        MqttClientSubscribeResult result = await client.SubscribeAsync(filter, MqttQualityOfServiceLevel.AtLeastOnce).ConfigureAwait(false);

        Assert.AreEqual(isGranted ? MqttClientSubscribeResultCode.GrantedQoS1 : MqttClientSubscribeResultCode.NotAuthorized, result.Items.Single().ResultCode);
    }

    [TestMethod]
    [DataRow("nine filters in one SUBSCRIBE")]
    [DataRow("fifty-one subscriptions")]
    [DataRow("QoS 2")]
    [DataRow("eight slashes")]
    [DataRow("a topic of 257 bytes")]
    [DataRow("a wildcard in a publish")]
    [DataRow("a write to $aws")]
    [DataRow("a payload over 128 KB")]
    public async Task A_violation_of_the_gateways_limits_closes_the_connection(string violation)
    {
        await AllowAsync("t").ConfigureAwait(false);
        (IMqttClient client, _, _) = await ConnectAsync("t").ConfigureAwait(false);
        TaskCompletionSource gone = Gone(client);
        Task Publish(string topic, MqttQualityOfServiceLevel qos = MqttQualityOfServiceLevel.AtLeastOnce, int size = 1) => client.PublishBinaryAsync(topic, new byte[size], qos);
        try
        {
            switch (violation)
            {
                case "nine filters in one SUBSCRIBE":
                    await client.SubscribeAsync(new MqttClientSubscribeOptions { TopicFilters = [.. Enumerable.Range(0, 9).Select(i => new MqttTopicFilter { Topic = "a/" + i })] }).ConfigureAwait(false);
                    break;
                case "fifty-one subscriptions":
                    for (int i = 0; i < 51; i++)
                    {
                        await client.SubscribeAsync("a/" + i).ConfigureAwait(false);
                    }

                    break;
                case "QoS 2":
                    await Publish("a", MqttQualityOfServiceLevel.ExactlyOnce).ConfigureAwait(false);
                    break;
                case "eight slashes":
                    await Publish("1/2/3/4/5/6/7/8/9").ConfigureAwait(false);
                    break;
                case "a topic of 257 bytes":
                    await Publish(new string('x', 257)).ConfigureAwait(false);
                    break;
                case "a wildcard in a publish":
                    await Publish("a/b" + (char)0).ConfigureAwait(false);
                    break;
                case "a write to $aws":
                    await Publish("$aws/events/presence/connected/t").ConfigureAwait(false);
                    break;
                default:
                    await Publish("a", size: (128 * 1024) + 1).ConfigureAwait(false);
                    break;
            }
        }
        catch (Exception exception) when (exception is MqttCommunicationException or OperationCanceledException or MqttClientDisconnectedException or MqttProtocolViolationException or InvalidOperationException)
        {
            // The connection went before the answer, or the client itself refuses.
            if (exception is MqttProtocolViolationException && client.IsConnected)
            {
                await client.DisconnectAsync().ConfigureAwait(false);
            }
        }

        await gone.Task.WaitAsync(Wait.Limit).ConfigureAwait(false);
    }

    [TestMethod]
    public async Task Keep_alive_is_brought_into_range_and_connack_says_the_limits()
    {
        (_, _, MqttClientConnectResult result) = await ConnectAsync("t", keepAlive: 5).ConfigureAwait(false);

        Assert.AreEqual(30, result.ServerKeepAlive);
        Assert.AreEqual(MqttQualityOfServiceLevel.AtLeastOnce, result.MaximumQoS);
        Assert.AreEqual(149504u, result.MaximumPacketSize);
        Assert.IsFalse(await ConnectsAsync(new string('x', 129), Certificate).ConfigureAwait(false));
        Assert.IsFalse(await ConnectsAsync("$t", Certificate).ConfigureAwait(false));
    }

    [TestMethod]
    public async Task A_user_watches_lifecycle_events_over_a_signed_websocket_and_a_viewer_does_not_publish()
    {
        string host = new Uri(Cloud.Ready.Api).Authority;
        var signer = new RequestSigner(Cloud.Ready.AccessKeyId!, Cloud.Ready.SecretAccessKey!, "iotdevicegateway");
        IMqttClient user = Factory.CreateMqttClient();
        Clients.Add(user);
        var events = new ConcurrentQueue<(string Topic, JsonNode Json)>();
        user.ApplicationMessageReceivedAsync += args =>
        {
            events.Enqueue((args.ApplicationMessage.Topic, JsonNode.Parse(args.ApplicationMessage.ConvertPayloadToString())!));
            return Task.CompletedTask;
        };
        await user.ConnectAsync(WebSocket(signer.Presign(host, DateTimeOffset.UtcNow), "dashboard")).ConfigureAwait(false);
        await user.SubscribeAsync("$aws/events/#", MqttQualityOfServiceLevel.AtLeastOnce).ConfigureAwait(false);

        (IMqttClient board, _, _) = await ConnectAsync("t").ConfigureAwait(false);
        await board.SubscribeAsync(Topic).ConfigureAwait(false);
        (IMqttClient second, _, _) = await ConnectAsync("t").ConfigureAwait(false);
        await second.DisconnectAsync().ConfigureAwait(false);

        await Wait.UntilAsync(() => events.Count(item => item.Topic == "$aws/events/presence/disconnected/t") >= 2, "both ends are told", () => string.Join('\n', events)).ConfigureAwait(false);
        JsonNode connected = events.First(item => item.Topic == "$aws/events/presence/connected/t").Json;
        Assert.AreEqual("t", connected["clientId"]!.GetValue<string>());
        Assert.AreEqual(CertificateAuthority.CertificateIdOf(Certificate), connected["principalIdentifier"]!.GetValue<string>());
        Assert.IsTrue(events.Any(item => item.Topic == "$aws/events/subscriptions/subscribed/t" && item.Json["topics"]![0]!.GetValue<string>() == Topic));
        string[] reasons = [.. events.Where(item => item.Topic == "$aws/events/presence/disconnected/t").Select(item => item.Json["disconnectReason"]!.GetValue<string>())];
        CollectionAssert.AreEquivalent(new[] { "DUPLICATE_CLIENTID", "CLIENT_INITIATED_DISCONNECT" }, reasons);

        // A viewer may look and not touch; a forged signature may neither.
        await Cloud.Users.CreateAsync("eve", NanoIoT.Cloud.Rest.Role.Viewer).ConfigureAwait(false);
        (string id, string secret) = await Cloud.Users.CreateKeyAsync("eve").ConfigureAwait(false);
        IMqttClient viewer = Factory.CreateMqttClient();
        Clients.Add(viewer);
        await viewer.ConnectAsync(WebSocket(new RequestSigner(id, secret, "iotdevicegateway").Presign(host, DateTimeOffset.UtcNow), "eve")).ConfigureAwait(false);
        TaskCompletionSource gone = Gone(viewer);
        await Assert.ThrowsAsync<Exception>(() => viewer.PublishStringAsync("a", "b", MqttQualityOfServiceLevel.AtLeastOnce)).ConfigureAwait(false);
        await gone.Task.WaitAsync(Wait.Limit).ConfigureAwait(false);
        IMqttClient forger = Factory.CreateMqttClient();
        Clients.Add(forger);
        await Assert.ThrowsAsync<Exception>(() => forger.ConnectAsync(WebSocket(new RequestSigner(id, secret + "x", "iotdevicegateway").Presign(host, DateTimeOffset.UtcNow), "forger"))).ConfigureAwait(false);
        await Assert.ThrowsAsync<Exception>(() => forger.ConnectAsync(WebSocket(signer.Presign(host, DateTimeOffset.UtcNow.AddHours(-1)), "forger"))).ConfigureAwait(false);
    }

    [TestMethod]
    public async Task Mqtt_is_spoken_on_the_https_port_to_who_asks_for_it_by_alpn_and_over_a_websocket_with_a_certificate()
    {
        IMqttClient client = Factory.CreateMqttClient();
        Clients.Add(client);
        MqttClientConnectResult result = await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("localhost", new Uri(Cloud.Ready.Api).Port).WithClientId("t")
            .WithTlsOptions(tls => tls.UseTls().WithCertificateValidationHandler(_ => true).WithClientCertificates([Certificate]).WithApplicationProtocols([new SslApplicationProtocol("x-amzn-mqtt-ca")])).Build()).ConfigureAwait(false);
        Assert.AreEqual(MqttClientConnectResultCode.Success, result.ResultCode);

        IMqttClient socket = Factory.CreateMqttClient();
        Clients.Add(socket);
        MqttClientConnectResult second = await socket.ConnectAsync(new MqttClientOptionsBuilder().WithWebSocketServer(web => web.WithUri(Cloud.Ready.Api.Replace("https", "wss", StringComparison.Ordinal) + "/mqtt")).WithClientId("t")
            .WithTlsOptions(tls => tls.UseTls().WithCertificateValidationHandler(_ => true).WithClientCertificates([Certificate])).Build()).ConfigureAwait(false);
        Assert.AreEqual(MqttClientConnectResultCode.Success, second.ResultCode);
    }

    [TestMethod]
    public async Task A_device_publishes_over_https_with_its_certificate_as_its_policies_allow()
    {
        (IMqttClient client, ConcurrentQueue<string> got, _) = await ConnectAsync("t").ConfigureAwait(false);
        await client.SubscribeAsync(Topic, MqttQualityOfServiceLevel.AtLeastOnce).ConfigureAwait(false);
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
        handler.ClientCertificates.Add(Certificate);
        using var http = new HttpClient(handler) { BaseAddress = new Uri(Cloud.Ready.Api) };

        using HttpResponseMessage own = await http.PostAsync(new Uri("/topics/nanoiot/things/t/x?qos=1", UriKind.Relative), new StringContent("hello")).ConfigureAwait(false);
        using HttpResponseMessage others = await http.PostAsync(new Uri("/topics/nanoiot%2Fthings%2Fu%2Fx?qos=1", UriKind.Relative), new StringContent("hello")).ConfigureAwait(false);
        using HttpResponseMessage shadow = await http.PostAsync(new Uri("/things/t/shadow", UriKind.Relative), new StringContent("{\"state\":{\"reported\":{\"a\":1}}}")).ConfigureAwait(false);
        using HttpResponseMessage othersShadow = await http.GetAsync(new Uri("/things/u/shadow", UriKind.Relative)).ConfigureAwait(false);
        using HttpResponseMessage control = await http.GetAsync(new Uri("/things", UriKind.Relative)).ConfigureAwait(false);

        Assert.AreEqual(200, (int)own.StatusCode, await own.Content.ReadAsStringAsync().ConfigureAwait(false));
        await Wait.UntilAsync(() => got.Contains("hello"), "it arrives").ConfigureAwait(false);
        Assert.AreEqual(403, (int)others.StatusCode);
        Assert.AreEqual("ForbiddenException", others.Headers.GetValues("x-amzn-ErrorType").Single());
        Assert.AreEqual(200, (int)shadow.StatusCode);
        Assert.AreEqual(403, (int)othersShadow.StatusCode);
        Assert.AreEqual(403, (int)control.StatusCode);
    }

    [TestMethod]
    public async Task A_users_own_ca_registers_and_provisions_its_devices_when_they_first_connect()
    {
        using ECDsa caKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 ca = TestAuthority.Create("Factory CA", caKey);
        string code = (await Cloud.CallAsync("GetRegistrationCode", null).ConfigureAwait(false))["registrationCode"]!.GetValue<string>();
        const string template = """
            {"Parameters":{"AWS::IoT::Certificate::CommonName":{"Type":"String"},"AWS::IoT::Certificate::Id":{"Type":"String"}},
            "Resources":{"thing":{"Type":"AWS::IoT::Thing","Properties":{"ThingName":{"Ref":"AWS::IoT::Certificate::CommonName"}}},
            "certificate":{"Type":"AWS::IoT::Certificate","Properties":{"CertificateId":{"Ref":"AWS::IoT::Certificate::Id"},"Status":"ACTIVE"}},
            "policy":{"Type":"AWS::IoT::Policy","Properties":{"PolicyName":"nanoiot-device"}}}}
            """;
        var body = new JsonObject
        {
            ["caCertificate"] = ca.ExportCertificatePem(),
            ["verificationCertificate"] = TestAuthority.Issue(ca, caKey, "wrong").ExportCertificatePem(),
            ["registrationConfig"] = new JsonObject { ["templateBody"] = template, ["roleArn"] = "arn:aws:iam::000000000000:role/r" },
        };
        CloudException wrong = await Assert.ThrowsExactlyAsync<CloudException>(() => Cloud.CallAsync("RegisterCACertificate", body)).ConfigureAwait(false);
        Assert.AreEqual(ErrorCodes.RegistrationCodeValidation, wrong.Code);
        X509Certificate2 device = TestAuthority.Issue(ca, caKey, "jitp-1");
        Assert.IsFalse(await ConnectsAsync("jitp-1", device).ConfigureAwait(false), "an unknown CA");

        body["verificationCertificate"] = TestAuthority.Issue(ca, caKey, code).ExportCertificatePem();
        await Cloud.CallAsync("RegisterCACertificate", body, ("setAsActive", "true"), ("allowAutoRegistration", "true")).ConfigureAwait(false);

        Assert.IsTrue(await ConnectsAsync("jitp-1", device).ConfigureAwait(false));
        Assert.IsNotNull(Cloud.Registry.Find("jitp-1"));
        Assert.IsFalse(
            await ConnectsAsync("t", TestAuthority.Issue(ca, caKey, "jitp-2")).ConfigureAwait(false),
            "it does not take another's place");
        JsonObject list = await Cloud.CallAsync("ListCertificatesByCA", null, ("caCertificateId", CertificateAuthority.CertificateIdOf(ca))).ConfigureAwait(false);
        Assert.HasCount(2, list["certificates"]!.AsArray());
    }

    private static MqttClientOptions WebSocket(Uri address, string clientId) => new MqttClientOptionsBuilder()
        .WithWebSocketServer(web => web.WithUri(address.AbsoluteUri)).WithClientId(clientId).WithProtocolVersion(MqttProtocolVersion.V500)
        .WithTlsOptions(tls => tls.UseTls().WithCertificateValidationHandler(_ => true)).Build();

    private long Stored()
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection("Data Source=" + Path.Combine(Folder, "nanoiot.db") + ";Pooling=False");
        connection.Open();
        using Microsoft.Data.Sqlite.SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM session_messages";
        return (long)command.ExecuteScalar()!;
    }
}
