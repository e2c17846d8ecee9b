using System.Net.Sockets;
using NanoIoT.Cloud.Broker;
using NanoIoT.Testing;

namespace NanoIoT.EndToEnd.Tests;

/// <summary>Packets that are wrong in every way, and far too many right ones, over real connections.</summary>
[TestClass]
public sealed class PacketFuzzTests : GatewayTestBase
{
    private MqttBroker Broker => (MqttBroker)Cloud.Connectivity;

    [TestMethod]
    public async Task Thousands_of_broken_packets_leave_nothing_behind_and_a_board_connects()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        byte[][] kinds = [.. RawMqtt.EveryKind.Values];
        for (int sent = 0; sent < 3000;)
        {
            RawMqtt client = await RawMqtt.OpenAsync(Port, Certificate).ConfigureAwait(false);
            await using (client.ConfigureAwait(false))
            {
                sent += await SendGarbageAsync(client, kinds, random).ConfigureAwait(false);
                await client.ReadToEndAsync().ConfigureAwait(false);
            }

            await Wait.UntilAsync(() => !Cloud.Connectivity.IsConnected("t"), $"seed {seed}: the connection ends after {sent} packets").ConfigureAwait(false);
        }

        Assert.AreEqual(0, Cloud.Connectivity.ConnectedCount);
        Assert.AreEqual(0, Broker.QueuedBytes, $"seed {seed}");
        Assert.IsTrue(await ConnectsAsync("t", Certificate).ConfigureAwait(false));
    }

    [TestMethod]
    public async Task A_thousand_connects_of_one_client_end_with_one_connection()
    {
        for (int i = 0; i < 1000; i += 20)
        {
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ConnectAndDropAsync())).ConfigureAwait(false);
        }

        await Wait.UntilAsync(() => Cloud.Connectivity.ConnectedCount == 0, "all are gone").ConfigureAwait(false);
        Assert.IsTrue(await ConnectsAsync("t", Certificate).ConfigureAwait(false));
        Assert.AreEqual(1, Cloud.Connectivity.ConnectedCount);
    }

    [TestMethod]
    public async Task A_flood_of_subscribes_is_answered_or_ends_and_leaves_nothing_behind()
    {
        RawMqtt client = await RawMqtt.OpenAsync(Port, Certificate).ConfigureAwait(false);
        await using (client.ConfigureAwait(false))
        {
            await client.ConnectAsync("t").ConfigureAwait(false);
            Task end = client.ReadToEndAsync();
            for (int i = 0; i < 5000; i++)
            {
                await client.SendAsync(RawMqtt.Subscribe((ushort)(i + 1), $"nanoiot/things/t/{i % 40}")).ConfigureAwait(false);
            }

            await client.SendAsync(RawMqtt.EveryKind["DISCONNECT"]).ConfigureAwait(false);
            await end.ConfigureAwait(false);
        }

        await Wait.UntilAsync(() => !Cloud.Connectivity.IsConnected("t") && Broker.QueuedBytes == 0, "nothing is left").ConfigureAwait(false);
    }

    private static async Task<int> SendGarbageAsync(RawMqtt client, byte[][] kinds, Random random)
    {
        int sent = 0;
        try
        {
            if (random.Next(4) > 0)
            {
                await client.ConnectAsync("t").ConfigureAwait(false);
            }

            for (int count = random.Next(1, 30); sent < count; sent++)
            {
                await client.SendAsync(Mutate(kinds[random.Next(kinds.Length)], random)).ConfigureAwait(false);
            }

            await client.CloseNotifyAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            // The service has ended the connection, as it may.
            return sent + 1;
        }

        return sent + 1;
    }

    private static byte[] Mutate(byte[] packet, Random random)
    {
        var bytes = new List<byte>(packet);
        for (int changes = random.Next(4); changes > 0; changes--)
        {
            int position = random.Next(bytes.Count);
            switch (random.Next(3))
            {
                case 0:
                    bytes[position] = (byte)random.Next(256);
                    break;
                case 1 when bytes.Count > 1:
                    bytes.RemoveAt(position);
                    break;
                default:
                    bytes.Insert(position, (byte)random.Next(256));
                    break;
            }
        }

        return [.. bytes];
    }

    private async Task ConnectAndDropAsync()
    {
        try
        {
            RawMqtt client = await RawMqtt.OpenAsync(Port, Certificate).ConfigureAwait(false);
            await using (client.ConfigureAwait(false))
            {
                await client.SendAsync(RawMqtt.Connect("t")).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            // One of the others took its place already.
            return;
        }
    }
}
