using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Testing;

namespace NanoIoT.Counterparts.Tests;

/// <summary>A service, and the aws command of Debian's package with its keys.</summary>
public abstract class AwsTestBase
{
    protected string Folder { get; } = Directory.CreateTempSubdirectory("nanoiot-aws-").FullName;
    private NanoIoTProcess _service = null!;
    protected ReadyInfo Ready { get; private set; } = null!;

    [TestInitialize]
    public async Task StartAsync() => (_service, Ready) = await NanoIoTProcess.ServeAsync(Path.Combine(Folder, "data")).ConfigureAwait(false);

    [TestCleanup]
    public void Stop()
    {
        _service.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    protected async Task<JsonNode> IotAsync(params string[] arguments) => await SucceedsAsync("iot", arguments).ConfigureAwait(false);

    protected async Task<JsonNode> DataAsync(params string[] arguments) => await SucceedsAsync("iot-data", ["--cli-binary-format", "raw-in-base64-out", .. arguments]).ConfigureAwait(false);

    protected async Task<JsonNode> SucceedsAsync(string service, string[] arguments)
    {
        (int exitCode, string output) = await AwsAsync(Ready.AccessKeyId!, Ready.SecretAccessKey!, service, arguments).ConfigureAwait(false);
        Assert.AreEqual(0, exitCode, string.Join(' ', arguments) + ": " + output);
        return string.IsNullOrWhiteSpace(output) ? new JsonObject() : JsonNode.Parse(output)!;
    }

    protected async Task FailsAsync(string code, params string[] arguments)
    {
        (int exitCode, string output) = await AwsAsync(Ready.AccessKeyId!, Ready.SecretAccessKey!, "iot", arguments).ConfigureAwait(false);
        Assert.AreNotEqual(0, exitCode);
        Assert.Contains($"({code})", output);
    }

    protected async Task<(int ExitCode, string Output)> AwsAsync(string keyId, string secret, string service, params string[] arguments)
    {
        (int exitCode, string output, string errors) = await Programs.AwsAsync(Ready.Api, keyId, secret, Ready.Region, Ready.Ca, [service, .. arguments]).ConfigureAwait(false);
        return (exitCode, output + errors);
    }
}
