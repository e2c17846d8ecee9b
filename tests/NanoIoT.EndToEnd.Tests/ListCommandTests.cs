using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Testing;

namespace NanoIoT.EndToEnd.Tests;

/// <summary>What the command lists, as a user reads it on a terminal of 80 columns.</summary>
[TestClass]
public sealed class ListCommandTests
{
    private const string LongName = "pump-house-north-building-7-second-floor-left";

    private readonly string _folder = Directory.CreateTempSubdirectory("nanoiot-list-").FullName;

    private NanoIoTProcess _service = null!;

    private ReadyInfo _ready = null!;

    [TestInitialize]
    public async Task StartAsync()
    {
        (_service, _ready) = await NanoIoTProcess.ServeAsync(_folder);
        using var client = new ServiceClient(_ready);
        var thing = new JsonObject
        {
            ["thingName"] = LongName,
            ["groups"] = new JsonArray("field", "pumps", "north-building", "second-floor"),
            ["region"] = "eu-central",
            ["profile"] = "ESP32_S3",
        };
        await client.PostAsync("nanoiot/things", new JsonObject { ["thing"] = thing });
    }

    [TestCleanup]
    public void Stop()
    {
        _service.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [TestMethod]
    public async Task A_list_fits_80_columns_with_one_line_a_row_and_wide_shows_all_of_it()
    {
        string narrow = await RunAsync("80", "thing", "list");
        string wide = await RunAsync("80", "thing", "list", "--wide");
        string piped = await RunAsync(string.Empty, "thing", "list");

        string[] lines = narrow.Split('\n');
        Assert.IsTrue(lines.All(line => line.Length <= 80), narrow);
        Assert.HasCount(1, lines.Where(line => line.StartsWith("pump-house", StringComparison.Ordinal)), narrow);
        Assert.Contains("…", narrow);
        Assert.Contains("1 thing", lines);
        Assert.Contains("field, north-building, pumps, second-floor", wide);
        Assert.Contains(LongName, wide);
        Assert.DoesNotContain("…", wide);
        Assert.Contains(LongName, piped, "a pipe gets whole values");
    }

    [TestMethod]
    public async Task A_very_narrow_list_says_which_columns_it_leaves_out()
    {
        string narrow = await RunAsync("40", "thing", "list");

        Assert.IsTrue(narrow.Split('\n').Where(line => !line.StartsWith("Not shown", StringComparison.Ordinal)).All(line => line.Length <= 40), narrow);
        Assert.Contains("Not shown: ", narrow);
        Assert.Contains("--wide", narrow);
    }

    [TestMethod]
    public async Task A_ca_that_is_not_trusted_is_named_with_the_option_and_the_variable()
    {
        (int exitCode, _, string errors) = await NanoIoTProcess.RunAsync("thing", "list", "--url", _ready.Api.Replace("localhost", "127.0.0.1", StringComparison.Ordinal), "--token", _ready.Token!);

        Assert.AreNotEqual(0, exitCode);
        Assert.Contains("CaNotTrusted", errors);
        Assert.Contains("--ca", errors);
        Assert.Contains("NANOIOT_CA", errors);
    }

    [TestMethod]
    [DataRow("serve", "--mqtt", "abc")]
    [DataRow("serve", "--session-expiry", "abc")]
    [DataRow("serve", "--rule-retry", "9999999999")]
    [DataRow("serve", "--max-connections", "99999999999")]
    [DataRow("serve", "--lease-seconds", "x")]
    [DataRow("emulate", "--boards", "abc")]
    [DataRow("demo", "--boards", "abc")]
    [DataRow("serve", "--host", "a b")]
    [DataRow("serve", "--host", "http://x")]
    public async Task A_value_that_cannot_be_read_is_a_usage_error(string command, string option, string value)
    {
        (int exitCode, _, string errors) = await NanoIoTProcess.RunAsync(command, option, value);

        Assert.AreEqual(2, exitCode, errors);
        Assert.Contains(value, errors);
        Assert.DoesNotContain("   at ", errors);
    }

    private async Task<string> RunAsync(string columns, params string[] arguments)
    {
        var environment = new Dictionary<string, string> { ["COLUMNS"] = columns };
        (int exitCode, string output, string errors) = await NanoIoTProcess.RunAsync(environment, [.. arguments, "--data", _folder]);
        Assert.AreEqual(0, exitCode, errors);
        return output;
    }
}
