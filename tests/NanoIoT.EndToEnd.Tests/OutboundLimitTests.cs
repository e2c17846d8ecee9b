using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Protocol;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Testing;

namespace NanoIoT.EndToEnd.Tests;

/// <summary>Clients that do not read, or do not acknowledge: what waits for them in memory is bounded, and given back.</summary>
[TestClass]
public sealed class OutboundLimitTests : GatewayTestBase
{
    /// <summary>The limit of a connection (4 MiB), what is still in the writer, and one message more.</summary>
    private const long MostBytes = 4 * 1024 * 1024;

    private readonly ConcurrentQueue<string> _log = new();
    private long _maxQueuedBytes;

    private MqttBroker Broker => (MqttBroker)Cloud.Connectivity;

    [TestMethod]
    public async Task A_client_that_never_acknowledges_is_disconnected_and_its_memory_comes_back()
    {
        RawMqtt client = await RawMqtt.OpenAsync(Port, Certificate).ConfigureAwait(false);
        await using (client.ConfigureAwait(false))
        {
            await client.ConnectAsync("t").ConfigureAwait(false);
            await client.SubscribeAsync(Topic).ConfigureAwait(false);
            Task end = client.ReadToEndAsync();
            byte[] packet = RawMqtt.Publish(Topic, new byte[100_000], 1);
            long most = 0;
            try
            {
                for (int i = 0; i < 1000 && !end.IsCompleted; i++)
                {
                    await client.SendAsync(packet).ConfigureAwait(false);
                    most = Math.Max(most, Broker.QueuedBytes);
                }
            }
            catch (IOException)
            {
                // The service has ended the connection.
                Assert.IsGreaterThan(0, most);
            }

            await end.ConfigureAwait(false);
            Assert.IsLessThanOrEqualTo(MostBytes, most);
        }

        await Wait.UntilAsync(() => Broker.QueuedBytes == 0 && !Cloud.Connectivity.IsConnected("t"), "its memory is given back").ConfigureAwait(false);
        Assert.IsTrue(_log.Any(line => line.Contains("connection closed: t", StringComparison.Ordinal) && line.Contains("queue-full", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task QoS_0_for_a_client_that_does_not_read_is_dropped_and_the_client_stays()
    {
        RawMqtt client = await RawMqtt.OpenAsync(Port, Certificate, receiveBuffer: 4096).ConfigureAwait(false);
        await using (client.ConfigureAwait(false))
        {
            await client.ConnectAsync("t").ConfigureAwait(false);
            await client.SubscribeAsync(Topic).ConfigureAwait(false);
            for (int i = 0; i < 1000; i++)
            {
                await Cloud.MessageBus.PublishAsync(new BusMessage(Topic, new byte[20_000], 0)).ConfigureAwait(false);
                Assert.IsLessThanOrEqualTo(MostBytes, Broker.QueuedBytes);
            }

            Assert.IsTrue(_log.Any(line => line.Contains("messages dropped", StringComparison.Ordinal) && line.Contains("slow-reader", StringComparison.Ordinal)));
            Task end = client.ReadToEndAsync();
            await Wait.UntilAsync(() => Broker.QueuedBytes == 0, "what was taken is read").ConfigureAwait(false);
            Assert.IsTrue(Cloud.Connectivity.IsConnected("t"));
            Assert.IsFalse(end.IsCompleted);
        }
    }

    [TestMethod]
    public async Task What_all_connections_have_in_memory_is_bounded_and_the_one_that_has_most_makes_room()
    {
        await RestartAsync(1_000_000).ConfigureAwait(false);
        await AllowAsync("t").ConfigureAwait(false);
        X509Certificate2 other = await RegisterAsync("u").ConfigureAwait(false);
        await AllowAsync("u").ConfigureAwait(false);
        RawMqtt greedy = await RawMqtt.OpenAsync(Port, Certificate).ConfigureAwait(false);
        RawMqtt modest = await RawMqtt.OpenAsync(Port, other).ConfigureAwait(false);
        await using (greedy.ConfigureAwait(false))
        await using (modest.ConfigureAwait(false))
        {
            await greedy.ConnectAsync("t").ConfigureAwait(false);
            await modest.ConnectAsync("u").ConfigureAwait(false);
            await greedy.SubscribeAsync("greedy").ConfigureAwait(false);
            await modest.SubscribeAsync("modest").ConfigureAwait(false);
            Task end = greedy.ReadToEndAsync();

            await Cloud.MessageBus.PublishAsync(new BusMessage("modest", new byte[50_000])).ConfigureAwait(false);
            for (int i = 0; i < 20; i++)
            {
                await Cloud.MessageBus.PublishAsync(new BusMessage("greedy", new byte[100_000])).ConfigureAwait(false);
            }

            await end.ConfigureAwait(false);
            await Wait.UntilAsync(() => !Cloud.Connectivity.IsConnected("t"), "the greedy one is gone").ConfigureAwait(false);
            Assert.IsTrue(Cloud.Connectivity.IsConnected("u"));
            (byte first, byte[] body) = (await modest.ReadAsync().ConfigureAwait(false))!.Value;
            Assert.AreEqual(0x32, first);
            await modest.SendAsync(RawMqtt.PubAck(RawMqtt.IdOf(body))).ConfigureAwait(false);
            await Wait.UntilAsync(() => Broker.QueuedBytes == 0, "all is given back").ConfigureAwait(false);
        }
    }

    [TestMethod]
    public async Task A_client_that_acknowledges_slowly_gets_everything_in_order()
    {
        RawMqtt client = await RawMqtt.OpenAsync(Port, Certificate).ConfigureAwait(false);
        await using (client.ConfigureAwait(false))
        {
            await client.ConnectAsync("t").ConfigureAwait(false);
            await client.SubscribeAsync(Topic).ConfigureAwait(false);
            const int count = 1500;
            for (int i = 0; i < count; i++)
            {
                await Cloud.MessageBus.PublishAsync(new BusMessage(Topic, Encoding.UTF8.GetBytes($"{i:d8}"))).ConfigureAwait(false);
            }

            for (int i = 0; i < count; i++)
            {
                (_, byte[] body) = (await client.ReadAsync().ConfigureAwait(false))!.Value;
                Assert.AreEqual($"{i:d8}", Encoding.UTF8.GetString(body[^8..]));
                await client.SendAsync(RawMqtt.PubAck(RawMqtt.IdOf(body))).ConfigureAwait(false);
            }

            await Wait.UntilAsync(() => Broker.QueuedBytes == 0, "all is acknowledged").ConfigureAwait(false);
        }
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public async Task More_retained_messages_than_a_connection_may_have_in_memory_all_arrive(int qos)
    {
        const int count = 3000;
        await Task.WhenAll(Enumerable.Range(0, count).Select(i => Cloud.MessageBus.PublishAsync(new BusMessage($"nanoiot/things/t/r/{i}", new byte[3000], 1, true)))).ConfigureAwait(false);
        (IMqttClient client, ConcurrentQueue<string> messages, _) = await ConnectAsync("t").ConfigureAwait(false);

        await client.SubscribeAsync("nanoiot/things/t/r/#", (MqttQualityOfServiceLevel)qos).ConfigureAwait(false);

        await Wait.UntilAsync(() => messages.Count >= count, "all are there", () => $"{messages.Count}").ConfigureAwait(false);
        await Wait.UntilAsync(() => Broker.QueuedBytes == 0, "all is given back").ConfigureAwait(false);
        Assert.HasCount(count, messages);
        Assert.IsTrue(client.IsConnected);
    }

    [TestMethod]
    public async Task The_store_of_a_session_that_is_away_is_bounded_in_bytes_and_keeps_the_newest()
    {
        const int size = 120_000;
        const int fit = 16 * 1024 * 1024 / size;
        (IMqttClient client, _, _) = await ConnectAsync("t", persistent: true).ConfigureAwait(false);
        await client.SubscribeAsync(Topic, MqttQualityOfServiceLevel.AtLeastOnce).ConfigureAwait(false);
        await client.DisconnectAsync(new MqttClientDisconnectOptions { SessionExpiryInterval = 600 }).ConfigureAwait(false);
        await Wait.UntilAsync(() => !Cloud.Connectivity.IsConnected("t"), "it is away").ConfigureAwait(false);

        for (int i = 0; i < fit + 20; i++)
        {
            await Cloud.MessageBus.PublishAsync(new BusMessage(Topic, Encoding.UTF8.GetBytes($"{i:d8}".PadRight(size)))).ConfigureAwait(false);
        }

        (_, ConcurrentQueue<string> got, _) = await ConnectAsync("t", persistent: true).ConfigureAwait(false);
        await Wait.UntilAsync(() => got.Count >= fit, "what was kept is there").ConfigureAwait(false);
        CollectionAssert.AreEqual(Enumerable.Range(20, fit).Select(i => $"{i:d8}").ToArray(), got.Select(message => message[..8]).ToArray());
        Assert.IsTrue(_log.Any(line => line.Contains("messages dropped", StringComparison.Ordinal) && line.Contains("queue-full", StringComparison.Ordinal)));
        await Wait.UntilAsync(() => Broker.QueuedBytes == 0, "all is given back").ConfigureAwait(false);
    }

    protected override Task<CloudService> StartServiceAsync() => CloudService.StartAsync(
        new CloudOptions { DataFolder = Folder, MqttPort = 0, HttpsPort = 0, MaxQueuedBytes = _maxQueuedBytes },
        logging => logging.SetMinimumLevel(LogLevel.Information).AddProvider(new QueueLog(_log)));

    private async Task RestartAsync(long maxQueuedBytes)
    {
        await Cloud.DisposeAsync().ConfigureAwait(false);
        _maxQueuedBytes = maxQueuedBytes;
        Cloud = await StartServiceAsync().ConfigureAwait(false);
    }
}
