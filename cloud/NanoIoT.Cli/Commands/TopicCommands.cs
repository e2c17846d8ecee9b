using System.CommandLine;
using System.Text.Json.Nodes;
using NanoIoT.Cli.Output;

namespace NanoIoT.Cli.Commands;

/// <summary><c>nanoiot topic …</c>.</summary>
internal static class TopicCommands
{
    private static readonly Argument<string> s_name = new("NAME") { Description = "the topic's name: 1 to 256 of a-z A-Z 0-9 _ -" };

    public static Command Create(CommonOptions common)
    {
        var command = new Command("topic", "Notification topics with SNS's manners: HTTP(S) and email subscribers, confirmed by a token.\n\nExamples:\n  nanoiot topic create alarms\n  nanoiot topic subscribe alarms --protocol https --endpoint https://example.com/alarms\n  nanoiot topic subscribe alarms --protocol email --endpoint ops@example.com");
        command.Subcommands.Add(CreateCreate(common));
        command.Subcommands.Add(CreateList(common));
        command.Subcommands.Add(CreateShow(common));
        command.Subcommands.Add(CreateSubscribe(common));
        command.Subcommands.Add(CreateUnsubscribe(common));
        command.Subcommands.Add(CreatePublish(common));
        command.Subcommands.Add(CreateDelete(common));
        return command;
    }

    private static string Path(ParseResult parsed) => "nanoiot/topics/" + Uri.EscapeDataString(parsed.GetValue(s_name)!);

    private static Command CreateCreate(CommonOptions common)
    {
        var command = new Command("create", "Creates a topic; the action sns takes its ARN.\n\nExample:\n  nanoiot topic create alarms");
        command.Arguments.Add(s_name);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            JsonNode answer = await api.PostAsync("nanoiot/topics", new { name = parsed.GetValue(s_name) }, cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ => report.Line(answer["arn"]!.ToString()));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateList(CommonOptions common)
    {
        var command = new Command("list", "Lists topics.\n\nExample:\n  nanoiot topic list");
        command.Options.Add(common.Wide);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            JsonNode answer = await api.GetAsync("nanoiot/topics", cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ =>
            {
                var table = new ListTable(
                    new ListColumn("topic", 1, 16),
                    new ListColumn("arn", 2, 20),
                    new ListColumn("subscriptions", 1, 13));
                foreach (JsonNode? topic in answer["topics"]!.AsArray())
                {
                    table.Add(topic!["name"]!.ToString(), topic["arn"]!.ToString(), topic["subscriptions"]!.ToString());
                }

                table.Write(report, parsed.GetValue(common.Wide));
            });
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateShow(CommonOptions common)
    {
        var command = new Command("show", "Shows a topic's subscriptions.\n\nExample:\n  nanoiot topic show alarms");
        command.Arguments.Add(s_name);
        command.Options.Add(common.Wide);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            JsonNode answer = await api.GetAsync(Path(parsed), cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ =>
            {
                report.Line(answer["arn"]!.ToString());
                var table = new ListTable(
                    new ListColumn("subscription", 1, 32),
                    new ListColumn("protocol", 3, 8),
                    new ListColumn("endpoint", 1, 20),
                    new ListColumn("state", 1, 8));
                foreach (JsonNode? item in answer["subscriptions"]!.AsArray())
                {
                    table.Add(item!["id"]!.ToString(), item["protocol"]!.ToString(), item["endpoint"]!.ToString(), item["confirmed"]!.GetValue<bool>() ? string.Empty : "not confirmed");
                }

                table.Write(report, parsed.GetValue(common.Wide));
            });
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateSubscribe(CommonOptions common)
    {
        var command = new Command("subscribe", "Subscribes a URL or an address; it is sent a token, and gets messages once that came back.\n\nExample:\n  nanoiot topic subscribe alarms --protocol https --endpoint https://example.com/alarms");
        var protocol = new Option<string>("--protocol") { Description = "http, https or email", Required = true };
        protocol.AcceptOnlyFromAmong("http", "https", "email");
        var endpoint = new Option<string>("--endpoint") { Description = "the URL or address", Required = true };
        var raw = new Option<bool>("--raw") { Description = "deliver the message alone, without SNS's envelope and signature" };
        command.Arguments.Add(s_name);
        command.Options.Add(protocol);
        command.Options.Add(endpoint);
        command.Options.Add(raw);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            JsonNode answer = await api.PostAsync(Path(parsed) + "/subscriptions", new { protocol = parsed.GetValue(protocol), endpoint = parsed.GetValue(endpoint), raw = parsed.GetValue(raw) }, cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ => report.Line($"subscription {answer["id"]} {(answer["confirmed"]!.GetValue<bool>() ? "is confirmed" : "waits for its confirmation")}"));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateUnsubscribe(CommonOptions common)
    {
        var command = new Command("unsubscribe", "Ends a subscription.\n\nExample:\n  nanoiot topic unsubscribe alarms 1a2b…");
        var id = new Argument<string>("SUBSCRIPTION") { Description = "the subscription's id" };
        command.Arguments.Add(s_name);
        command.Arguments.Add(id);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            JsonNode answer = await api.DeleteAsync($"{Path(parsed)}/subscriptions/{Uri.EscapeDataString(parsed.GetValue(id)!)}", cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ => report.Line("unsubscribed"));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreatePublish(CommonOptions common)
    {
        var command = new Command("publish", "Publishes a message to a topic's subscribers.\n\nExample:\n  nanoiot topic publish alarms --message 'pump 7 is hot'");
        var message = new Option<string>("--message") { Description = "the message, at most 256 KB", Required = true };
        var subject = new Option<string?>("--subject") { Description = "its subject" };
        command.Arguments.Add(s_name);
        command.Options.Add(message);
        command.Options.Add(subject);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            JsonNode answer = await api.PostAsync(Path(parsed) + "/publish", new { message = parsed.GetValue(message), subject = parsed.GetValue(subject) }, cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ => report.Line($"message {answer["messageId"]}"));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateDelete(CommonOptions common)
    {
        var command = new Command("delete", "Deletes a topic with its subscriptions.\n\nExample:\n  nanoiot topic delete alarms");
        command.Arguments.Add(s_name);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            JsonNode answer = await api.DeleteAsync(Path(parsed), cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ => report.Line("deleted"));
            return ExitCodes.Success;
        });
        return command;
    }
}
