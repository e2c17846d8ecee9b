using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NanoIoT.Cli.Output;
using NanoIoT.Cloud.Campaigns;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Plans;

namespace NanoIoT.Cli.Commands;

/// <summary><c>nanoiot campaign …</c>.</summary>
internal static class CampaignCommands
{
    private static readonly Argument<string> s_id = new("ID") { Description = "the campaign's id" };

    public static Command Create(CommonOptions common)
    {
        var command = new Command("campaign", "Campaigns: bringing a version to boards, stage by stage.\n\nExamples:\n  nanoiot campaign create --version 1.4.2 --stage lab:100 --stage field:100\n  nanoiot campaign list");
        command.Subcommands.Add(CreateCreate(common));
        command.Subcommands.Add(CreatePlan(common));
        command.Subcommands.Add(SimulateCommand.Create(common));
        command.Subcommands.Add(CreateList(common));
        command.Subcommands.Add(CreateShow(common));
        command.Subcommands.Add(CreateBoards(common));
        command.Subcommands.Add(CreateHistory(common));
        command.Subcommands.Add(CreateWatch(common));
        command.Subcommands.Add(CreateChange(common, "pause", "Stops boards from beginning; what downloads waits at its next chunk."));
        command.Subcommands.Add(CreateChange(common, "resume", "Lets boards begin again."));
        command.Subcommands.Add(CreateChange(common, "cancel", "Ends a campaign: boards that have not staged the image give up."));
        command.Subcommands.Add(CreateApprove(common));
        command.Subcommands.Add(CreateChange(common, "force", "Begins the next stage whatever the one under way has met; in the last stage, admits every board at once."));
        command.Subcommands.Add(CreateConfirmClock(common));
        command.Subcommands.Add(CreateRetry(common));
        command.Subcommands.Add(CreateDelete(common));
        return command;
    }

