using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Data.Sqlite;
using MQTTnet;
using MQTTnet.Protocol;
using NanoIoT.Testing;

namespace NanoIoT.EndToEnd.Tests;

/// <summary>A store that does not take writes, seen by clients of the embedded broker.</summary>
[TestClass]
public sealed class StoreFailureTests : GatewayTestBase
{
    private const string OtherTopic = "nanoiot/things/v/x";

    [TestMethod]
    public async Task A_message_that_cannot_be_stored_is_acknowledged_when_it_is_repeated_and_other_traffic_goes_on()
    {
        using X509Certificate2 keeping = await RegisterAsync("u").ConfigureAwait(false);
        using X509Certificate2 other = await RegisterAsync("v").ConfigureAwait(false);
        await AllowAsync("u").ConfigureAwait(false);
        (IMqttClient subscriber, ConcurrentQueue<string> got, _) =
            await ConnectAsync("u", keeping, persistent: true).ConfigureAwait(false);
        await subscriber.SubscribeAsync(Topic, MqttQualityOfServiceLevel.AtLeastOnce).ConfigureAwait(false);
        RawMqtt bystander = await ConnectRawAsync("v", other).ConfigureAwait(false);
        await using (bystander.ConfigureAwait(false))
        {
            await bystander.SubscribeAsync(OtherTopic).ConfigureAwait(false);
            RawMqtt publisher = await ConnectRawAsync("t", Certificate).ConfigureAwait(false);
            await using (publisher.ConfigureAwait(false))
            {
                using SqliteConnection fault = await HoldStoreAsync().ConfigureAwait(false);

                // The subscriber's session is persistent, so that the message must be stored before it is acknowledged.
                await publisher.SendAsync(RawMqtt.Publish(Topic, "stored"u8, 1)).ConfigureAwait(false);
                Task<(byte First, byte[] Body)?> answer = publisher.ReadAsync();
                do
                {
                    await ExchangeAsync(bystander).ConfigureAwait(false);
                }
                while (!answer.IsCompleted);

                Assert.IsNull(await answer.ConfigureAwait(false), "the connection ends without PUBACK");
                Assert.IsEmpty(got);
            }
        }

        RawMqtt again = await ConnectRawAsync("t", Certificate).ConfigureAwait(false);
        await using (again.ConfigureAwait(false))
        {
            byte[] repeated = RawMqtt.Publish(Topic, "stored"u8, 1);
            repeated[0] |= 0x08;
            await again.SendAsync(repeated).ConfigureAwait(false);

            (byte first, byte[] body) = await again.ReadAsync().ConfigureAwait(false) ?? throw new IOException(
                "The connection ended before PUBACK.");
            Assert.AreEqual(0x40, first, "PUBACK");
            CollectionAssert.AreEqual(new byte[] { 0, 3 }, body);
        }

        await Wait.UntilAsync(() => !got.IsEmpty, "the message arrives").ConfigureAwait(false);
        Assert.AreEqual("stored", got.Single());
    }

    /// <summary>Publishes to itself with QoS 1: the message comes back, and its acknowledgment.</summary>
    private static async Task ExchangeAsync(RawMqtt client)
    {
        await client.SendAsync(RawMqtt.Publish(OtherTopic, "goes on"u8, 1)).ConfigureAwait(false);
        var kinds = new List<int>();
        for (int i = 0; i < 2; i++)
        {
            (byte first, byte[] body) = await client.ReadAsync().ConfigureAwait(false) ?? throw new IOException(
                "The bystander's connection ended.");
            kinds.Add(first >> 4);
            if (first >> 4 == 3)
            {
                await client.SendAsync(RawMqtt.PubAck(RawMqtt.IdOf(body))).ConfigureAwait(false);
            }
        }

        CollectionAssert.AreEquivalent(new[] { 3, 4 }, kinds);
    }

    private async Task<RawMqtt> ConnectRawAsync(string clientId, X509Certificate2 certificate)
    {
        RawMqtt client = await RawMqtt.OpenAsync(Port, certificate).ConfigureAwait(false);
        Assert.AreEqual(0, await client.ConnectAsync(clientId).ConfigureAwait(false));
        return client;
    }

    /// <summary>
    /// Makes each write to the store fail (SQLITE_BUSY, after 30 seconds) until the connection is disposed.
    /// </summary>
    private async Task<SqliteConnection> HoldStoreAsync()
    {
        var connection = new SqliteConnection("Data Source=" + Path.Combine(Folder, "nanoiot.db") + ";Pooling=False");
        await connection.OpenAsync().ConfigureAwait(false);
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        await command.ExecuteNonQueryAsync().ConfigureAwait(false);
        return connection;
    }
}
