using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using NanoIoT.Shared;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests.Campaigns;

/// <summary>Requests of every kind of malformation: none is the service's failure.</summary>
[TestClass]
public sealed class CampaignFuzzTests
{
    private const string Plan = """
        {"id":"x","component":"app","version":"1.1.0","stages":[{"group":"lab","region":"eu","percent":50,"successPercent":90,"bakeSeconds":5,"approval":false,
        "pace":{"maximumPerMinute":100,"baseRatePerMinute":10,"incrementFactor":2,"notifiedThings":10}},{"things":["t"]},{"query":"thingName:t"},{"count":3}],
        "abort":[{"outcome":"any","percent":20,"minimum":5}],"spreadSeconds":0,"downloadSlots":0,"timeouts":{"pending":10,"accepted":10,"downloading":10,"staged":10,"testing":10},
        "start":1,"end":4102444800,"endBehavior":"stop","window":{"start":"02:00","minutes":60,"days":["mon"]},"after":[],"rollback":"previous","replaces":"9.0.0",
        "lateJoiners":true,"acceptNoTrial":false,"acceptUnready":false,"allowEmpty":true,"assumedBytesPerSecond":1000}
        """;

    private static readonly string[] s_values =
    [
        "null", "true", "[]", "{}", "[null]", "\"\"", "\"a/b+#\"", "\"\\ud800\"", "\"\\u0000\"", "0", "-1", "1.5", "1e400", "2147483648", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "253402300800", "\"previous\"", "\"1.1.0+\"", "\"99:99\"", "[[]]", "[{}]", "\"(((\"", "\"thingName:\"", "\"a:b AND\"", "{\"a\":{\"b\":{\"c\":[]}}}",
    ];

    private TestService _service = null!;
    private HttpClient _http = null!;
    private readonly List<string> _failures = [];
    private readonly SortedDictionary<int, int> _statuses = [];

    [TestInitialize]
    public async Task StartAsync()
    {
        _service = await TestService.StartAsync().ConfigureAwait(false);
        _http = _service.CreateHttp();
        await _service.PublishAsync("1.1.0").ConfigureAwait(false);
        await _service.RegisterAsync("t", "lab").ConfigureAwait(false);
    }

    [TestCleanup]
    public async Task StopAsync()
    {
        _http.Dispose();
        await _service.DisposeAsync().ConfigureAwait(false);
    }

    [TestMethod]
    public async Task No_plan_however_malformed_is_a_failure_of_the_service()
    {
        foreach (string body in Bodies(Plan).Concat(Texts()))
        {
            await SendAsync(HttpMethod.Post, "/nanoiot/campaigns/plan", body).ConfigureAwait(false);
            await SendAsync(HttpMethod.Post, "/nanoiot/campaigns", body).ConfigureAwait(false);
        }

        await CheckAsync().ConfigureAwait(false);
    }

    [TestMethod]
    public async Task No_path_or_query_of_campaigns_and_firmware_is_a_failure_of_the_service()
    {
        await SendAsync(HttpMethod.Post, "/nanoiot/campaigns", """{"id":"c","component":"app","version":"1.1.0","stages":[{}]}""").ConfigureAwait(false);
        string[] names = ["c", "none", "%00", "%20", "c%2Fx", "..", ".", "%ud800", "%ED%A0%80", "%FF", "*", "c:r1", new string('x', 2000), "%25", "confirm-clock", "plan"];
        string[] values = ["", "0", "-1", "1", "99999999999999999999", "abc", "%00", "%ED%A0%80", "%FF", "1.5", "true", new string('9', 400)];
        foreach (string name in names)
        {
            foreach (string verb in new[] { "pause", "resume", "cancel", "force", "approve", "retry", "explode", "confirm-clock" })
            {
                await SendAsync(HttpMethod.Post, $"/nanoiot/campaigns/{name}/{verb}", "{]").ConfigureAwait(false);
            }

            foreach (string path in new[] { "", "/boards", "/history", "/nothing" })
            {
                await SendAsync(HttpMethod.Get, $"/nanoiot/campaigns/{name}{path}", null).ConfigureAwait(false);
            }

            await SendAsync(HttpMethod.Get, $"/nanoiot/firmware/{name}/{name}/url", null).ConfigureAwait(false);
            await SendAsync(HttpMethod.Delete, $"/nanoiot/firmware/{name}/{name}", null).ConfigureAwait(false);
            await SendAsync(HttpMethod.Get, $"/firmware/{name}?expires=1&signature={name}", null).ConfigureAwait(false);
            await SendAsync(HttpMethod.Delete, $"/nanoiot/campaigns/{name}", null).ConfigureAwait(false);
        }

        foreach (string value in values)
        {
            await SendAsync(HttpMethod.Get, $"/nanoiot/campaigns/c/boards?limit={value}&state={value}&after={value}", null).ConfigureAwait(false);
            await SendAsync(HttpMethod.Post, $"/nanoiot/campaigns/c/approve?stage={value}", null).ConfigureAwait(false);
            await SendAsync(HttpMethod.Get, $"/firmware/{value}?expires={value}&signature={value}", null).ConfigureAwait(false);
            foreach (string parameter in new[] { "component", "version", "profile", "minVersion", "minClr", "rollbackIndex", "acceptVersionMismatch" })
            {
                string query = "component=app&version=5.0.0&profile=ESP32_S3".Replace(parameter + "=", "ignored=", StringComparison.Ordinal);
                await SendAsync(HttpMethod.Post, $"/nanoiot/firmware?{query}&{parameter}={value}", "image").ConfigureAwait(false);
            }
        }

        await CheckAsync().ConfigureAwait(false);
    }

