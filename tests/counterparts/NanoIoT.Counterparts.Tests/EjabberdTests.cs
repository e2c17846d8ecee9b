using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Shared;
using NanoIoT.Testing;

namespace NanoIoT.Counterparts.Tests;

/// <summary>
/// ejabberd's MQTT 5 broker: one without shared subscriptions, which the first session then serves alone, and with users and passwords.
/// It lets nobody publish on <c>$aws/…</c>, so boards, whose shadows are there, cannot use it.
/// </summary>
[TestClass]
public sealed class EjabberdTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nanoiot-ejabberd-").FullName;
    private readonly int _port = FreePort.Next();
    private Process _broker = null!;
    private NanoIoTProcess _service = null!;
    private ServiceClient _api = null!;

    [TestInitialize]
    public async Task StartAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "ejabberd.yml"), $$"""
            hosts: [localhost]
            loglevel: error
            listen:
              - { port: {{_port}}, ip: "127.0.0.1", module: mod_mqtt, max_payload_size: 140000 }
            auth_method: [anonymous]
            anonymous_protocol: login_anon
            allow_multiple_connections: true
            modules:
              mod_mqtt: { session_expiry: 1 hour }
            """).ConfigureAwait(false);
        _broker = Programs.Start("erl", ["-noinput", "-mnesia", "dir", $"\"{Path.Combine(_folder, "spool")}\"", "-s", "ejabberd"], new Dictionary<string, string>
        {
            ["EJABBERD_CONFIG_PATH"] = Path.Combine(_folder, "ejabberd.yml"),
            ["EJABBERD_LOG_PATH"] = Path.Combine(_folder, "ejabberd.log"),
            ["ERL_LIBS"] = Directory.GetParent(Directory.EnumerateDirectories("/usr/lib", "ejabberd-*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 }).First())!.FullName,
            ["ERL_CRASH_DUMP_BYTES"] = "0",
            ["HOME"] = _folder,
        });
        _broker.OutputDataReceived += (_, _) => { };
        _broker.ErrorDataReceived += (_, _) => { };
        _broker.BeginOutputReadLine();
        _broker.BeginErrorReadLine();
        await Wait.UntilAsync(IsListening, "ejabberd listens").ConfigureAwait(false);
        await ServeAsync().ConfigureAwait(false);
    }

    [TestCleanup]
    public void Stop()
    {
        _api.Dispose();
        _service.Dispose();
        _broker.Kill(entireProcessTree: true);
        _broker.WaitForExit();
        _broker.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [TestMethod]
    public async Task A_campaign_is_announced_and_reports_are_counted_also_those_sent_while_the_service_was_away()
    {
        await _api.PostAsync("nanoiot/things", new JsonObject { ["thing"] = new JsonObject { ["thingName"] = "t" } }).ConfigureAwait(false);
        await _api.SendAsync(HttpMethod.Post, "nanoiot/firmware?component=app&version=1.1.0&profile=ESP32_S3", new ByteArrayContent(new byte[3000])).ConfigureAwait(false);
        await _api.PostAsync("nanoiot/campaigns", new JsonObject { ["id"] = "c", ["allowEmpty"] = true, ["component"] = "app", ["version"] = "1.1.0", ["stages"] = new JsonArray(new JsonObject { ["percent"] = 100 }) }).ConfigureAwait(false);

        (int exitCode, string announcement, string errors) = await Programs.RunAsync("mosquitto_sub", [.. Connection("watcher"), "-t", "nanoiot/ota/all/app", "-C", "1", "-W", "60"]).ConfigureAwait(false);
        Assert.AreEqual(0, exitCode, errors);
        Assert.AreEqual("c", JsonNode.Parse(announcement)!["campaign"]!.GetValue<string>());

        await ReportAsync(1, UpdateStates.Accepted).ConfigureAwait(false);
        await Wait.UntilAsync(async () => await CountAsync(UpdateStates.Accepted).ConfigureAwait(false) == 1, "the report is counted", () => _service.Errors).ConfigureAwait(false);

        _api.Dispose();
        _service.Kill();
        _service.Dispose();
        await ReportAsync(2, UpdateStates.Succeeded).ConfigureAwait(false);
        await ServeAsync().ConfigureAwait(false);
        await Wait.UntilAsync(async () => await CountAsync(UpdateStates.Succeeded).ConfigureAwait(false) == 1, "what came meanwhile is counted", () => _service.Errors).ConfigureAwait(false);
    }

    private async Task ServeAsync()
    {
        (_service, ReadyInfo ready) = await NanoIoTProcess.ServeAsync(
            Path.Combine(_folder, "data"),
            environment: new Dictionary<string, string> { ["NANOIOT_BROKER_PASSWORD"] = "secret" },
            more: ["--verbose", "--broker", $"mqtt://127.0.0.1:{_port}", "--broker-user", "service@localhost"]).ConfigureAwait(false);
        _api = new ServiceClient(ready);
        await Wait.UntilAsync(() => _service.Errors.Contains("connected as nanoiot-0", StringComparison.Ordinal), "the service connects", () => _service.Errors).ConfigureAwait(false);
    }

    private async Task ReportAsync(int sequence, string state)
    {
        string report = Encoding.UTF8.GetString(new ProgressReport { Campaign = "c", Component = "app", State = state, Sequence = sequence, From = "1.0.0", To = "1.1.0" }.ToBytes());
        (int exitCode, _, string errors) = await Programs.RunAsync("mosquitto_pub", [.. Connection("t"), "-q", "1", "-t", Topics.Progress("t"), "-m", report]).ConfigureAwait(false);
        Assert.AreEqual(0, exitCode, errors);
    }

    private async Task<int> CountAsync(string state) => (await _api.GetAsync("nanoiot/campaigns/c").ConfigureAwait(false))["counts"]![state]?.GetValue<int>() ?? 0;

    private string[] Connection(string name) => ["-h", "127.0.0.1", "-p", $"{_port}", "-V", "5", "-i", name, "-u", name + "@localhost", "-P", "x"];

    private bool IsListening()
    {
        using var client = new TcpClient();
        try
        {
            client.Connect(IPAddress.Loopback, _port);
            return true;
        }
        catch (SocketException)
        {
            return _broker.HasExited ? throw new InvalidOperationException("ejabberd ended") : false;
        }
    }
}
