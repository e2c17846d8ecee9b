using System.CommandLine;
using System.Text.Json.Nodes;

namespace NanoIoT.Cli.Commands;

/// <summary><c>nanoiot operations</c>.</summary>
internal static class OperationCommands
{
    public static Command Create(CommonOptions common)
    {
        var command = new Command("operations", "Lists AWS IoT's operations and how much of each the service supports, or every endpoint with its authorization policy.\n\nExamples:\n  nanoiot operations\n  nanoiot operations --endpoints");
        var endpoints = new Option<bool>("--endpoints") { Description = "List the endpoints with their policies, and who passes each policy." };
        command.Options.Add(endpoints);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            JsonNode answer = await api.GetAsync("nanoiot/operations", cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ => report.Line(answer[parsed.GetValue(endpoints) ? "accessMarkdown" : "markdown"]!.GetValue<string>().TrimEnd()));
            return ExitCodes.Success;
        });
        return command;
    }
}
