using System.Text;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests.Rules;

/// <summary>A service, and a server that rules reach.</summary>
public abstract class RuleTestBase
{
    protected const string KeyId = "AKIDEXAMPLE";
    protected const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    private readonly string _folder = Directory.CreateTempSubdirectory("nanoiot-rules-").FullName;

    protected CloudService Cloud { get; private set; } = null!;

    protected HttpRecorder Target { get; private set; } = null!;

    protected string DataFolder => Path.Combine(_folder, "data");

    [TestInitialize]
    public async Task StartAsync()
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", KeyId);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", Secret);
        Target = await HttpRecorder.StartAsync().ConfigureAwait(false);
        Cloud = await StartServiceAsync().ConfigureAwait(false);
    }

    [TestCleanup]
    public async Task StopAsync()
    {
        await Cloud.DisposeAsync().ConfigureAwait(false);
        await Target.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(_folder, recursive: true);
    }

    protected virtual CloudOptions CreateOptions() => new() { DataFolder = DataFolder, MqttPort = 0, HttpsPort = 0, AllowPrivateTargets = true };

    protected async Task RestartAsync()
    {
        await Cloud.DisposeAsync().ConfigureAwait(false);
        Cloud = await StartServiceAsync().ConfigureAwait(false);
    }

    protected async Task CreateAsync(string name, string sql, string actions, string? errorAction = null, string verb = "CreateTopicRule")
    {
        var body = new JsonObject { ["sql"] = sql, ["awsIotSqlVersion"] = "2016-03-23", ["actions"] = JsonNode.Parse(actions) };
        if (errorAction is not null)
        {
            body["errorAction"] = JsonNode.Parse(errorAction);
        }

        await Cloud.CallAsync(verb, body, ("ruleName", name)).ConfigureAwait(false);
    }

    protected Task PublishAsync(string topic, string payload) => Cloud.MessageBus.PublishAsync(new BusMessage(topic, Encoding.UTF8.GetBytes(payload)));

    protected async Task<JsonNode> ApiAsync(HttpMethod method, string path, object? body = null)
    {
        using HttpResponseMessage response = await SendAsync(method, path, body).ConfigureAwait(false);
        string text = await response.Content.ReadAsStringAsync().ConfigureAwait(false);
        Assert.IsTrue(response.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    protected async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null, bool isOpen = false)
    {
        using var http = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true });
        using var request = new HttpRequestMessage(method, new Uri(path.StartsWith("https", StringComparison.Ordinal) ? path : Cloud.Ready.Api + path));
        if (!isOpen)
        {
            request.Headers.Authorization = new("Bearer", Cloud.Ready.Token);
        }

        request.Content = body is null ? null : new StringContent(System.Text.Json.JsonSerializer.Serialize(body, System.Text.Json.JsonSerializerOptions.Web), Encoding.UTF8, "application/json");
        return await http.SendAsync(request).ConfigureAwait(false);
    }

    protected async Task<JsonArray> DeadLettersAsync(string rule) => (await ApiAsync(HttpMethod.Get, "/nanoiot/dead-letters?rule=" + rule).ConfigureAwait(false))["deadLetters"]!.AsArray();

    protected async Task<JsonArray> ItemsAsync(string table) => (await ApiAsync(HttpMethod.Get, $"/nanoiot/tables/{table}/items").ConfigureAwait(false))["items"]!.AsArray();

    private Task<CloudService> StartServiceAsync() => CloudService.StartAsync(CreateOptions());
}
