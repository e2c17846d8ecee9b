using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Testing;

namespace NanoIoT.EndToEnd.Tests;

/// <summary>A service that works with AWS IoT Core, whose part a second service has: it speaks the same protocols, and asks for the same signatures.</summary>
[TestClass]
public sealed class AwsIotTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nanoiot-aws-iot-").FullName;
    private NanoIoTProcess _aws = null!;
    private ReadyInfo _awsReady = null!;
    private ServiceClient _awsApi = null!;
    private NanoIoTProcess? _service;
    private ServiceClient? _api;

    [TestInitialize]
    public async Task StartAsync()
    {
        (_aws, _awsReady) = await NanoIoTProcess.ServeAsync(Path.Combine(_folder, "aws")).ConfigureAwait(false);
        _awsApi = new ServiceClient(_awsReady);
    }

    [TestCleanup]
    public void Stop()
    {
        _api?.Dispose();
        _service?.Dispose();
        _awsApi.Dispose();
        _aws.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [TestMethod]
    public async Task A_campaign_goes_over_AWS_IoT_and_versions_stand_in_its_registry()
    {
        await ServeAsync().ConfigureAwait(false);
        LightFleet fleet = await LightFleet.CreateAsync(_awsApi, 4, "2.0.0", campaigns: _api).ConfigureAwait(false);
        await using (fleet.ConfigureAwait(false))
        {
            await fleet.PowerOnAsync(Wait.Limit).ConfigureAwait(false);
            await CreateCampaignAsync("c", "2.0.0").ConfigureAwait(false);

            await WaitForCampaignAsync("c").ConfigureAwait(false);
            JsonNode view = await _api!.GetAsync("nanoiot/campaigns/c").ConfigureAwait(false);
            Assert.AreEqual(4, view["counts"]!["succeeded"]!.GetValue<int>(), view.ToJsonString());
            Assert.IsTrue(fleet.Boards.All(board => board.RunningVersion == "2.0.0"));

            // Somebody changes an attribute there: what the board says stands above it, and is written.
            await SetAttributeAsync("board-00001", "firmware.app", "0.9.0").ConfigureAwait(false);
            await Wait.UntilAsync(async () => await VersionAtAwsAsync("board-00001").ConfigureAwait(false) == "2.0.0", "the version stands in the registry", () => _service!.Errors).ConfigureAwait(false);
            await Wait.UntilAsync(
                async () => (await _api.GetAsync("nanoiot/things").ConfigureAwait(false))["things"]!.AsArray().All(thing => thing!["connected"]!.GetValue<bool>()),
                "the index says who is connected").ConfigureAwait(false);
        }
    }

    [TestMethod]
    public async Task Desired_of_the_agents_shadow_follows_groups_and_region()
    {
        await ServeAsync().ConfigureAwait(false);
        await _awsApi.PostAsync("nanoiot/things", new JsonObject { ["thing"] = new JsonObject { ["thingName"] = "a:1", ["groups"] = new JsonArray("lab"), ["region"] = "eu" } }).ConfigureAwait(false);
        await _awsApi.PostAsync("things/a%3A1/shadow?name=nanoiot", new JsonObject { ["state"] = new JsonObject { ["desired"] = new JsonObject { ["groups"] = new JsonArray("old"), ["region"] = null } } }).ConfigureAwait(false);

        await Wait.UntilAsync(
            async () =>
            {
                JsonNode desired = (await _awsApi.GetAsync("things/a%3A1/shadow?name=nanoiot").ConfigureAwait(false))["state"]!["desired"]!;
                return desired["groups"]!.AsArray().Single()!.GetValue<string>() == "lab" && desired["region"]?.GetValue<string>() == "eu";
            },
            "groups and region are in desired",
            () => _service!.Errors).ConfigureAwait(false);
    }

    [TestMethod]
    public async Task What_a_board_reports_while_the_service_is_away_comes_when_it_is_back()
    {
        await ServeAsync().ConfigureAwait(false);
        await _awsApi.PostAsync("nanoiot/things", new JsonObject { ["thing"] = new JsonObject { ["thingName"] = "t" } }).ConfigureAwait(false);
        using (ByteArrayContent image = new(new byte[3000]))
        {
            await _api!.SendAsync(HttpMethod.Post, "nanoiot/firmware?component=app&version=2.0.0&profile=ESP32_S3", image).ConfigureAwait(false);
        }

        await CreateCampaignAsync("c", "2.0.0").ConfigureAwait(false);
        const int sessions = 8;
        await Wait.UntilAsync(() => Enumerable.Range(0, sessions).All(i => (_service!.Output + _service.Errors).Contains($"connected as nanoiot-{i} ", StringComparison.Ordinal)), "its sessions are there").ConfigureAwait(false);
        _service!.Kill();
        _service.Dispose();
        _api.Dispose();
        using (StringContent report = new("""{"campaign":"c","component":"app","state":"succeeded","seq":1,"from":"1.0.0","to":"2.0.0"}"""))
        {
            await _awsApi.SendAsync(HttpMethod.Post, "topics/nanoiot/things/t/ota/progress?qos=1", report).ConfigureAwait(false);
        }

        await ServeAsync().ConfigureAwait(false);

        await WaitForCampaignAsync("c").ConfigureAwait(false);
        JsonNode boards = await _api.GetAsync("nanoiot/campaigns/c/boards").ConfigureAwait(false);
        Assert.AreEqual("1.0.0", boards["boards"]!.AsArray().Single()!["from"]!.GetValue<string>(), "it reported; that it runs the version would do without");
    }

    [TestMethod]
    public async Task It_connects_with_a_certificate_and_ALPN_too()
    {
        string certificate = Path.Combine(_folder, "service.pem");
        string key = Path.Combine(_folder, "service.key");
        JsonNode issued = await _awsApi.PostAsync("keys-and-certificate?setAsActive=true", []).ConfigureAwait(false);
        await File.WriteAllTextAsync(certificate, issued["certificatePem"]!.GetValue<string>()).ConfigureAwait(false);
        await File.WriteAllTextAsync(key, issued["keyPair"]!["PrivateKey"]!.GetValue<string>()).ConfigureAwait(false);
        JsonObject policy = new() { ["Version"] = "2012-10-17", ["Statement"] = new JsonArray(new JsonObject { ["Effect"] = "Allow", ["Action"] = "iot:*", ["Resource"] = "*" }) };
        await _awsApi.PostAsync("policies/service", new JsonObject { ["policyDocument"] = policy.ToJsonString() }).ConfigureAwait(false);
        using (StringContent target = new(new JsonObject { ["target"] = issued["certificateArn"]!.GetValue<string>() }.ToJsonString()))
        {
            await _awsApi.SendAsync(HttpMethod.Put, "target-policies/service", target).ConfigureAwait(false);
        }

        await ServeAsync("--broker", $"mqtts://localhost:{new Uri(_awsReady.Api).Port}", "--broker-cert", certificate, "--broker-key", key).ConfigureAwait(false);
        LightFleet fleet = await LightFleet.CreateAsync(_awsApi, 1, "2.0.0", campaigns: _api).ConfigureAwait(false);
        await using (fleet.ConfigureAwait(false))
        {
            await fleet.PowerOnAsync(Wait.Limit).ConfigureAwait(false);
            await CreateCampaignAsync("c", "2.0.0").ConfigureAwait(false);
            await WaitForCampaignAsync("c").ConfigureAwait(false);
        }
    }

    [TestMethod]
    public async Task What_is_AWS_IoTs_is_refused_with_a_reason()
    {
        await ServeAsync().ConfigureAwait(false);
        foreach ((HttpMethod method, string path) in new[] { (HttpMethod.Get, "things"), (HttpMethod.Post, "topics/a"), (HttpMethod.Post, "nanoiot/things"), (HttpMethod.Post, "rules/r"), (HttpMethod.Get, "things/a/shadow"), (HttpMethod.Post, "nanoiot/claims") })
        {
            using StringContent content = new("{}");
            InvalidOperationException refusal = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => _api!.SendAsync(method, path, method == HttpMethod.Get ? null : content)).ConfigureAwait(false);
            Assert.Contains("NotSupportedException", refusal.Message, path);
        }
    }

    [TestMethod]
    public async Task It_does_not_start_without_an_index_or_with_a_wrong_key_and_says_why()
    {
        using (StringContent off = new("""{"thingIndexingConfiguration":{"thingIndexingMode":"REGISTRY"}}"""))
        {
            await _awsApi.SendAsync(HttpMethod.Post, "indexing/config", off).ConfigureAwait(false);
        }

        InvalidOperationException refusal = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => ServeAsync()).ConfigureAwait(false);
        Assert.Contains("IndexNotReadyException", refusal.Message);
        Assert.Contains("update-indexing-configuration", refusal.Message);

        refusal = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => StartAsync(new Dictionary<string, string> { ["AWS_ACCESS_KEY_ID"] = _awsReady.AccessKeyId!, ["AWS_SECRET_ACCESS_KEY"] = "wrong" })).ConfigureAwait(false);
        Assert.Contains("InvalidSignatureException", refusal.Message);
    }

    private Task ServeAsync(params string[] more) => StartAsync(new Dictionary<string, string> { ["AWS_ACCESS_KEY_ID"] = _awsReady.AccessKeyId!, ["AWS_SECRET_ACCESS_KEY"] = _awsReady.SecretAccessKey! }, more);

    private async Task StartAsync(Dictionary<string, string> environment, params string[] more)
    {
        (_service, ReadyInfo ready) = await NanoIoTProcess.ServeAsync(
            Path.Combine(_folder, "service"),
            environment: environment,
            more:
            ["--verbose", "--aws-iot", "--aws-endpoint", "iot=" + _awsReady.Api, "--broker-ca", _awsReady.Ca, "--broker-boards", _awsReady.Mqtt, "--aws-iot-poll", "1", .. more]).ConfigureAwait(false);
        _api = new ServiceClient(ready);
        Assert.AreEqual(_awsReady.Mqtt, ready.Mqtt);
    }

    private async Task CreateCampaignAsync(string id, string version)
    {
        int things = (await _awsApi.GetAsync("things").ConfigureAwait(false))["things"]!.AsArray().Count;
        await Wait.UntilAsync(async () => (await _api!.GetAsync("nanoiot/things").ConfigureAwait(false))["things"]!.AsArray().Count == things, "the index has the things").ConfigureAwait(false);
        await _api!.PostAsync("nanoiot/campaigns", new JsonObject { ["id"] = id, ["component"] = "app", ["version"] = version, ["stages"] = new JsonArray(new JsonObject { ["percent"] = 100 }) }).ConfigureAwait(false);
    }

    private Task WaitForCampaignAsync(string id) => Wait.UntilAsync(
        async () => (await _api!.GetAsync("nanoiot/campaigns/" + id).ConfigureAwait(false))["campaign"]!["status"]!.GetValue<string>() == "completed", "the campaign completes", () => _service!.Errors);

    private async Task SetAttributeAsync(string thing, string name, string value)
    {
        using StringContent content = new(new JsonObject { ["attributePayload"] = new JsonObject { ["attributes"] = new JsonObject { [name] = value }, ["merge"] = true } }.ToJsonString());
        await _awsApi.SendAsync(HttpMethod.Patch, "things/" + thing, content).ConfigureAwait(false);
    }

    private async Task<string?> VersionAtAwsAsync(string thing) => (await _awsApi.GetAsync("things/" + thing).ConfigureAwait(false))["attributes"]!["firmware.app"]?.GetValue<string>();
}
