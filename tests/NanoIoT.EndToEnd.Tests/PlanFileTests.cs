using System.Text.Json.Nodes;
using NanoIoT.Testing;

namespace NanoIoT.EndToEnd.Tests;

/// <summary>A plan in a file, with options of the command line.</summary>
[TestClass]
public sealed class PlanFileTests
{
    private readonly string _file = Path.GetTempFileName();

    [TestCleanup]
    public void Stop() => File.Delete(_file);

    [TestMethod]
    [DataRow("""{"stages":[{"percent":10},{"percent":100}]}""", "--version 1.4.2", "app", "1.4.2")]
    [DataRow("""{"stages":[{"percent":10},{"percent":100}],"version":"1.0.0"}""", "--version 1.4.2 --component clr", "clr", "1.4.2")]
    [DataRow("""{"stages":[{"percent":10},{"percent":100}],"version":"1.0.0","component":"clr",}  // as in the file""", "", "clr", "1.0.0")]
    public async Task Version_and_component_are_taken_from_the_command_line_or_the_file(string plan, string options, string component, string version)
    {
        (int exitCode, string output, string errors) = await PlanAsync(plan, options + " --output json").ConfigureAwait(false);

        Assert.AreEqual(0, exitCode, errors);
        JsonNode answer = JsonNode.Parse(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1])!;
        Assert.AreEqual((component, version, 2), (answer["component"]!.GetValue<string>(), answer["version"]!.GetValue<string>(), answer["stages"]!.AsArray().Count));
    }

    [TestMethod]
    [DataRow("""{"stages":[{}]}""", "", "has no version; write one in it, or give --version", 1)]
    [DataRow("""{"stages":[{}],"version":"1.0.0"}""", "--stage all:100", "--stage cannot be given with --file", 2)]
    [DataRow("""{"stages":[{}],"version":"1.0.0"}""", "--abort any:5:5", "--abort cannot be given with --file", 2)]
    [DataRow("""{"stages":[{}],"version":"1.0.0"}""", "--spread 60", "--spread cannot be given with --file", 2)]
    [DataRow("""{"stages":[{}],"version":"1.0.0","nonsense":1}""", "", "nonsense", 1)]
    [DataRow("[]", "--version 1.0.0", "must contain a JSON object with a plan", 1)]
    [DataRow("""{"version":"1.0.0"}""", "", "stages", 1)]
    [DataRow("""{"version":""", "", "is not a valid plan", 1)]
    public async Task What_is_wrong_is_said(string plan, string options, string message, int expected)
    {
        (int exitCode, string output, string errors) = await PlanAsync(plan, options).ConfigureAwait(false);

        Assert.AreEqual(expected, exitCode, output + errors);
        Assert.Contains(message, errors);
    }

    private async Task<(int ExitCode, string Output, string Errors)> PlanAsync(string plan, string options)
    {
        await File.WriteAllTextAsync(_file, plan).ConfigureAwait(false);
        return await NanoIoTProcess.RunAsync(["campaign", "plan", "--file", _file, "--boards", "100", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]).ConfigureAwait(false);
    }
}
