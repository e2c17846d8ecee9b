using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Testing;

namespace NanoIoT.EndToEnd.Tests;

/// <summary>The command as users run it.</summary>
[TestClass]
public sealed class ProcessTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nanoiot-process-").FullName;

    [TestCleanup]
    public void Clean() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public async Task The_demo_does_what_it_says_and_writes_no_control_codes_into_a_pipe()
    {
        (int exitCode, string output, string errors) = await NanoIoTProcess.RunAsync("demo", "--temp", "--exit", "--boards", "6", "--output", "json").ConfigureAwait(false);

        Assert.AreEqual(0, exitCode, output + errors);
        JsonNode result = JsonNode.Parse(output.Split('\n')[^1])!;
        Assert.AreEqual(6, result["boards"]!.GetValue<int>());
        Assert.AreEqual(6, result["campaigns"]![0]!["counts"]!["succeeded"]!.GetValue<int>());
        int[] updated = [.. result["campaigns"]![0]!["updated"]!.AsArray().Select(count => count!.GetValue<int>())];
        Assert.HasCount(3, updated, "a small group, a quarter of another, everybody");
        Assert.AreEqual(6, updated.Sum());
        CollectionAssert.AreEqual(updated, result["campaigns"]![0]!["planned"]!.AsArray().Select(count => count!.GetValue<int>()).ToArray());
        Assert.AreEqual("aborted", result["campaigns"]![1]!["status"]!.GetValue<string>());
        Assert.AreEqual(6, result["versions"]!["1.1.0"]!.GetValue<int>());
        Assert.IsFalse((output + errors).Contains('\u001b', StringComparison.Ordinal));
        Assert.IsTrue(errors.Split('\n').Where(line => line.Contains('─', StringComparison.Ordinal)).All(line => line.Length <= 80));
    }

    [TestMethod]
    public async Task The_demo_runs_twice_in_one_folder()
    {
        for (int round = 0; round < 2; round++)
        {
            (int exitCode, string output, string errors) = await NanoIoTProcess.RunAsync("demo", "--data", _folder, "--exit", "--boards", "3").ConfigureAwait(false);
            Assert.AreEqual(0, exitCode, $"round {round}: {output}{errors}");
        }
    }

    [TestMethod]
    public async Task A_service_killed_in_mid_campaign_loses_nothing_and_the_campaign_finishes()
    {
        (NanoIoTProcess service, ReadyInfo ready) = await NanoIoTProcess.ServeAsync(_folder).ConfigureAwait(false);
        string firmware = Path.Combine(_folder, "app.bin");
        await File.WriteAllBytesAsync(firmware, Sample.Payload("1.1.0")).ConfigureAwait(false);
        using NanoIoTProcess boards = NanoIoTProcess.Start("emulate", "--boards", "12", "--connect", ready.Api, "--token", ready.Token!, "--ca", ready.Ca);
        await UntilFirmwareAsync("1.0.0", 12).ConfigureAwait(false);
        await RunAsync("firmware", "publish", firmware, "--version", "1.1.0", "--profile", "ESP32_S3", "--profile", "ORGPAL_PALTHREE").ConfigureAwait(false);
        await RunAsync("campaign", "create", "--id", "c", "--version", "1.1.0", "--stage", "field:30", "--stage", "field:100", "--spread", "3").ConfigureAwait(false);

        int kills = 0;
        int lowest = 0;
        for (; kills < 3; kills++)
        {
            // Something must have been acknowledged since the last kill.
            await Wait.UntilAsync(async () => await CountsAsync().ConfigureAwait(false) is int reports && (reports > lowest || reports >= 48), "reports come in").ConfigureAwait(false);
            int before = await CountsAsync().ConfigureAwait(false);
            service.Kill();
            service.Dispose();
            (service, _) = await NanoIoTProcess.ServeAsync(_folder, Port(ready.Mqtt), Port(ready.Api)).ConfigureAwait(false);
            lowest = await CountsAsync().ConfigureAwait(false);
            Assert.IsGreaterThanOrEqualTo(before, lowest, "what was acknowledged is still there");
        }

        JsonNode view = await WatchAsync().ConfigureAwait(false);
        Assert.AreEqual("completed", view["campaign"]!["status"]!.GetValue<string>(), view.ToJsonString());
        Assert.AreEqual(12, view["counts"]!["succeeded"]!.GetValue<int>());
        await UntilFirmwareAsync("1.1.0", 12).ConfigureAwait(false);
        JsonNode history = await RunAsync("campaign", "history", "c").ConfigureAwait(false);
        service.Kill();
        service.Dispose();
        Assert.AreEqual($"12 boards succeeded, {view["reports"]} reports", Recount(), "counts are what a recount of the store gives");
        CollectionAssert.AreEqual(
            new[] { "created", "started", "stage", "satisfied", "next", "stage", "satisfied", "completed" },
            history["history"]!.AsArray().Select(step => step!["what"]!.GetValue<string>()).ToArray(),
            "no step is lost or taken twice");
    }

    [TestMethod]
    public async Task What_rules_queued_is_delivered_although_the_service_is_killed_again_and_again()
    {
        const int messages = 120;
        HttpRecorder target = await HttpRecorder.StartAsync().ConfigureAwait(false);
        await using (target.ConfigureAwait(false))
        {
            bool isDown = true;
            var taken = new System.Collections.Concurrent.ConcurrentDictionary<string, bool>();
            target.Answer = request =>
            {
                if (Volatile.Read(ref isDown))
                {
                    return (503, string.Empty);
                }

                taken[request.Text] = true;
                return (200, string.Empty);
            };
            (NanoIoTProcess service, ReadyInfo ready) = await NanoIoTProcess.ServeAsync(_folder).ConfigureAwait(false);
            await RunAsync("rule", "create", "hook", "--sql", "SELECT * FROM 'in/#'", "--action", $"{{\"webhook\":{{\"url\":\"{target.Address}h\"}}}}").ConfigureAwait(false);
            for (int i = 0; i < messages; i++)
            {
                if (i % 40 == 39)
                {
                    service.Kill();
                    service.Dispose();
                    (service, ready) = await NanoIoTProcess.ServeAsync(_folder, Port(ready.Mqtt), Port(ready.Api)).ConfigureAwait(false);
                    Volatile.Write(ref isDown, i < 79);
                }

                using HttpClient http = CreateHttp();
                using HttpResponseMessage answer = await http.PostAsync(new Uri("/topics/in/x?qos=1", UriKind.Relative), new StringContent($"{i}")).ConfigureAwait(false);
                Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
            }

            Volatile.Write(ref isDown, false);
            await Wait.UntilAsync(() => taken.Count == messages, "all that was acknowledged is delivered", () => $"{taken.Count}").ConfigureAwait(false);
            Assert.IsEmpty((await RunAsync("rule", "dead-letters").ConfigureAwait(false))["deadLetters"]!.AsArray());
            service.Dispose();
        }
    }

    [TestMethod]
    public async Task A_statement_is_tested_without_a_service_and_watched_on_one()
    {
        (int exitCode, string output, string errors) = await NanoIoTProcess.RunAsync("rule", "test", "--sql", "SELECT temperature AS t FROM 'site/#' WHERE temperature > 20", "--topic", "site/7", "--payload", "{\"temperature\":21}", "--output", "json").ConfigureAwait(false);
        Assert.AreEqual(0, exitCode, errors);
        Assert.AreEqual("{\"t\":21}", JsonNode.Parse(output)!["result"]!.ToJsonString());
        (_, output, _) = await NanoIoTProcess.RunAsync("rule", "test", "--sql", "SELECT temperature AS t FROM 'site/#' WHERE temperature > 20", "--topic", "site/7", "--payload", "{\"temperature\":19}", "--output", "json").ConfigureAwait(false);
        Assert.IsTrue(JsonNode.Parse(output)!.AsObject().ContainsKey("result"));
        Assert.IsNull(JsonNode.Parse(output)!["result"]);
        (exitCode, _, errors) = await NanoIoTProcess.RunAsync("rule", "test", "--sql", "SELECT a FORM 'b'", "--topic", "b").ConfigureAwait(false);
        Assert.AreNotEqual(0, exitCode);
        StringAssert.Contains(errors, "expected FROM at 1:10", StringComparison.Ordinal);

        (NanoIoTProcess service, _) = await NanoIoTProcess.ServeAsync(_folder).ConfigureAwait(false);
        using (service)
        {
            using NanoIoTProcess tail = NanoIoTProcess.Start("tail", "SELECT n + 1 AS n, topic(2) AS t FROM 'in/+' WHERE n > 1", "--count", "2", "--data", _folder, "--output", "json");
            using HttpClient http = CreateHttp();
            int sent = 0;

            // The command does not say when its query runs: messages are sent until it has shown two.
            await Wait.UntilAsync(
                async () =>
                {
                    using var content = new StringContent($"{{\"n\":{sent++ % 4}}}");
                    using HttpResponseMessage answer = await http.PostAsync(new Uri("/topics/in/x?qos=1", UriKind.Relative), content).ConfigureAwait(false);
                    return tail.Output.Count(c => c == '{') >= 4;
                },
                "two results are shown",
                () => tail.Errors).ConfigureAwait(false);

            Assert.AreEqual(0, await tail.WaitAsync().ConfigureAwait(false));
            Assert.AreEqual("x", JsonNode.Parse(tail.Output.Split('\n')[0])!["result"]!["t"]!.GetValue<string>());
        }
    }

    [TestMethod]
    public async Task A_taken_port_a_used_folder_and_a_folder_that_cannot_be_are_told_with_a_code()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        (int exitCode, _, string errors) = await NanoIoTProcess.RunAsync("serve", "--data", Path.Combine(_folder, "a"), "--mqtt", "0", "--https", $"{port}").ConfigureAwait(false);
        Assert.AreEqual(4, exitCode);
        StringAssert.StartsWith(errors, ErrorCodes.PortTaken, StringComparison.Ordinal);

        string file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "x").ConfigureAwait(false);
        (exitCode, _, errors) = await NanoIoTProcess.RunAsync("serve", "--data", Path.Combine(file, "below"), "--mqtt", "0", "--https", "0").ConfigureAwait(false);
        Assert.AreEqual(4, exitCode);
        StringAssert.StartsWith(errors, ErrorCodes.DataNotWritable, StringComparison.Ordinal);

        string shared = Path.Combine(_folder, "shared");
        (NanoIoTProcess service, _) = await NanoIoTProcess.ServeAsync(shared).ConfigureAwait(false);
        using (service)
        {
            (exitCode, _, errors) = await NanoIoTProcess.RunAsync("serve", "--data", shared, "--mqtt", "0", "--https", "0").ConfigureAwait(false);
            Assert.AreEqual(4, exitCode);
            StringAssert.StartsWith(errors, ErrorCodes.DataInUse, StringComparison.Ordinal);
        }
    }

    [TestMethod]
    public async Task Wrong_calls_end_with_a_message_and_a_code()
    {
        (int exitCode, _, string errors) = await NanoIoTProcess.RunAsync("thing", "list", "--data", _folder).ConfigureAwait(false);
        Assert.AreEqual(3, exitCode);
        StringAssert.StartsWith(errors, "NoService", StringComparison.Ordinal);

        (exitCode, _, _) = await NanoIoTProcess.RunAsync("serve", "--mqtt", "99999").ConfigureAwait(false);
        Assert.AreEqual(2, exitCode);
        string[] commands = ["", "demo", "serve", "emulate", "thing", "thing create", "thing list", "firmware", "firmware publish", "campaign", "campaign create", "campaign watch", "campaign pause"];
        foreach (string command in commands)
        {
            (exitCode, string output, _) = await NanoIoTProcess.RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]).ConfigureAwait(false);
            Assert.AreEqual(0, exitCode, command);
            StringAssert.Contains(output, "Example", StringComparison.Ordinal, command);
        }
    }

    [TestMethod]
    public async Task Things_firmware_and_campaigns_are_managed_by_command()
    {
        (NanoIoTProcess service, _) = await NanoIoTProcess.ServeAsync(_folder).ConfigureAwait(false);
        using (service)
        {
            string certificates = Path.Combine(_folder, "certs");
            await RunAsync("thing", "create", "t", "--group", "lab", "--attribute", "serial=A-1", "--certs", certificates).ConfigureAwait(false);
            Assert.IsTrue(new[] { "t.pem", "t.key", "ca.pem" }.All(name => File.Exists(Path.Combine(certificates, name))));
            JsonNode shown = await RunAsync("thing", "show", "t").ConfigureAwait(false);
            Assert.AreEqual("A-1", shown["thing"]!["attributes"]!["serial"]!.GetValue<string>());
            await RunAsync("thing", "set", "t", "--attribute", "serialNumber=A-1042", "--attribute", "partNumber=P-7", "--attribute", "manualUrl=https://docs.example.com/pump.pdf", "--attribute", "supportId=T-9", "--attribute", "sensors=temperature:C,pressure:bar", "--attribute", "description=Pump in hall 3").ConfigureAwait(false);
            (int refused, _, string why) = await NanoIoTProcess.RunAsync("thing", "set", "t", "--attribute", "maintenanceDate=soon", "--data", _folder).ConfigureAwait(false);
            Assert.AreNotEqual(0, refused);
            StringAssert.Contains(why, "maintenanceDate", StringComparison.Ordinal);
            JsonNode support = await RunAsync("thing", "show", "t").ConfigureAwait(false);
            Assert.AreEqual("A-1042", support["support"]!["serialNumber"]!.GetValue<string>(), support.ToJsonString());
            Assert.AreEqual("https://docs.example.com/pump.pdf", support["support"]!["manualUrl"]!.GetValue<string>());
            (_, string shownText, _) = await NanoIoTProcess.RunAsync("thing", "show", "t", "--data", _folder).ConfigureAwait(false);
            StringAssert.Contains(shownText, "P-7", StringComparison.Ordinal);
            StringAssert.Contains(shownText, "T-9", StringComparison.Ordinal);
            string image = Path.Combine(_folder, "app.bin");
            await File.WriteAllBytesAsync(image, new byte[5000]).ConfigureAwait(false);
            await RunAsync("firmware", "publish", image, "--version", "2.0.0", "--profile", "ESP32_S3").ConfigureAwait(false);
            Assert.HasCount(1, (await RunAsync("firmware", "list").ConfigureAwait(false))["firmware"]!.AsArray());
            await RunAsync("campaign", "create", "--id", "c", "--version", "2.0.0", "--stage", "lab:100").ConfigureAwait(false);
            Assert.AreEqual("paused", (await RunAsync("campaign", "pause", "c").ConfigureAwait(false))["status"]!.GetValue<string>());
            Assert.AreEqual("running", (await RunAsync("campaign", "resume", "c").ConfigureAwait(false))["status"]!.GetValue<string>());
            Assert.AreEqual("canceled", (await RunAsync("campaign", "cancel", "c").ConfigureAwait(false))["status"]!.GetValue<string>());
            Assert.HasCount(1, (await RunAsync("campaign", "list").ConfigureAwait(false))["campaigns"]!.AsArray());
            await RunAsync("thing", "delete", "t").ConfigureAwait(false);
            Assert.IsEmpty((await RunAsync("thing", "list").ConfigureAwait(false))["things"]!.AsArray());
        }
    }

    private string Recount()
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder, "nanoiot.db")};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) || ' boards ' || group_concat(DISTINCT state) || ', ' || sum(reports) || ' reports' FROM progress WHERE campaign = 'c'";
        return (string)command.ExecuteScalar()!;
    }

    private static int Port(string address) => int.Parse(address[(address.LastIndexOf(':') + 1)..], null);

    private async Task<JsonNode> RunAsync(params string[] arguments)
    {
        (int exitCode, string output, string errors) = await NanoIoTProcess.RunAsync([.. arguments, "--data", _folder, "--output", "json"]).ConfigureAwait(false);
        Assert.AreEqual(0, exitCode, string.Join(' ', arguments) + "\n" + errors);
        return JsonNode.Parse(output.Split('\n')[^1])!;
    }

    private async Task<JsonNode> WatchAsync() => await RunAsync("campaign", "watch", "c").ConfigureAwait(false);

    private async Task<int> CountsAsync()
    {
        using HttpClient http = CreateHttp();
        JsonNode view = JsonNode.Parse(await http.GetStringAsync(new Uri("/nanoiot/campaigns/c", UriKind.Relative)).ConfigureAwait(false))!;
        return view["reports"]!.GetValue<int>();
    }

    private async Task UntilFirmwareAsync(string version, int count)
    {
        using HttpClient http = CreateHttp();
        await Wait.UntilAsync(
            async () =>
            {
                JsonNode things = JsonNode.Parse(await http.GetStringAsync(new Uri("/nanoiot/things", UriKind.Relative)).ConfigureAwait(false))!;
                return things["things"]!.AsArray().Count(item => item!["thing"]!["firmware"]!["app"]?.GetValue<string>() == version) == count;
            },
            $"{count} boards run {version}").ConfigureAwait(false);
    }

    private HttpClient CreateHttp()
    {
        JsonNode ready = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder, "service.json")))!;
        var http = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true }) { BaseAddress = new Uri(ready["api"]!.GetValue<string>()) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", ready["token"]!.GetValue<string>());
        return http;
    }
}
