using System.CommandLine;
using System.Text;
using NanoIoT.Cli;
using NanoIoT.Cli.Commands;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests;

/// <summary>The examples in the help of every command: each parses, and each that needs nothing but a service runs against one.</summary>
[TestClass]
public sealed class HelpExampleTests
{
    private const string CampaignId = "app-1-4-2-3fa9c1";
    private const string CreateField = "thing create pump-7 --group field";

    /// <summary>Examples that need more than a service, by their beginning, and the test that runs the command.</summary>
    private static readonly (string Example, string Why)[] s_notRun =
    [
        ("demo", "starts a service and boards: ProcessTests"),
        ("serve", "does not end: ProcessTests"),
        ("emulate", "does not end: ProcessTests"),
        ("tail", "waits for messages: ProcessTests"),
        ("migrate", "needs tables: counterparts"),
        ("broker", "makes another broker's configuration: counterparts"),
        ("firmware build", "needs assemblies: ImageCommandTests"),
        ("firmware sign", "needs AWS KMS"),
        ("firmware verify", "needs an image of that key: ImageCommandTests"),
        ("firmware inspect", "needs an image or a bundle: ImageCommandTests"),
        ("rule create hook", "needs a host that resolves"),
        ("rule replace hook", "needs a host that resolves"),
        ("rule dead-letters replay", "needs a result that no target took: RuleTests"),
        ("rule dead-letters delete", "needs a result that no target took: RuleTests"),
        ("topic subscribe", "needs an endpoint"),
        ("topic unsubscribe", "needs a subscription's id"),
        ("user key enable", "needs a key's id"),
        ("user key disable", "needs a key's id"),
        ("user key delete", "needs a key's id"),
        ("user token delete", "needs a token's id"),
        ("campaign retry", "needs a board that failed: CampaignServiceTests"),
        ("campaign confirm-clock", "needs a clock that was set: SilenceTests"),
    ];

