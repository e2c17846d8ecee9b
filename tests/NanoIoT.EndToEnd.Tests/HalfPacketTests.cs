using NanoIoT.Testing;

namespace NanoIoT.EndToEnd.Tests;

/// <summary>Clients that stop sending inside a packet.</summary>
[TestClass]
public sealed class HalfPacketTests : GatewayTestBase
{
    [TestMethod]
    [DataRow("close_notify")]
    [DataRow("FIN")]
    [DataRow("WebSocket")]
    public async Task A_connection_that_is_closed_inside_a_packet_ends_at_once(string how)
    {
        foreach ((string kind, byte[] packet) in RawMqtt.EveryKind)
        {
            for (int length = 1; length < packet.Length; length++)
            {
                await CloseInsideAsync(how, kind, packet.AsMemory(0, length)).ConfigureAwait(false);
            }
        }

        Assert.AreEqual(0, Cloud.Connectivity.ConnectedCount);
    }

    /// <summary>With a keep-alive of 20 minutes: nothing but the end of the client's bytes ends the connection within the limit.</summary>
    private async Task CloseInsideAsync(string how, string kind, ReadOnlyMemory<byte> prefix)
    {
        RawMqtt client = how == "WebSocket"
            ? await RawMqtt.OpenWebSocketAsync(Cloud.Ready.Api, Certificate).ConfigureAwait(false)
            : await RawMqtt.OpenAsync(Port, Certificate).ConfigureAwait(false);
        await using (client.ConfigureAwait(false))
        {
            if (kind != "CONNECT")
            {
                Assert.AreEqual(0, await client.ConnectAsync("t").ConfigureAwait(false));
            }

            await client.SendAsync(prefix).ConfigureAwait(false);
            if (how == "FIN")
            {
                client.Finish();
            }
            else
            {
                await client.CloseNotifyAsync().ConfigureAwait(false);
            }

            await client.ReadToEndAsync().ConfigureAwait(false);
            await Wait.UntilAsync(() => !Cloud.Connectivity.IsConnected("t"), $"{how} after {prefix.Length} bytes of {kind} ends the connection").ConfigureAwait(false);
        }
    }
}
