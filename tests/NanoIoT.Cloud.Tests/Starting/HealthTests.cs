using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests.Starting;

/// <summary>Live and ready are two questions; a service that cannot store is not ready, and says so.</summary>
[TestClass]
public sealed class HealthTests : FolderTestBase
{
    [TestMethod]
    public async Task A_store_that_cannot_be_written_makes_the_service_not_ready_until_it_can()
    {
        var log = new ConcurrentQueue<string>();
        CloudService cloud = await CloudService.StartAsync(Options, logging => TestService.AddLog(logging, log)).ConfigureAwait(false);
        await using (cloud.ConfigureAwait(false))
        {
            using var client = new ServiceClient(cloud.Ready);
            foreach (string path in new[] { "/nanoiot/health", "/nanoiot/health/live", "/nanoiot/health/ready" })
            {
                Assert.AreEqual(HttpStatusCode.OK, await StatusAsync(client, path).ConfigureAwait(false), path);
            }

            using (var other = new SqliteConnection($"Data Source={Path.Combine(Data, "nanoiot.db")};Pooling=False"))
            {
                other.Open();
                Run(other, "BEGIN IMMEDIATE");
                await Wait.UntilAsync(async () => await StatusAsync(client, "/nanoiot/health/ready").ConfigureAwait(false) == HttpStatusCode.ServiceUnavailable, "not ready").ConfigureAwait(false);
                Assert.AreEqual(HttpStatusCode.ServiceUnavailable, await StatusAsync(client, "/nanoiot/health").ConfigureAwait(false));
                Assert.AreEqual(HttpStatusCode.OK, await StatusAsync(client, "/nanoiot/health/live").ConfigureAwait(false));
                Assert.IsTrue(log.Any(line => line.Contains("The store cannot be written", StringComparison.Ordinal)));
                Run(other, "ROLLBACK");
            }

            await Wait.UntilAsync(async () => await StatusAsync(client, "/nanoiot/health/ready").ConfigureAwait(false) == HttpStatusCode.OK, "ready again").ConfigureAwait(false);
            Assert.IsTrue(log.Any(line => line.Contains("The store can be written again", StringComparison.Ordinal)));
        }
    }

    [TestMethod]
    public async Task Public_addresses_are_those_that_the_service_gives_out()
    {
        CloudOptions options = Options with
        {
            PublicApi = new Uri("https://api.example.com"),
            PublicDownloads = new Uri("https://files.example.com:444"),
            PublicMqtt = new Uri("mqtts://mqtt.example.com:8884"),
        };
        var log = new ConcurrentQueue<string>();
        CloudService cloud = await CloudService.StartAsync(options, logging => TestService.AddLog(logging, log)).ConfigureAwait(false);
        await using (cloud.ConfigureAwait(false))
        {
            Assert.AreEqual("https://api.example.com", cloud.Ready.Api);
            Assert.AreEqual("mqtt.example.com:8884", cloud.Ready.Mqtt);
            Assert.StartsWith("https://files.example.com:444/firmware/", cloud.Images.CreateUrl(new string('0', 64) + ".bin").Url);
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(ServiceClient client, string path)
    {
        using HttpResponseMessage answer = await client.Downloads.GetAsync(new Uri(path, UriKind.Relative)).ConfigureAwait(false);
        JsonNode body = JsonNode.Parse(await answer.Content.ReadAsStringAsync().ConfigureAwait(false))!;
        Assert.AreEqual(answer.IsSuccessStatusCode ? "ok" : "unavailable", body["status"]!.GetValue<string>());
        return answer.StatusCode;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
