using System.CommandLine;
using System.Text.Json.Nodes;

namespace NanoIoT.Cli.Commands;

/// <summary><c>nanoiot tail</c>.</summary>
internal static class TailCommand
{
    public static Command Create(CommonOptions common)
    {
        var command = new Command(
            "tail",
            """
            Shows what a statement makes of messages as they come. Ctrl+C ends it. It acts on nothing and keeps nothing; where messages
            come faster than they are read, some are left out and counted.

            Examples:
              nanoiot tail "SELECT * FROM 'nanoiot/things/+/telemetry'"
              nanoiot tail "SELECT topic(3) AS thing, state FROM 'nanoiot/things/+/ota/progress'" --count 10 --output json
            """);
        var sql = new Argument<string>("SQL") { Description = "the statement" };
        var count = new Option<int?>("--count") { Description = "end after so many" };
        var version = SqlVersionOption.Create();
        command.Arguments.Add(sql);
        command.Options.Add(count);
        command.Options.Add(version);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            int seen = 0;
            try
            {
                await foreach (string line in api.GetLinesAsync($"nanoiot/tail?sql={Uri.EscapeDataString(parsed.GetValue(sql)!)}&version={Uri.EscapeDataString(parsed.GetValue(version)!)}", cancellationToken).ConfigureAwait(false))
                {
                    JsonNode item = JsonNode.Parse(line)!;
                    if (item["dropped"] is JsonNode dropped)
                    {
                        await Console.Error.WriteLineAsync($"({dropped} left out)").ConfigureAwait(false);
                    }

                    await Console.Out.WriteLineAsync(report.IsJson ? line : $"{item["topic"]}  {item["result"]?.ToJsonString() ?? "null"}").ConfigureAwait(false);
                    if (++seen == parsed.GetValue(count))
                    {
                        break;
                    }
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // Ctrl+C is how it ends.
                return ExitCodes.Success;
            }

            return ExitCodes.Success;
        });
        return command;
    }
}
