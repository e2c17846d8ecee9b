using System.CommandLine;
using System.Text.Json.Nodes;
using NanoIoT.Cli.Output;

namespace NanoIoT.Cli.Commands;

/// <summary><c>nanoiot table …</c>.</summary>
internal static class TableCommands
{
    private static readonly Argument<string> s_name = new("NAME") { Description = "the table's name: 3 to 255 of a-z A-Z 0-9 _ . -" };

    public static Command Create(CommonOptions common)
    {
        var command = new Command("table", "Local tables, which rules write and read where there is no DynamoDB.\n\nExamples:\n  nanoiot table create readings --hash-key thing --range-key ts\n  nanoiot table show readings --key pump-7");
        command.Subcommands.Add(CreateCreate(common));
        command.Subcommands.Add(CreateList(common));
        command.Subcommands.Add(CreateShow(common));
        command.Subcommands.Add(CreateDelete(common));
        return command;
    }

    private static Command CreateCreate(CommonOptions common)
    {
        var command = new Command("create", "Creates a table.\n\nExample:\n  nanoiot table create readings --hash-key thing --range-key ts");
        var hash = new Option<string>("--hash-key") { Description = "the name of the partition key", Required = true };
        var range = new Option<string?>("--range-key") { Description = "the name of the sort key" };
        command.Arguments.Add(s_name);
        command.Options.Add(hash);
        command.Options.Add(range);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            JsonNode answer = await api.PostAsync("nanoiot/tables", new { name = parsed.GetValue(s_name), hashKey = parsed.GetValue(hash), rangeKey = parsed.GetValue(range) }, cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ => report.Line($"table {answer["name"]} is there"));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateList(CommonOptions common)
    {
        var command = new Command("list", "Lists tables.\n\nExample:\n  nanoiot table list");
        command.Options.Add(common.Wide);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            JsonNode answer = await api.GetAsync("nanoiot/tables", cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ =>
            {
                var table = new ListTable(
                    new ListColumn("table", 1, 16),
                    new ListColumn("partition key", 1, 10),
                    new ListColumn("sort key", 1, 8));
                foreach (JsonNode? item in answer["tables"]!.AsArray())
                {
                    table.Add(item!["name"]!.ToString(), item["hashKey"]!.ToString(), item["rangeKey"]?.ToString() ?? string.Empty);
                }

                table.Write(report, parsed.GetValue(common.Wide));
            });
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateShow(CommonOptions common)
    {
        var command = new Command("show", "Shows a table's items, in the order of their keys.\n\nExample:\n  nanoiot table show readings --key pump-7");
        var key = new Option<string?>("--key") { Description = "only those of this value of the partition key" };
        var limit = new Option<int>("--limit") { Description = "how many at most, 1 to 1000", DefaultValueFactory = _ => 100 };
        limit.RequireRange(1, 1000);
        command.Arguments.Add(s_name);
        command.Options.Add(key);
        command.Options.Add(limit);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            string query = parsed.GetValue(key) is string value ? "&key=" + Uri.EscapeDataString(value) : string.Empty;
            JsonNode answer = await api.GetAsync($"nanoiot/tables/{Uri.EscapeDataString(parsed.GetValue(s_name)!)}/items?limit={parsed.GetValue(limit)}{query}", cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ =>
            {
                foreach (JsonNode? item in answer["items"]!.AsArray())
                {
                    report.Line(item!.ToJsonString());
                }
            });
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateDelete(CommonOptions common)
    {
        var command = new Command("delete", "Deletes a table with its items.\n\nExample:\n  nanoiot table delete readings");
        command.Arguments.Add(s_name);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            JsonNode answer = await api.DeleteAsync("nanoiot/tables/" + Uri.EscapeDataString(parsed.GetValue(s_name)!), cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ => report.Line("deleted"));
            return ExitCodes.Success;
        });
        return command;
    }
}
