using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using NanoIoT.Cli.Output;
using NanoIoT.Cloud.Campaigns;
using Spectre.Console;

namespace NanoIoT.Cli.Commands;

/// <summary><c>nanoiot campaign …</c>.</summary>
internal static class CampaignCommands
{
    private static readonly Argument<string> s_id = new("ID") { Description = "the campaign's id" };

    public static Command Create(CommonOptions common)
    {
        var command = new Command("campaign", "Campaigns: bringing a version to boards, stage by stage.\n\nExamples:\n  nanoiot campaign create --version 1.4.2 --stage lab:100 --stage field:100\n  nanoiot campaign list");
        command.Subcommands.Add(CreateCreate(common));
        command.Subcommands.Add(CreateList(common));
        command.Subcommands.Add(CreateWatch(common));
        command.Subcommands.Add(CreateChange(common, "pause", "Stops boards from beginning; what downloads waits at its next chunk."));
        command.Subcommands.Add(CreateChange(common, "resume", "Lets boards begin again."));
        command.Subcommands.Add(CreateChange(common, "cancel", "Ends a campaign: boards that have not staged the image give up."));
        command.Subcommands.Add(CreateDelete(common));
        return command;
    }

    private static Command CreateCreate(CommonOptions common)
    {
        var command = new Command(
            "create",
            """
            Creates a campaign and begins its first stage. A stage is AUDIENCE:PERCENT[:SUCCESS[:BAKE]]: who (a group, @REGION,
            GROUP@REGION, or all), how many percent of them, the percent that must succeed before the next stage (100), and the
            seconds between (0).

            Examples:
              nanoiot campaign create --version 1.4.2 --stage lab:100 --stage field:25:90:600 --stage field:100
              nanoiot campaign create --component app --version 1.4.2 --stage @eu:10 --stage all:100 --abort-percent 5 --abort-minimum 20
            """);
        var id = new Option<string?>("--id") { Description = "its id (default: one of the service's choosing)" };
        var component = new Option<string>("--component") { Description = "the component to update", DefaultValueFactory = _ => "app" };
        var version = new Option<string>("--version") { Description = "the published version to bring", Required = true };
        var stages = new Option<string[]>("--stage") { Description = "a stage; may be given again, in order", Required = true };
        var abortPercent = new Option<int>("--abort-percent") { Description = "abort when this share of boards that are done did not succeed", DefaultValueFactory = _ => 20 };
        var abortMinimum = new Option<int>("--abort-minimum") { Description = "boards that must be done before the share counts", DefaultValueFactory = _ => 5 };
        var spread = new Option<int>("--spread") { Description = "seconds over which boards spread their start" };
        var acceptNoTrial = new Option<bool>("--accept-no-trial") { Description = "accept that boards cannot go back by themselves (the nanoCLR, overwrite-only slots)" };
        foreach (Option option in new Option[] { id, component, version, stages, abortPercent, abortMinimum, spread, acceptNoTrial })
        {
            command.Options.Add(option);
        }

        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            var request = new CampaignRequest
            {
                Id = parsed.GetValue(id),
                Component = parsed.GetValue(component)!,
                Version = parsed.GetValue(version)!,
                Stages = [.. parsed.GetValue(stages)!.Select(ParseStage)],
                AbortPercent = parsed.GetValue(abortPercent),
                AbortMinimum = parsed.GetValue(abortMinimum),
                SpreadSeconds = parsed.GetValue(spread),
                AcceptNoTrial = parsed.GetValue(acceptNoTrial),
            };
            JsonNode answer = await api.PostAsync("nanoiot/campaigns", request, cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ => report.Line($"created {answer["id"]}; follow it with: nanoiot campaign watch {answer["id"]}"));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateList(CommonOptions common)
    {
        var command = new Command(
            "list",
            """
            Lists campaigns.

            Example:
              nanoiot campaign list
            """);
        common.RunWithApi(command, async (_, api, report, cancellationToken) =>
        {
            JsonNode answer = await api.GetAsync("nanoiot/campaigns", cancellationToken).ConfigureAwait(false);
            report.Write(answer, console =>
            {
                Table table = new Table().Border(TableBorder.Simple).AddColumns("campaign", "component", "version", "stage", "status", "reason");
                foreach (JsonNode? item in answer["campaigns"]!.AsArray())
                {
                    JsonNode request = item!["request"]!;
                    table.AddRow(
                        Markup.Escape(item["id"]!.ToString()),
                        Markup.Escape(request["component"]!.ToString()),
                        Markup.Escape(request["version"]!.ToString()),
                        $"{item["stage"]!.GetValue<int>() + 1}/{request["stages"]!.AsArray().Count}",
                        item["status"]!.ToString(),
                        Markup.Escape(item["reason"]?.ToString() ?? string.Empty));
                }

                console.Write(table);
            });
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateWatch(CommonOptions common)
    {
        var command = new Command(
            "watch",
            """
            Follows a campaign to its end. Exit code 0 when it completed.

            Examples:
              nanoiot campaign watch app-1-4-2-3fa9c1
              nanoiot campaign watch app-1-4-2-3fa9c1 --output json
            """);
        command.Arguments.Add(s_id);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            JsonNode view = await CampaignWatcher.WatchAsync(api, parsed.GetValue(s_id)!, report, cancellationToken).ConfigureAwait(false);
            report.Write(view);
            return view["campaign"]!["status"]!.GetValue<string>() == CampaignStatus.Completed ? ExitCodes.Success : ExitCodes.Failure;
        });
        return command;
    }

    private static Command CreateChange(CommonOptions common, string verb, string description)
    {
        var command = new Command(verb, $"{description}\n\nExample:\n  nanoiot campaign {verb} app-1-4-2-3fa9c1");
        command.Arguments.Add(s_id);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            JsonNode answer = await api.PostAsync($"nanoiot/campaigns/{Uri.EscapeDataString(parsed.GetValue(s_id)!)}/{verb}", null, cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ => report.Line($"{answer["id"]}: {answer["status"]}"));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateDelete(CommonOptions common)
    {
        var command = new Command(
            "delete",
            """
            Deletes a campaign that is over, with its announcements and progress.

            Example:
              nanoiot campaign delete app-1-4-2-3fa9c1
            """);
        command.Arguments.Add(s_id);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            JsonNode answer = await api.DeleteAsync("nanoiot/campaigns/" + Uri.EscapeDataString(parsed.GetValue(s_id)!), cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ => report.Line($"deleted {answer["deleted"]}"));
            return ExitCodes.Success;
        });
        return command;
    }

    private static CampaignStage ParseStage(string text)
    {
        string[] parts = text.Split(':');
        if (parts.Length is < 2 or > 4 || parts[0].Length == 0 || !parts[1..].All(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            throw new CliException(ExitCodes.Usage, "Usage", $"--stage: {text} is no AUDIENCE:PERCENT[:SUCCESS[:BAKE]].");
        }

        int at = parts[0].IndexOf('@', StringComparison.Ordinal);
        string group = at < 0 ? parts[0] : parts[0][..at];
        int Number(int index, int otherwise) => parts.Length > index ? int.Parse(parts[index], CultureInfo.InvariantCulture) : otherwise;
        return new CampaignStage
        {
            Group = group is "" or "all" ? null : group,
            Region = at < 0 ? null : parts[0][(at + 1)..],
            Percent = Number(1, 100),
            SuccessPercent = Number(2, 100),
            BakeSeconds = Number(3, 0),
        };
    }
}