    /// <summary>What there must be before an example, by its beginning. What is there already is no error.</summary>
    private static readonly (string Example, string[] Before)[] s_before =
    [
        ("thing show board-001", ["thing create board-001"]),
        ("thing delete board-001", ["thing create board-001"]),
        ("thing set", ["thing create pump-7"]),
        ("thing create pump-7", ["thing delete pump-7"]),
        ("thing create pump-8", ["thing delete pump-8"]),
        ("firmware publish", ["firmware delete app 1.4.2", "firmware delete app 2.0.0"]),
        ("firmware delete", ["firmware publish app.bin --version 1.4.2 --profile ESP32_S3"]),
        ("campaign create", ["thing delete pump-8", CreateField, "firmware publish app.bin --version 1.4.2 --profile ESP32_S3"]),
        ("campaign plan", ["firmware publish app.bin --version 1.4.2 --profile ESP32_S3"]),
        ("campaign approve " + CampaignId, [CreateField, CreateCampaign(",approval")]),
        ("campaign watch", ["thing delete pump-7", "thing delete board-001", CreateCampaign(" --allow-empty")]),
        ("campaign force", [CreateField, CreateCampaign(",approval")]),
        ("campaign resume", [CreateField, CreateCampaign(string.Empty), "campaign pause " + CampaignId]),
        ("campaign delete", [CreateField, CreateCampaign(string.Empty), "campaign cancel " + CampaignId]),
        ("campaign", [CreateField, CreateCampaign(string.Empty)]),
        ("rule create", ["rule delete hot", "rule delete keep"]),
        ("rule", ["rule create hot --sql \"SELECT * FROM 'a'\" --action '{\"republish\":{\"topic\":\"b\"}}'", "rule create keep --sql \"SELECT * FROM 'a'\" --action '{\"republish\":{\"topic\":\"b\"}}'"]),
        ("table create", ["table delete readings"]),
        ("table", ["table create readings --hash-key thing --range-key ts"]),
        ("topic create", ["topic delete alarms"]),
        ("topic", ["topic create alarms"]),
        ("user create", ["user delete ci", "user delete screen"]),
        ("user", ["user create ci --role operator"]),
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("nanoiot-help-").FullName;
    private TestService _service = null!;

    [TestInitialize]
    public async Task StartAsync() => _service = await TestService.StartAsync().ConfigureAwait(false);

    [TestCleanup]
    public async Task StopAsync()
    {
        await _service.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(_folder, recursive: true);
    }

    [TestMethod]
    public void Every_command_has_an_example_of_its_own_and_every_example_parses()
    {
        foreach ((string path, Command command) in Commands(NanoIoTCommand.Create(), string.Empty))
        {
            string[] examples = [.. ExamplesOf(command)];
            Assert.IsNotEmpty(examples, path);
            foreach (string example in examples)
            {
                ParseResult parsed = NanoIoTCommand.Parse(Split(example));

                Assert.IsEmpty(parsed.Errors.Select(error => error.Message).ToArray(), $"{path}: {example}");
            }

            Assert.IsTrue(examples.Any(example => Begins(example, path) || path.Length == 0), $"{path}: no example is of this command");
        }
    }

    [TestMethod]
    public void An_argument_that_begins_with_an_at_sign_names_no_file()
    {
        ParseResult parsed = NanoIoTCommand.Parse(["campaign", "create", "--version", "1.4.2", "--stage", "@eu:30", "--stage", "all:100"]);

        Assert.IsEmpty(parsed.Errors);
        CollectionAssert.AreEqual(new[] { "@eu:30", "all:100" }, parsed.GetValue<string[]>("--stage"));
        Assert.AreEqual("eu", PlanOptions.ParseStage("@eu:30").Region);
    }

    [TestMethod]
    public async Task Every_example_that_needs_only_a_service_runs()
    {
        await File.WriteAllBytesAsync(Path.Combine(_folder, "app.bin"), new byte[5000]).ConfigureAwait(false);
        string[] examples = [.. Commands(NanoIoTCommand.Create(), string.Empty).SelectMany(item => ExamplesOf(item.Command)).Distinct()];
        var failed = new List<string>();
        int ran = 0;
        foreach (string example in examples.Where(example => !s_notRun.Any(item => Begins(example, item.Example))))
        {
            await ClearCampaignsAsync().ConfigureAwait(false);
            foreach (string before in s_before.FirstOrDefault(item => Begins(example, item.Example)).Before ?? [])
            {
                await RunAsync(before).ConfigureAwait(false);
            }

            int exitCode = await RunAsync(example).ConfigureAwait(false);
            if (exitCode != ExitCodes.Success)
            {
                failed.Add($"nanoiot {example}: exit code {exitCode}");
            }

            ran++;
        }

        Assert.IsEmpty(failed, string.Join('\n', failed));
        Assert.IsGreaterThan(examples.Length / 2, ran);
        string[] idle = [.. s_notRun.Select(item => item.Example).Where(item => !examples.Any(example => Begins(example, item)))];
        Assert.IsEmpty(idle, "no example begins like this any more: " + string.Join(", ", idle));
    }

    private async Task ClearCampaignsAsync()
    {
        foreach (Campaign campaign in _service.Cloud.Campaigns.List())
        {
            if (!campaign.IsOver)
            {
                await _service.Cloud.Campaigns.CancelAsync(campaign.Id).ConfigureAwait(false);
            }

            await _service.Cloud.Campaigns.DeleteAsync(campaign.Id).ConfigureAwait(false);
        }
    }

    private static string CreateCampaign(string options) => $"campaign create --id {CampaignId} --version 1.4.2 --stage lab:100 --stage field:100{options}";

    private static IEnumerable<(string Path, Command Command)> Commands(Command command, string path)
    {
        yield return (path, command);
        foreach ((string, Command) item in command.Subcommands.SelectMany(child => Commands(child, $"{path} {child.Name}".Trim())))
        {
            yield return item;
        }
    }

    /// <summary>The examples, without the command's own name.</summary>
    private static IEnumerable<string> ExamplesOf(Command command) => (command.Description ?? string.Empty)
        .Split('\n')
        .SkipWhile(line => !line.StartsWith("Example", StringComparison.Ordinal))
        .Select(line => line.Trim())
        .Where(line => line.StartsWith("nanoiot ", StringComparison.Ordinal))
        .Select(line => line["nanoiot ".Length..]);

    private static bool Begins(string example, string beginning) => example == beginning || example.StartsWith(beginning + " ", StringComparison.Ordinal);

    /// <summary>Splits as a POSIX shell does.</summary>
    private static List<string> Split(string line)
    {
        var arguments = new List<string>();
        var argument = new StringBuilder();
        char quote = '\0';
        foreach (char c in line + " ")
        {
            if (quote == '\0' && c is '\'' or '"')
            {
                quote = c;
            }
            else if (c == quote)
            {
                quote = '\0';
            }
            else if (c == ' ' && quote == '\0')
            {
                arguments.Add(argument.ToString());
                argument.Clear();
            }
            else
            {
                argument.Append(c);
            }
        }

        return arguments;
    }

    /// <summary>Runs a command line in a folder of its own, against the service.</summary>
    private async Task<int> RunAsync(string line)
    {
        // Files are named as a user in that folder would.
        string[] files = ["app.bin", "signing.pem", "./certs", "./claim"];
        string[] arguments = [.. Split(line).Select(argument => files.Contains(argument) ? Path.Combine(_folder, argument) : argument)];
        if (NanoIoTCommand.Parse([.. arguments, "--data", _service.Folder]) is { Errors.Count: 0 } withService)
        {
            return await withService.InvokeAsync().ConfigureAwait(false);
        }

        return await NanoIoTCommand.Parse(arguments).InvokeAsync().ConfigureAwait(false);
    }
}