    private static Command CreateCreate(CommonOptions common)
    {
        var command = new Command(
            "create",
            $"""
            Creates a campaign and begins its first stage.

            {PlanOptions.Help}

            Examples:
              nanoiot campaign create --version 1.4.2 --stage lab:100 --stage field:25:90:600 --stage field:100,approval
              nanoiot campaign create --version 1.4.2 --stage @eu:10 --stage all:100,max=5000,base=100,factor=2,admitted=500 --abort rolledBack:5:20
              nanoiot campaign create --version 1.4.2 --stage all:100 --window 02:00+180@sat,sun --timeout downloading=7200 --end 2026-12-31T00:00Z
            """);
        var plan = new PlanOptions();
        plan.AddTo(command);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            JsonNode answer = await api.PostAsync("nanoiot/campaigns", plan.Read(parsed), cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ => report.Line($"created {answer["id"]} ({answer["status"]}); follow it with: nanoiot campaign watch {answer["id"]}"));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreatePlan(CommonOptions common)
    {
        var command = new Command(
            "plan",
            $"""
            Says what a campaign would do, and does nothing: boards a stage by the gate hash, exactly; time, bytes, messages,
            DynamoDB units and AWS's price; and what is in its way (exit code 1). With --boards it needs no service: for so many
            boards in every audience and an image of --size bytes.

            {PlanOptions.Help}

            Examples:
              nanoiot campaign plan --id spring --version 1.4.2 --stage lab:100 --stage field:25:90:600 --stage field:100
              nanoiot campaign plan --version 1.4.2 --stage all:1 --stage all:10 --stage all:100 --boards 1000000 --size 204800
            """);
        var plan = new PlanOptions();
        plan.AddTo(command);
        var boards = new Option<int?>("--boards") { Description = "plan for so many boards instead of the fleet there is, 1 to 10,000,000" };
        var size = new Option<int>("--size") { Description = "with --boards: the image's length in bytes", DefaultValueFactory = _ => 204800 };
        command.Options.Add(boards);
        command.Options.Add(size);
        common.RunWithOptionalApi(command, async (parsed, api, report, cancellationToken) =>
        {
            JsonNode answer;
            if (parsed.GetValue(boards) is int count)
            {
                CampaignRequest request = plan.Read(parsed);
                answer = JsonSerializer.SerializeToNode(CampaignEstimate.Of(request with { Id = request.Id ?? "plan" }, count, parsed.GetValue(size)), JsonSerializerOptions.Web)!;
            }
            else
            {
                answer = await api().PostAsync("nanoiot/campaigns/plan", plan.Read(parsed), cancellationToken).ConfigureAwait(false);
            }

            report.Write(answer, _ => PlanTable.Write(report, answer));
            return answer["obstacles"]!.AsArray().Count == 0 ? ExitCodes.Success : ExitCodes.Failure;
        });
        return command;
    }

    private static Command CreateShow(CommonOptions common)
    {
        var command = new Command(
            "show",
            """
            Shows a campaign: its stages, its counts, and what it waits for.

            Example:
              nanoiot campaign show app-1-4-2-3fa9c1
            """);
        command.Arguments.Add(s_id);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            JsonNode view = await api.GetAsync(Path(parsed), cancellationToken).ConfigureAwait(false);
            report.Write(view, console => console.Write(CampaignTable.Render(view)));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateBoards(CommonOptions common)
    {
        var command = new Command(
            "boards",
            """
            Lists a campaign's boards as what they are: where they stand in it, what they run now, since when they are offline, and
            whether they were deleted, replaced or flashed by hand since.

            Examples:
              nanoiot campaign boards app-1-4-2-3fa9c1
              nanoiot campaign boards app-1-4-2-3fa9c1 --state rolledBack --output json
            """);
        command.Arguments.Add(s_id);
        var state = new Option<string?>("--state") { Description = "only those in a state: pending, accepted, downloading, staged, testing, succeeded, failed, rolledBack, rejected, timedOut" };
        command.Options.Add(state);
        command.Options.Add(common.Wide);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            var all = new JsonArray();
            string? after = null;
            do
            {
                string query = string.Join('&', new[] { ("state", parsed.GetValue(state)), ("after", after) }.Where(item => item.Item2 is not null).Select(item => $"{item.Item1}={Uri.EscapeDataString(item.Item2!)}"));
                JsonNode page = await api.GetAsync($"{Path(parsed)}/boards?{query}", cancellationToken).ConfigureAwait(false);
                foreach (JsonNode? board in page["boards"]!.AsArray())
                {
                    all.Add(board!.DeepClone());
                }

                after = page["next"]?.GetValue<string>();
            }
            while (after is not null);
            report.Write(new JsonObject { ["boards"] = all }, _ =>
            {
                var table = new ListTable(
                    new ListColumn("board", 1, 16),
                    new ListColumn("state", 1, 11),
                    new ListColumn("stage", 4, 5),
                    new ListColumn("runs", 3, 8),
                    new ListColumn("since", 3, 12),
                    new ListColumn("connected", 2, 9),
                    new ListColumn("reason", 2, 16),
                    new ListColumn("notes", 5, 8));
                foreach (JsonNode? board in all)
                {
                    long? offline = board!["offlineSince"]?.GetValue<long>();
                    table.Add(
                        board["thing"]!.ToString(),
                        board["state"]!.ToString(),
                        board["stage"]!.GetValue<int>() < 0 ? "-" : (board["stage"]!.GetValue<int>() + 1).ToString(CultureInfo.InvariantCulture),
                        board["running"]?.ToString() ?? "-",
                        board["since"] is JsonNode since ? Ago(since.GetValue<long>()) : "-",
                        Connected(board, offline),
                        string.Join(' ', new[] { board["reason"]?.ToString(), board["detail"]?.ToString() }.Where(text => text is not null)),
                        string.Join(", ", board["notes"]!.AsArray().Select(note => note!.ToString())));
                }

                table.Write(report, parsed.GetValue(common.Wide));
            });
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateHistory(CommonOptions common)
    {
        var command = new Command(
            "history",
            """
            Lists the steps a campaign took: when, who, what, why.

            Example:
              nanoiot campaign history app-1-4-2-3fa9c1
            """);
        command.Arguments.Add(s_id);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            JsonNode answer = await api.GetAsync(Path(parsed) + "/history", cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ =>
            {
                foreach (JsonNode? step in answer["history"]!.AsArray())
                {
                    report.Line($"{Moment(step!["at"]!.GetValue<long>())}  {step["who"]}  {step["what"]}: {step["why"]}");
                }
            });
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateApprove(CommonOptions common)
    {
        var command = new Command(
            "approve",
            """
            Approves the next stage that needs it; before its turn too.

            Examples:
              nanoiot campaign approve app-1-4-2-3fa9c1
              nanoiot campaign approve app-1-4-2-3fa9c1 --stage 2
            """);
        command.Arguments.Add(s_id);
        var stage = new Option<int?>("--stage") { Description = "which, from 1 (default: the next that needs it)" };
        command.Options.Add(stage);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            string query = parsed.GetValue(stage) is int number ? string.Create(CultureInfo.InvariantCulture, $"?stage={number}") : string.Empty;
            JsonNode answer = await api.PostAsync(Path(parsed) + "/approve" + query, null, cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ => report.Line($"{answer["id"]}: stage {answer["approved"]!.GetValue<int>() + 1} approved"));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateConfirmClock(CommonOptions common)
    {
        var command = new Command(
            "confirm-clock",
            """
            Confirms that the clock of the service's machine is right after it was set while campaigns ran. The service logs such a
            jump as ClockJumped and holds campaigns whose next step it changes, until the clock is corrected or confirmed. Schedules
            then use the new time. The jump does not change how long stages and boards have waited. With several replicas, confirm
            on each one.

            Example:
              nanoiot campaign confirm-clock
            """);
        common.RunWithApi(command, async (_, api, report, cancellationToken) =>
        {
            JsonNode answer = await api.PostAsync("nanoiot/campaigns/confirm-clock", null, cancellationToken).ConfigureAwait(false);
            int campaigns = answer["campaigns"]!.AsArray().Count;
            report.Write(answer, _ => report.Line($"Confirmed: the clock jumped by {answer["jumpSeconds"]} s. {Quantity.Of(campaigns, "campaign")} {(campaigns == 1 ? "uses" : "use")} the new time."));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateRetry(CommonOptions common)
    {
        var command = new Command(
            "retry",
            """
            Calls the boards again that failed, rolled back or rejected; at most 1,000 at a time.

            Example:
              nanoiot campaign retry app-1-4-2-3fa9c1
            """);
        command.Arguments.Add(s_id);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            JsonNode answer = await api.PostAsync(Path(parsed) + "/retry", null, cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ => report.Line($"{answer["id"]}: {answer["boards"]} boards are called again"));
            return ExitCodes.Success;
        });
        return command;
    }

    private static string Path(ParseResult parsed) => "nanoiot/campaigns/" + Uri.EscapeDataString(parsed.GetValue(s_id)!);

    private static string Ago(long milliseconds) =>
        RelativeTime.Format(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), TimeProvider.System.GetUtcNow());

    private static string Connected(JsonNode board, long? offline)
    {
        if (board["isConnected"]!.GetValue<bool>())
        {
            return "yes";
        }

        return offline is long moment ? "no, since " + Ago(moment).Replace(" ago", string.Empty, StringComparison.Ordinal) : "no";
    }

    private static string Moment(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("u", CultureInfo.InvariantCulture);

    private static Command CreateList(CommonOptions common)
    {
        var command = new Command(
            "list",
            """
            Lists campaigns.

            Example:
              nanoiot campaign list
            """);
        command.Options.Add(common.Wide);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            JsonNode answer = await api.GetAsync("nanoiot/campaigns", cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ =>
            {
                var table = new ListTable(
                    new ListColumn("campaign", 1, 16),
                    new ListColumn("component", 3, 8),
                    new ListColumn("version", 2, 8),
                    new ListColumn("stage", 2, 5),
                    new ListColumn("status", 1, 9),
                    new ListColumn("reason", 4, 16));
                foreach (JsonNode? item in answer["campaigns"]!.AsArray())
                {
                    JsonNode request = item!["request"]!;
                    table.Add(
                        item["id"]!.ToString(),
                        request["component"]!.ToString(),
                        request["version"]!.ToString(),
                        $"{item["stage"]!.GetValue<int>() + 1}/{request["stages"]!.AsArray().Count}",
                        item["status"]!.ToString(),
                        item["reason"]?.ToString() ?? string.Empty);
                }

                table.Write(report, parsed.GetValue(common.Wide));
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
            JsonNode answer = await api.PostAsync($"{Path(parsed)}/{verb}", null, cancellationToken).ConfigureAwait(false);
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
            JsonNode answer = await api.DeleteAsync(Path(parsed), cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ => report.Line($"deleted {answer["deleted"]}"));
            return ExitCodes.Success;
        });
        return command;
    }
}
