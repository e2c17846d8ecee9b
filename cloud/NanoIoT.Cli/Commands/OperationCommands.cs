using System.CommandLine;
using System.Text.Json.Nodes;

namespace NanoIoT.Cli.Commands;

/// <summary><c>nanoiot operations</c>.</summary>
internal static class OperationCommands
{
    public static Command Create(CommonOptions common)
    {
        var command = new Command("operations", "Lists AWS IoT's operations and how much of each the service has, as the table of cloud/README.md.\n\nExample:\n  nanoiot operations");
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            JsonNode answer = await api.GetAsync("nanoiot/operations", cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ => report.Line(answer["markdown"]!.GetValue<string>().TrimEnd()));
            return ExitCodes.Success;
        });
        return command;
    }
}
