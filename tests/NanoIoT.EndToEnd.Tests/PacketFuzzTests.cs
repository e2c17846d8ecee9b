using System.Diagnostics;
using System.Net.Sockets;
using System.Net.WebSockets;
using NanoIoT.Cloud.Broker;
using NanoIoT.Testing;

namespace NanoIoT.EndToEnd.Tests;

/// <summary>Packets that are wrong in every way, and far too many right ones, over real connections.</summary>
[TestClass]
public sealed class PacketFuzzTests : GatewayTestBase
{
    private const int Seed = 20_251_125;
    private const int LeastConnections = 40;
    private const int MostConnections = 150;
    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(3);

    private MqttBroker Broker => (MqttBroker)Cloud.Connectivity;

    /// <summary>The test's own output; MSTest sets it.</summary>
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("MQTT 3.1.1", "TLS")]
    [DataRow("MQTT 5", "TLS")]
    [DataRow("MQTT 3.1.1", "WebSocket")]
    [DataRow("MQTT 5", "WebSocket")]
    public async Task Broken_packets_leave_nothing_behind_and_a_board_connects(string version, string transport)
    {
        TestContext.WriteLine($"seed {Seed}");
        bool isVersion5 = version == "MQTT 5";
        byte[][] kinds = [.. (isVersion5 ? RawMqtt.EveryKindOfVersion5 : RawMqtt.EveryKind).Values];
        var clock = Stopwatch.StartNew();
        bool GoesOn(int number) => number < LeastConnections || (number < MostConnections && clock.Elapsed < s_time);
        for (int number = 0; GoesOn(number); number++)
        {
            // A connection's packets depend on the seed and its number alone, so that a failure can be repeated.
            (bool connects, byte[][] packets) = PacketsOf(kinds, new Random(Seed + number));
            RawMqtt client = await OpenAsync(transport).ConfigureAwait(false);
            await using (client.ConfigureAwait(false))
            {
                byte[] connect = isVersion5 ? RawMqtt.ConnectVersion5("t") : RawMqtt.Connect("t");
                await SendGarbageAsync(client, connects ? [connect, .. packets] : packets).ConfigureAwait(false);
                await client.ReadToEndAsync().ConfigureAwait(false);
            }

            await Wait.UntilAsync(
                () => !Cloud.Connectivity.IsConnected("t"),
                $"seed {Seed}: connection {number} ends").ConfigureAwait(false);
        }

        Assert.AreEqual(0, Cloud.Connectivity.ConnectedCount);
        Assert.AreEqual(0, Broker.QueuedBytes, $"seed {Seed}");
        await Wait.UntilAsync(IsIdleAsync, $"seed {Seed}: no thread spins").ConfigureAwait(false);
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

    private Task<RawMqtt> OpenAsync(string transport) =>
        transport == "TLS"
            ? RawMqtt.OpenAsync(Port, Certificate)
            : RawMqtt.OpenWebSocketAsync(Cloud.Ready.Api, Certificate);

    /// <summary>Whether a connection begins with a right CONNECT, and what it sends.</summary>
    private static (bool Connects, byte[][] Packets) PacketsOf(byte[][] kinds, Random random)
    {
        bool connects = random.Next(4) > 0;
        var packets = new byte[random.Next(1, 30)][];
        for (int i = 0; i < packets.Length; i++)
        {
            packets[i] = Mutate(kinds[random.Next(kinds.Length)], random);
        }

        return (connects, packets);
    }

    private static async Task SendGarbageAsync(RawMqtt client, byte[][] packets)
    {
        try
        {
            foreach (byte[] packet in packets)
            {
                await client.SendAsync(packet).ConfigureAwait(false);
            }

            await client.CloseNotifyAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
            when (exception is IOException or SocketException or WebSocketException or ObjectDisposedException)
        {
            // The service has ended the connection, as it may.
            return;
        }
    }

    /// <summary>Whether the process, the service in it, used less than a tenth of a processor for a while.</summary>
    private static async Task<bool> IsIdleAsync()
    {
        const double most = 0.1;
        TimeSpan before = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        await Task.Delay(250).ConfigureAwait(false);
        return Environment.CpuUsage.TotalTime - before < clock.Elapsed * most;
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
