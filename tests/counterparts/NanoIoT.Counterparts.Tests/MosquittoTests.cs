using System.Diagnostics;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Testing;

namespace NanoIoT.Counterparts.Tests;

/// <summary>mosquitto's clients with the files <c>nanoiot thing create --certs</c> writes, and curl on the API.</summary>
[TestClass]
public sealed class MosquittoTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nanoiot-mosquitto-").FullName;
    private NanoIoTProcess _service = null!;
    private ReadyInfo _ready = null!;

    [TestInitialize]
    public async Task StartAsync()
    {
        (_service, _ready) = await NanoIoTProcess.ServeAsync(Path.Combine(_folder, "data")).ConfigureAwait(false);
        (int exitCode, _, string errors) = await NanoIoTProcess.RunAsync("thing", "create", "T", "--group", "G", "--certs", Path.Combine(_folder, "certs"), "--data", Path.Combine(_folder, "data")).ConfigureAwait(false);
        Assert.AreEqual(0, exitCode, errors);
    }

    [TestCleanup]
    public void Stop()
    {
        _service.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [TestMethod]
    public async Task A_shadow_delta_reaches_mosquitto_sub()
    {
        using Process subscriber = Start("mosquitto_sub", "-t", "$aws/things/T/shadow/update/delta", "-C", "1", "-W", "60");
        Task<string> delta = subscriber.StandardOutput.ReadToEndAsync();

        // mosquitto_sub does not say through a pipe when it has subscribed: desired changes until it has seen one.
        for (int setpoint = 1; !delta.IsCompleted; setpoint++)
        {
            string body = "{\"state\":{\"desired\":{\"setpoint\":" + setpoint + "}}}";
            (int exitCode, string output) = await RunAsync("curl", "-sS", "--cacert", _ready.Ca, "-H", "Authorization: Bearer " + _ready.Token, "-d", body, _ready.Api + "/things/T/shadow").ConfigureAwait(false);
            Assert.AreEqual(0, exitCode, output);
            await Task.WhenAny(delta, Task.Delay(200)).ConfigureAwait(false);
        }

        JsonNode message = JsonNode.Parse(await delta.ConfigureAwait(false))!;
        Assert.IsGreaterThan(0, message["state"]!["setpoint"]!.GetValue<int>());
    }

    [TestMethod]
    public async Task Mosquitto_pub_updates_its_own_shadow_and_is_refused_on_anothers_topic()
    {
        (int own, string ownText) = await RunAsync("mosquitto_pub", [.. Connection(), "-q", "1", "-t", "$aws/things/T/shadow/update", "-m", "{\"state\":{\"reported\":{\"a\":1}}}"]).ConfigureAwait(false);
        (_, string refused) = await RunAsync("mosquitto_pub", [.. Connection(), "-q", "1", "-d", "-t", "nanoiot/things/OTHER/telemetry", "-m", "{}"]).ConfigureAwait(false);

        Assert.AreEqual(0, own, ownText);
        Assert.DoesNotContain("received PUBACK", refused);
        await Wait.UntilAsync(() => _service.Errors.Contains("publish refused", StringComparison.Ordinal), "the service says so").ConfigureAwait(false);
        (_, string shadow) = await RunAsync("curl", "-sS", "--cacert", _ready.Ca, "-H", "Authorization: Bearer " + _ready.Token, _ready.Api + "/things/T/shadow").ConfigureAwait(false);
        Assert.AreEqual(1, JsonNode.Parse(shadow)!["state"]!["reported"]!["a"]!.GetValue<int>());
    }

    [TestMethod]
    public async Task Mosquitto_sub_is_refused_on_anothers_topic_and_without_a_certificate()
    {
        (_, string other) = await RunAsync("mosquitto_sub", [.. Connection(), "-t", "$aws/things/OTHER/shadow/#", "-C", "1", "-W", "3"]).ConfigureAwait(false);
        (int none, _) = await RunAsync("mosquitto_pub", "-h", "localhost", "-p", Port(), "--cafile", _ready.Ca, "-i", "T", "-t", "nanoiot/things/T/x", "-m", "1").ConfigureAwait(false);

        Assert.Contains("denied", other);
        Assert.AreNotEqual(0, none);
    }

    [TestMethod]
    public async Task A_retained_announcement_reaches_a_board_of_the_group()
    {
        string image = Path.Combine(_folder, "app.bin");
        await File.WriteAllBytesAsync(image, new byte[3000]).ConfigureAwait(false);
        string data = Path.Combine(_folder, "data");
        await NanoIoTProcess.RunAsync("firmware", "publish", image, "--version", "3.0.0", "--profile", "ESP32_S3", "--data", data).ConfigureAwait(false);
        await NanoIoTProcess.RunAsync("campaign", "create", "--id", "c", "--version", "3.0.0", "--stage", "G:100", "--data", data).ConfigureAwait(false);

        (int exitCode, string output) = await RunAsync("mosquitto_sub", [.. Connection(), "-t", "nanoiot/ota/group/G/+", "-C", "1", "-W", "60"]).ConfigureAwait(false);

        Assert.AreEqual(0, exitCode, output);
        JsonNode announcement = JsonNode.Parse(output)!;
        Assert.AreEqual("c", announcement["campaign"]!.GetValue<string>());
        (int status, string range) = await RunAsync("curl", "-sS", "--cacert", _ready.Ca, "-r", "0-31", "-o", Path.Combine(_folder, "head"), "-w", "%{http_code}", announcement["url"]!.GetValue<string>()).ConfigureAwait(false);
        Assert.AreEqual(0, status);
        Assert.AreEqual("206", range);
        CollectionAssert.AreEqual(new byte[] { 0x3d, 0xb8, 0xf3, 0x96 }, (await File.ReadAllBytesAsync(Path.Combine(_folder, "head")).ConfigureAwait(false))[..4]);
    }

    [TestMethod]
    public async Task What_was_acknowledged_for_a_client_that_is_away_is_there_after_the_service_was_killed()
    {
        string[] session = [.. Connection(), "-c", "-q", "1", "-t", "nanoiot/things/T/x"];
        (int subscribed, string said) = await RunAsync("mosquitto_sub", [.. session, "-E"]).ConfigureAwait(false);
        Assert.AreEqual(0, subscribed, said);
        for (int i = 0; i < 20; i++)
        {
            (int sent, string output) = await RunAsync("curl", "-sS", "--fail", "--cacert", _ready.Ca, "-H", "Authorization: Bearer " + _ready.Token, "-d", $"{i}", _ready.Api + "/topics/nanoiot/things/T/x?qos=1&retain=" + (i == 19 ? "true" : "false")).ConfigureAwait(false);
            Assert.AreEqual(0, sent, output);
        }

        _service.Kill();
        _service.Dispose();
        (_service, _ready) = await NanoIoTProcess.ServeAsync(Path.Combine(_folder, "data")).ConfigureAwait(false);

        (int exitCode, string got) = await RunAsync("mosquitto_sub", [.. Connection(), "-c", "-q", "1", "-t", "nanoiot/things/T/none", "-C", "20", "-W", "60"]).ConfigureAwait(false);
        Assert.AreEqual(0, exitCode, got);
        CollectionAssert.AreEqual(Enumerable.Range(0, 20).Select(i => $"{i}").ToArray(), got.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        (_, string retained) = await RunAsync("mosquitto_sub", [.. Connection(), "-t", "nanoiot/things/T/x", "-C", "1", "-W", "60"]).ConfigureAwait(false);
        Assert.AreEqual("19", retained.Trim());
    }

    [TestMethod]
    public async Task A_board_with_a_claim_becomes_a_thing_over_plain_mqtt()
    {
        string folder = Path.Combine(_folder, "claim");
        (int made, _, string errors) = await NanoIoTProcess.RunAsync("claim", "create", "--certs", folder, "--data", Path.Combine(_folder, "data")).ConfigureAwait(false);
        Assert.AreEqual(0, made, errors);
        string[] claim = ["-h", "localhost", "-p", Port(), "-i", "factory-1", "--cafile", _ready.Ca, "--cert", Path.Combine(folder, "claim.pem"), "--key", Path.Combine(folder, "claim.key"), "-W", "30"];

        (_, string keys) = await RunAsync("mosquitto_rr", [.. claim, "-e", "$aws/certificates/create/json/accepted", "-t", "$aws/certificates/create/json", "-m", "{}"]).ConfigureAwait(false);
        JsonNode certificate = JsonNode.Parse(keys)!;
        string provision = "$aws/provisioning-templates/nanoiot-fleet/provision/json";
        string request = new JsonObject
        {
            ["certificateOwnershipToken"] = certificate["certificateOwnershipToken"]!.GetValue<string>(),
            ["parameters"] = new JsonObject { ["SerialNumber"] = "B-77" },
        }.ToJsonString();
        (_, string answer) = await RunAsync("mosquitto_rr", [.. claim, "-e", provision + "/accepted", "-t", provision, "-m", request]).ConfigureAwait(false);
        string thing = JsonNode.Parse(answer)!["thingName"]!.GetValue<string>();
        (_, string refused) = await RunAsync("mosquitto_rr", [.. claim, "-e", provision + "/rejected", "-t", provision, "-m", "{\"certificateOwnershipToken\":\"made.up\"}"]).ConfigureAwait(false);

        Assert.AreEqual("B-77", thing);
        Assert.AreEqual(400, JsonNode.Parse(refused)!["statusCode"]!.GetValue<int>(), refused);
        Assert.AreEqual("InvalidCertificateOwnershipToken", JsonNode.Parse(refused)!["errorCode"]!.GetValue<string>());
        await File.WriteAllTextAsync(Path.Combine(folder, "thing.pem"), certificate["certificatePem"]!.GetValue<string>()).ConfigureAwait(false);
        await File.WriteAllTextAsync(Path.Combine(folder, "thing.key"), certificate["privateKey"]!.GetValue<string>()).ConfigureAwait(false);
        (int own, string said) = await RunAsync("mosquitto_pub", "-h", "localhost", "-p", Port(), "-i", thing, "--cafile", _ready.Ca, "--cert", Path.Combine(folder, "thing.pem"), "--key", Path.Combine(folder, "thing.key"), "-q", "1", "-t", $"$aws/things/{thing}/shadow/update", "-m", "{\"state\":{\"reported\":{\"a\":1}}}").ConfigureAwait(false);
        Assert.AreEqual(0, own, said);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string command, params string[] arguments)
    {
        (int exitCode, string output, string errors) = await Programs.RunAsync(command, arguments).ConfigureAwait(false);
        return (exitCode, output + errors);
    }

    private Process Start(string command, params string[] arguments) => Programs.Start(command, [.. Connection(), .. arguments]);

    private string Port() => _ready.Mqtt[(_ready.Mqtt.LastIndexOf(':') + 1)..];

    private string[] Connection()
    {
        string certificates = Path.Combine(_folder, "certs");
        return ["-h", "localhost", "-p", Port(), "-i", "T", "--cafile", Path.Combine(certificates, "ca.pem"), "--cert", Path.Combine(certificates, "T.pem"), "--key", Path.Combine(certificates, "T.key")];
    }
}
