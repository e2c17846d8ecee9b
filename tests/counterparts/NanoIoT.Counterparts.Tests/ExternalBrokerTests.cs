using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity;
using NanoIoT.Shared;
using NanoIoT.Testing;

namespace NanoIoT.Counterparts.Tests;

/// <summary>Mosquitto in the place of the service's own broker.</summary>
[TestClass]
public sealed class ExternalBrokerTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nanoiot-broker-").FullName;
    private MosquittoBroker _broker = null!;
    private NanoIoTProcess _service = null!;
    private ReadyInfo _ready = null!;
    private ServiceClient _api = null!;

    [TestInitialize]
    public async Task StartAsync()
    {
        _broker = await MosquittoBroker.StartAsync(_folder).ConfigureAwait(false);
        await ServeAsync().ConfigureAwait(false);
    }

    [TestCleanup]
    public void Stop()
    {
        _api.Dispose();
        _service.Dispose();
        _broker.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [TestMethod]
    public async Task Boards_go_through_a_campaign_there()
    {
        LightFleet fleet = await LightFleet.CreateAsync(_api, 4, "2.0.0").ConfigureAwait(false);
        await using (fleet.ConfigureAwait(false))
        {
            await fleet.PowerOnAsync(Wait.Limit).ConfigureAwait(false);
            await _api.PostAsync("nanoiot/campaigns", new JsonObject { ["id"] = "c", ["allowEmpty"] = true, ["component"] = "app", ["version"] = "2.0.0", ["stages"] = new JsonArray(new JsonObject { ["percent"] = 100 }) }).ConfigureAwait(false);

            await Wait.UntilAsync(async () => await StatusAsync("c").ConfigureAwait(false) == "completed", "the campaign completes", () => _service.Errors).ConfigureAwait(false);
            Assert.IsTrue(fleet.Boards.All(board => board.RunningVersion == "2.0.0"));
            JsonNode thing = await _api.GetAsync("nanoiot/things/board-00000").ConfigureAwait(false);
            Assert.AreEqual("2.0.0", thing["thing"]!["firmware"]!["app"]!.GetValue<string>());
        }
    }

    [TestMethod]
    public async Task Shadows_and_rules_work_and_a_board_reaches_its_own_topics_alone()
    {
        await CreateThingAsync("T").ConfigureAwait(false);
        await CreateThingAsync("U").ConfigureAwait(false);
        (int created, _, string errors) = await NanoIoTProcess.RunAsync(
            "rule", "create", "warm", "--sql", "SELECT temperature, topic(3) AS thing FROM 'nanoiot/things/+/telemetry' WHERE temperature > 30", "--action", """{"republish":{"topic":"nanoiot/things/${topic(3)}/warm","qos":1,"roleArn":"arn:aws:iam::000000000000:role/r"}}""", "--data", DataFolder).ConfigureAwait(false);
        Assert.AreEqual(0, created, errors);
        using Process watcher = Subscribe("T", "nanoiot/things/T/warm");
        Task<string> warm = watcher.StandardOutput.ReadToEndAsync();
        while (!warm.IsCompleted)
        {
            Assert.AreEqual(0, (await PublishAsync("U", "nanoiot/things/U/telemetry", """{"temperature":31}""").ConfigureAwait(false)).ExitCode);
            await _api.SendAsync(HttpMethod.Post, "topics/nanoiot/things/T/telemetry?qos=1", new StringContent("""{"temperature":35}""")).ConfigureAwait(false);
            await Task.WhenAny(warm, Task.Delay(200)).ConfigureAwait(false);
        }

        Assert.AreEqual(35, JsonNode.Parse(await warm.ConfigureAwait(false))!["temperature"]!.GetValue<int>(), "T may not read what is U's");

        Assert.AreEqual(0, (await PublishAsync("T", "$aws/things/T/shadow/update", """{"state":{"reported":{"a":1}}}""").ConfigureAwait(false)).ExitCode);
        await PublishAsync("U", "$aws/things/T/shadow/update", """{"state":{"reported":{"a":2}}}""").ConfigureAwait(false);
        await PublishAsync("U", "$aws/things/U/shadow/update", """{"state":{"reported":{"a":3}}}""").ConfigureAwait(false);
        await Wait.UntilAsync(async () => await ReportedAsync("U").ConfigureAwait(false) == 3, "U's update is stored").ConfigureAwait(false);
        Assert.AreEqual(1, await ReportedAsync("T").ConfigureAwait(false));
    }

    [TestMethod]
    public async Task What_boards_send_while_the_service_or_the_broker_is_away_is_stored_when_they_are_back()
    {
        await CreateThingAsync("T").ConfigureAwait(false);
        _service.Kill();
        Assert.AreEqual(0, (await PublishAsync("T", "$aws/things/T/shadow/update", """{"state":{"reported":{"a":7}}}""").ConfigureAwait(false)).ExitCode);
        await _broker.StopAsync().ConfigureAwait(false);
        _api.Dispose();
        _service.Dispose();
        await ServeAsync().ConfigureAwait(false);
        await _broker.StartAsync().ConfigureAwait(false);

        await Wait.UntilAsync(async () => await ReportedAsync("T").ConfigureAwait(false) == 7, "the update is stored").ConfigureAwait(false);
    }

    [TestMethod]
    public async Task What_the_broker_acknowledged_arrives_after_it_crashes()
    {
        const int messages = 200;
        await CreateThingAsync("T").ConfigureAwait(false);
        _service.Kill();
        (int exitCode, _, string errors) = await Programs.RunAsync(
            "mosquitto_pub",
            [.. Connection("T"), "-q", "1", "-t", "$aws/things/T/shadow/update", "-m", """{"state":{"reported":{"a":1}}}""", "--repeat", $"{messages}"]).ConfigureAwait(false);
        Assert.AreEqual(0, exitCode, errors);

        // A later exchange: by then the round of the broker's loop that acknowledged the last message has ended.
        Assert.AreEqual(0, (await PublishAsync("T", "nanoiot/things/T/telemetry", "{}").ConfigureAwait(false)).ExitCode);
        _broker.Crash();
        await _broker.StartAsync().ConfigureAwait(false);
        _api.Dispose();
        _service.Dispose();
        await ServeAsync().ConfigureAwait(false);

        await Wait.UntilAsync(async () => await VersionAsync("T").ConfigureAwait(false) >= messages, "all updates are stored").ConfigureAwait(false);
    }

    [TestMethod]
    public async Task Files_for_a_user_are_that_users_and_never_roots()
    {
        string folder = Path.Combine(_folder, "other");

        (int exitCode, string output, string errors) = await NanoIoTProcess.RunAsync("broker", "mosquitto", "--out", folder, "--keys", Path.Combine(_folder, "keys")).ConfigureAwait(false);

        Assert.AreEqual(0, exitCode, errors);
        string configuration = await File.ReadAllTextAsync(Path.Combine(folder, "mosquitto.conf")).ConfigureAwait(false);
        Assert.DoesNotContain("user root", configuration);
        using X509Certificate2 server = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(folder, "server.pem"));
        Assert.IsGreaterThan(DateTime.Now.AddYears(4), server.NotAfter);
        Assert.Contains($"{server.NotAfter.ToUniversalTime():yyyy-MM-dd}", output);
        if (Environment.IsPrivilegedProcess)
        {
            Assert.Contains("user mosquitto", configuration);
            (_, string owner, _) = await Programs.RunAsync("stat", ["-c", "%U", Path.Combine(folder, "server.key")]).ConfigureAwait(false);
            Assert.AreEqual("mosquitto", owner.Trim());
        }
    }

    [TestMethod]
    public async Task What_the_broker_keeps_to_itself_is_refused_with_a_reason()
    {
        InvalidOperationException refusal = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => _api.GetAsync("retainedMessage")).ConfigureAwait(false);
        Assert.Contains("NotSupportedException", refusal.Message);
        refusal = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => _api.SendAsync(HttpMethod.Delete, "connections/T", null)).ConfigureAwait(false);
        Assert.Contains("NotSupportedException", refusal.Message);
        await _broker.StopAsync().ConfigureAwait(false);
        refusal = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => _api.SendAsync(HttpMethod.Post, "topics/a?qos=1", new StringContent("{}"))).ConfigureAwait(false);
        Assert.Contains("BrokerUnavailableException", refusal.Message);
    }

    [TestMethod]
    public async Task Lifecycle_events_that_the_broker_publishes_tell_who_is_connected()
    {
        const string name = "T";
        await CreateThingAsync(name).ConfigureAwait(false);
        string certs = Path.Combine(_folder, "certs");

        // As a broker would say it, with the certificate of a service.
        using (CertificateAuthority authority = CertificateAuthority.Open(Path.Combine(_folder, "keys"), TimeProvider.System))
        {
            (X509Certificate2 certificate, _, string key) = authority.IssueWithKey("$nanoiot");
            using (certificate)
            {
                await File.WriteAllTextAsync(Path.Combine(certs, "service.pem"), certificate.ExportCertificatePem()).ConfigureAwait(false);
                await File.WriteAllTextAsync(Path.Combine(certs, "service.key"), key).ConfigureAwait(false);
            }
        }

        string connected = new JsonObject { ["clientId"] = name, ["timestamp"] = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), ["eventType"] = "connected" }.ToJsonString();
        (int exitCode, _, string errors) = await Programs.RunAsync("mosquitto_pub", [.. Connection("service", _broker.ServicePort), "-q", "1", "-t", "$aws/events/presence/connected/" + name, "-m", connected]).ConfigureAwait(false);
        Assert.AreEqual(0, exitCode, errors);
        await Wait.UntilAsync(async () => (await _api.GetAsync("nanoiot/things").ConfigureAwait(false))["things"]!.AsArray().Single()!["connected"]!.GetValue<bool>(), "it is shown as connected").ConfigureAwait(false);
    }

    [TestMethod]
    public async Task Two_services_of_one_group_that_share_no_tables_are_told_of_each_other()
    {
        (NanoIoTProcess other, _) = await NanoIoTProcess.ServeAsync(Path.Combine(_folder, "other"), more: ["--verbose", "--init", .. _broker.ServeArguments]).ConfigureAwait(false);
        using (other)
        {
            await Wait.UntilAsync(() => (_service.Output + _service.Errors).Contains("a service that needs a --broker-group of its own", StringComparison.Ordinal), "the first hears of the second", () => _service.Errors).ConfigureAwait(false);
        }
    }

    private string DataFolder => Path.Combine(_folder, "data");

    private async Task ServeAsync()
    {
        (_service, _ready) = await NanoIoTProcess.ServeAsync(DataFolder, more: ["--verbose", .. _broker.ServeArguments]).ConfigureAwait(false);
        _api = new ServiceClient(_ready);
        Assert.AreEqual($"localhost:{_broker.BoardPort}", _ready.Mqtt);
    }

    private async Task<string> StatusAsync(string campaign) => (await _api.GetAsync("nanoiot/campaigns/" + campaign).ConfigureAwait(false))["campaign"]!["status"]!.GetValue<string>();

    private async Task<int?> ReportedAsync(string thing)
    {
        using HttpResponseMessage answer = await _api.Http.GetAsync(new Uri($"things/{thing}/shadow", UriKind.Relative)).ConfigureAwait(false);
        return answer.IsSuccessStatusCode ? JsonNode.Parse(await answer.Content.ReadAsStringAsync().ConfigureAwait(false))!["state"]!["reported"]?["a"]?.GetValue<int>() : null;
    }

    private async Task<int> VersionAsync(string thing)
    {
        using HttpResponseMessage answer = await _api.Http.GetAsync(new Uri($"things/{thing}/shadow", UriKind.Relative)).ConfigureAwait(false);
        return answer.IsSuccessStatusCode ? JsonNode.Parse(await answer.Content.ReadAsStringAsync().ConfigureAwait(false))!["version"]!.GetValue<int>() : 0;
    }

    private async Task CreateThingAsync(string name)
    {
        (int exitCode, _, string errors) = await NanoIoTProcess.RunAsync("thing", "create", name, "--certs", Path.Combine(_folder, "certs"), "--data", DataFolder).ConfigureAwait(false);
        Assert.AreEqual(0, exitCode, errors);
    }

    private string[] Connection(string thing, int? port = null)
    {
        string certs = Path.Combine(_folder, "certs");
        return ["-h", "localhost", "-p", $"{port ?? _broker.BoardPort}", "--cafile", Path.Combine(certs, "ca.pem"), "--cert", Path.Combine(certs, thing + ".pem"), "--key", Path.Combine(certs, thing + ".key"), "-i", thing, "-V", "5"];
    }

    private Task<(int ExitCode, string Output, string Errors)> PublishAsync(string thing, string topic, string message) =>
        Programs.RunAsync("mosquitto_pub", [.. Connection(thing), "-q", "1", "-t", topic, "-m", message]);

    private Process Subscribe(string thing, string topic) => Programs.Start("mosquitto_sub", [.. Connection(thing), "-t", topic, "-C", "1", "-W", "60"]);
}
