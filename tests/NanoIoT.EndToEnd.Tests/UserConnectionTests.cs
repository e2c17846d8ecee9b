using System.Collections.Concurrent;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Rest;
using NanoIoT.Testing;

namespace NanoIoT.EndToEnd.Tests;

/// <summary>Users over WebSocket, with a signature or a token, beside a board whose client id they ask for.</summary>
[TestClass]
public sealed class UserConnectionTests : GatewayTestBase
{
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task A_user_who_asks_for_a_boards_client_id_leaves_its_connection_and_its_messages_alone(bool usesToken)
    {
        await AllowAsync("t");
        (IMqttClient board, _, _) = await ConnectAsync("t", persistent: true);
        await board.SubscribeAsync(Topic, MqttQualityOfServiceLevel.AtLeastOnce);
        await board.DisconnectAsync();
        await Cloud.MessageBus.PublishAsync(new BusMessage(Topic, "kept"u8.ToArray(), 1));

        IMqttClient viewer = await ConnectUserAsync("eve", Role.Viewer, "t", usesToken);
        await viewer.DisconnectAsync();
        (IMqttClient again, ConcurrentQueue<string> messages, MqttClientConnectResult result) = await ConnectAsync("t", persistent: true);
        TaskCompletionSource gone = Gone(again);
        IMqttClient beside = await ConnectUserAsync("mallory", Role.Admin, "t", usesToken);

        Assert.IsTrue(result.IsSessionPresent, "the board's session is there");
        await Wait.UntilAsync(() => messages.Contains("kept"), "the board gets what was stored for it");
        await again.PingAsync();
        Assert.IsFalse(gone.Task.IsCompleted, "the board stays connected");
        Assert.IsTrue(Cloud.Connectivity.IsConnected("t"));
        Assert.IsTrue(Cloud.Connectivity.IsConnected("user/mallory/t"));
        await beside.DisconnectAsync();
    }

    [TestMethod]
    public async Task Two_users_with_the_same_client_id_do_not_meet()
    {
        IMqttClient first = await ConnectUserAsync("ann", Role.Viewer, "dashboard", usesToken: true);
        TaskCompletionSource gone = Gone(first);

        IMqttClient second = await ConnectUserAsync("bob", Role.Viewer, "dashboard", usesToken: true);

        await first.PingAsync();
        await second.PingAsync();
        Assert.IsFalse(gone.Task.IsCompleted);
    }

    [TestMethod]
    public async Task A_certificate_cannot_take_a_users_client_id()
    {
        await AllowAsync("t");

        Assert.IsFalse(await ConnectsAsync("user/admin/dashboard", Certificate));
        Assert.IsTrue(await ConnectsAsync("t", Certificate));
    }

    [TestMethod]
    [DataRow("token")]
    [DataRow("role")]
    [DataRow("delete")]
    public async Task A_user_whose_access_is_taken_away_is_disconnected(string what)
    {
        IMqttClient client = await ConnectUserAsync("eve", Role.Operator, "console", usesToken: true);
        TaskCompletionSource gone = Gone(client);

        await (what switch
        {
            "token" => Cloud.Users.DeleteTokenAsync("eve", Cloud.Users.Find("eve")!.Tokens[0].Id),
            "role" => Cloud.Users.SetRoleAsync("eve", Role.Viewer),
            _ => Cloud.Users.DeleteAsync("eve"),
        });

        await gone.Task.WaitAsync(Wait.Limit);
    }

    private async Task<IMqttClient> ConnectUserAsync(string name, Role role, string clientId, bool usesToken)
    {
        await Cloud.Users.CreateAsync(name, role);
        string host = new Uri(Cloud.Ready.Api).Authority;
        MqttClientOptionsBuilder options = new MqttClientOptionsBuilder().WithClientId(clientId).WithProtocolVersion(MqttProtocolVersion.V500)
            .WithTlsOptions(tls => tls.UseTls().WithCertificateValidationHandler(_ => true));
        if (usesToken)
        {
            (_, string token) = await Cloud.Users.CreateTokenAsync(name, null);
            options.WithWebSocketServer(web => web.WithUri($"wss://{host}/mqtt").WithRequestHeaders(new Dictionary<string, string> { ["Authorization"] = "Bearer " + token }));
        }
        else
        {
            (string id, string secret) = await Cloud.Users.CreateKeyAsync(name);
            Uri address = new RequestSigner(id, secret, "iotdevicegateway").Presign(host, DateTimeOffset.UtcNow);
            options.WithWebSocketServer(web => web.WithUri(address.AbsoluteUri));
        }

        IMqttClient client = Factory.CreateMqttClient();
        Clients.Add(client);
        await client.ConnectAsync(options.Build());
        return client;
    }
}