    [TestMethod]
    public async Task No_image_however_damaged_is_a_failure_of_the_service()
    {
        var random = new Random(7);
        byte[] mcuboot = _service.ReadImage(_service.Cloud.Firmware.Find("app", "1.1.0")!);
        byte[] bundle = Sample.Bundle("1.1.0", "ESP32_REV3");
        byte[] payload = Sample.Payload("1.1.0");
        for (int i = 0; i < 60; i++)
        {
            foreach ((byte[] image, string profile) in new[] { (mcuboot, "ESP32_S3"), (bundle, "ESP32_REV3"), (payload, "ESP32_S3") })
            {
                byte[] damaged = (byte[])image.Clone();
                for (int change = 0; change <= i % 4; change++)
                {
                    damaged[random.Next(random.Next(2) == 0 ? 256 : damaged.Length)] = (byte)random.Next(256);
                }

                int length = random.Next(3) == 0 ? random.Next(1, damaged.Length) : damaged.Length;
                using var content = new ByteArrayContent(damaged, 0, length);
                await SendAsync(HttpMethod.Post, $"/nanoiot/firmware?component=f{i}&version=1.1.0&profile={profile}", content, $"damaged {profile} {i}").ConfigureAwait(false);
            }
        }

        await CheckAsync().ConfigureAwait(false);
    }

    [TestMethod]
    public async Task No_report_however_malformed_is_a_failure_of_the_service()
    {
        await SendAsync(HttpMethod.Post, "/nanoiot/campaigns", """{"id":"c","component":"app","version":"1.1.0","stages":[{}]}""").ConfigureAwait(false);
        string report = Encoding.UTF8.GetString(new ProgressReport { Campaign = "c", Component = "app", State = UpdateStates.Accepted, Sequence = 1, From = "1.0.0", To = "1.1.0", Reason = "deferred", Detail = "d", Copied = 1 }.ToBytes());
        foreach (string body in Bodies(report).Concat(Texts()))
        {
            await SendAsync(HttpMethod.Post, $"/topics/{Topics.Progress("t")}?qos=1", body).ConfigureAwait(false);
        }

        await CheckAsync().ConfigureAwait(false);
        Assert.IsFalse(_service.Log.Any(line => line.Contains("rule nanoiot_progress failed", StringComparison.Ordinal)), string.Join('\n', _service.Log.Where(line => line.Contains("nanoiot_progress", StringComparison.Ordinal))));
    }

    /// <summary>The document with each of its members removed, doubled, and in the place of each value every odd one.</summary>
    private static IEnumerable<string> Bodies(string document)
    {
        yield return document;
        foreach (string path in Paths(JsonNode.Parse(document)!, string.Empty).ToArray())
        {
            foreach (string? value in s_values.Append(null))
            {
                yield return Replace(document, path, value);
            }
        }
    }

    private static IEnumerable<string> Texts() =>
        ["", " ", "null", "true", "1", "\"x\"", "[]", "{}", "{", "{\"stages\":", "{\"id\":\"a\",\"id\":\"b\"}", new string('[', 200), "\ufeff{}", "\u0000", "{\"a\":\"\\ud800\"}", "//", "{\"component\":1e999}"];

    private static IEnumerable<string> Paths(JsonNode node, string path)
    {
        IEnumerable<(string, JsonNode?)> members = node switch
        {
            JsonObject items => items.Select(item => (item.Key, item.Value)),
            JsonArray items => items.Select((item, i) => (i.ToString(CultureInfo.InvariantCulture), item)),
            _ => [],
        };
        foreach ((string name, JsonNode? member) in members)
        {
            string own = path.Length == 0 ? name : path + "/" + name;
            yield return own;
            foreach (string inner in member is null ? [] : Paths(member, own))
            {
                yield return inner;
            }
        }
    }

    /// <summary>The value is put in as text, so that it need not be a value that a parser of ours takes.</summary>
    private static string Replace(string document, string path, string? value)
    {
        const string marker = "@@@";
        JsonNode root = JsonNode.Parse(document)!;
        JsonNode parent = root;
        string[] levels = path.Split('/');
        foreach (string level in levels[..^1])
        {
            parent = parent is JsonArray array ? array[int.Parse(level, CultureInfo.InvariantCulture)]! : parent[level]!;
        }

        if (parent is JsonArray items)
        {
            items[int.Parse(levels[^1], CultureInfo.InvariantCulture)] = marker;
        }
        else if (value is null)
        {
            parent.AsObject().Remove(levels[^1]);
        }
        else
        {
            parent[levels[^1]] = marker;
        }

        return root.ToJsonString().Replace($"\"{marker}\"", value ?? "null", StringComparison.Ordinal);
    }

    private async Task SendAsync(HttpMethod method, string path, string? body)
    {
        using StringContent? content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        await SendAsync(method, path, content, body).ConfigureAwait(false);
    }

    private async Task SendAsync(HttpMethod method, string path, HttpContent? content, string? description)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = content };
        using HttpResponseMessage answer = await _http.SendAsync(request).ConfigureAwait(false);
        _statuses[(int)answer.StatusCode] = _statuses.GetValueOrDefault((int)answer.StatusCode) + 1;
        if ((int)answer.StatusCode >= 500)
        {
            _failures.Add($"{(int)answer.StatusCode} {method} {path} {description}");
        }
    }

    private async Task CheckAsync()
    {
        Assert.IsTrue(_statuses.ContainsKey(200) && !_statuses.ContainsKey(401), string.Join(", ", _statuses));
        await SendAsync(HttpMethod.Get, "/nanoiot/campaigns", null).ConfigureAwait(false);
        Assert.IsEmpty(_failures, string.Join('\n', _failures.Take(20)) + "\n" + string.Join('\n', _service.Log.Where(line => line.Contains("failed", StringComparison.Ordinal)).Take(20)));
    }
}
