using System.Security.Cryptography.X509Certificates;
using NanoIoT.Cloud.Rest;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests.Mqtt;

/// <summary>Which credential decides who an MQTT connection over WebSocket is, and how long.</summary>
[TestClass]
public sealed class UserWebSocketTests
{
    [TestMethod]
    public async Task The_authorization_header_decides_where_the_connection_also_has_a_client_certificate()
    {
        TestService service = await TestService.StartAsync();
        await using (service.ConfigureAwait(false))
        {
            (string board, string key) = await service.RegisterAsync("board");
            using X509Certificate2 certificate = X509Certificate2.CreateFromPem(board, key);
            string token = await CreateUserAsync(service, "eve", null);

            RawMqtt user = await RawMqtt.OpenWebSocketAsync(service.Cloud.Ready.Api, certificate, token);
            RawMqtt device = await RawMqtt.OpenWebSocketAsync(service.Cloud.Ready.Api, certificate);
            await using (user.ConfigureAwait(false))
            await using (device.ConfigureAwait(false))
            {
                Assert.AreEqual(0, await user.ConnectAsync("board"));
                Assert.AreEqual(0, await device.ConnectAsync("board"));
                await UntilConnectedAsync(service, "user/eve/board");
                await UntilConnectedAsync(service, "board");
            }
        }
    }

    [TestMethod]
    public async Task A_connection_ends_when_its_bearer_token_expires()
    {
        var time = new MovedTime(movesTimers: true);
        TestService service = await TestService.StartAsync(time);
        await using (service.ConfigureAwait(false))
        {
            string expiring = await CreateUserAsync(service, "eve", TimeSpan.FromHours(1));
            (_, string lasting) = await service.Cloud.Users.CreateTokenAsync("eve", null);
            RawMqtt ends = await RawMqtt.OpenWebSocketAsync(service.Cloud.Ready.Api, null, expiring);
            RawMqtt stays = await RawMqtt.OpenWebSocketAsync(service.Cloud.Ready.Api, null, lasting);
            await using (ends.ConfigureAwait(false))
            await using (stays.ConfigureAwait(false))
            {
                await ends.ConnectAsync("a");
                await stays.ConnectAsync("b");
                await UntilConnectedAsync(service, "user/eve/a");
                await UntilConnectedAsync(service, "user/eve/b");

                time.Move(TimeSpan.FromMinutes(30));
                Assert.HasCount(1, await ends.SubscribeAsync("a"));
                time.Move(TimeSpan.FromMinutes(30));

                await ends.ReadToEndAsync();
                Assert.HasCount(1, await stays.SubscribeAsync("a"));
                await Wait.UntilAsync(
                    () => service.Cloud.Connectivity.StatusOf("user/eve/a")!.DisconnectReason == "AUTH_ERROR",
                    "the connection is known to have ended for its credential");
            }
        }
    }

    private static async Task<string> CreateUserAsync(TestService service, string name, TimeSpan? lifetime)
    {
        await service.Cloud.Users.CreateAsync(name, Role.Viewer);
        return (await service.Cloud.Users.CreateTokenAsync(name, lifetime)).Token;
    }

    private static Task UntilConnectedAsync(TestService service, string clientId) =>
        Wait.UntilAsync(() => service.Cloud.Connectivity.IsConnected(clientId), clientId + " is connected");
}
