using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NanoIoT.Cli.Api;
using NanoIoT.Cli.Output;
using NanoIoT.Cloud.Rules;

namespace NanoIoT.Cli.Commands;

/// <summary><c>nanoiot rule …</c>.</summary>
internal static class RuleCommands
{
    private static readonly Argument<string> s_name = new("NAME") { Description = "the rule's name: a-z A-Z 0-9 _" };

    public static Command Create(CommonOptions common)
    {
        var command = new Command("rule", "Rules: AWS IoT SQL on messages, and what is done with the results. Changing them needs the role admin.\n\nExamples:\n  nanoiot rule list\n  nanoiot rule test --sql \"SELECT temperature AS t FROM 'site/#' WHERE temperature > 20\" --topic site/7 --payload '{\"temperature\":21}'");
        command.Subcommands.Add(CreateCreate(common, "create", "Creates a rule."));
        command.Subcommands.Add(CreateCreate(common, "replace", "Puts a rule in another's place."));
        command.Subcommands.Add(CreateList(common));
        command.Subcommands.Add(CreateShow(common));
        command.Subcommands.Add(CreateSwitch(common, "enable", "Turns a rule on."));
        command.Subcommands.Add(CreateSwitch(common, "disable", "Turns a rule off; what it queued is still delivered."));
        command.Subcommands.Add(CreateDelete(common));
        command.Subcommands.Add(CreateTest(common));
        command.Subcommands.Add(CreateDeadLetters(common));
        command.Subcommands.Add(CreateCatalog(common));
        return command;
    }

    private static string Path(ParseResult parsed) => "rules/" + Uri.EscapeDataString(parsed.GetValue(s_name)!);

    private static JsonObject ReadJson(string text, string option)
    {
        if (!text.StartsWith('@'))
        {
            return ParseAction(text) ?? throw CliException.Usage($"{option}: {NotAnAction(text)}");
        }

        string file = text[1..];
        return ParseAction(CommandFiles.ReadText(file)) ?? throw CliException.InvalidInput($"{option}: {NotAnAction("@" + file)}");
    }

    private static JsonObject? ParseAction(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string NotAnAction(string text) => $"'{text}' is not valid. Use {{\"TYPE\":{{settings}}}} or @FILE with such a JSON object.";

    /// <summary>What can be checked of an action without its file.</summary>
    private static void CheckAction(Option option) =>
        option.Require(text => text.StartsWith('@') ? text.Length > 1 : ParseAction(text) is not null, "must be a JSON object, {\"TYPE\":{settings}}, or @FILE");

    private static Command CreateCreate(CommonOptions common, string verb, string summary)
    {
        var command = new Command(
            verb,
            $$$"""
            {{{summary}}} An action is JSON, {"TYPE":{settings}}, or @FILE; `cloud/NanoIoT.Cloud/Rules/README.md` lists types and settings.

            Examples:
              nanoiot rule {{{verb}}} hot --sql "SELECT topic(3) AS thing, (SELECT ts, temperature FROM readings WHERE temperature > 60) AS hot FROM 'nanoiot/things/+/telemetry' WHERE get((SELECT VALUE temperature FROM readings WHERE temperature > 60), 0) > 60" --action '{"republish":{"topic":"alarms/${topic(3)}","qos":1}}'
              nanoiot rule {{{verb}}} keep --sql "SELECT * FROM 'nanoiot/things/+/telemetry'" --action '{"archive":{"folder":"telemetry","maxSeconds":900}}'
              nanoiot rule {{{verb}}} hook --sql "SELECT * FROM 'alarms/#'" --action '{"webhook":{"url":"https://example.com/hook","hmacKey":"secret"}}' --error-action '{"file":{"path":"failed.jsonl"}}'
            """);
        var sql = new Option<string>("--sql") { Description = "the statement", Required = true };
        var actions = new Option<string[]>("--action") { Description = "an action, JSON or @FILE; at most ten", Required = true };
        var errorAction = new Option<string?>("--error-action") { Description = "what is done with a result an action failed on, JSON or @FILE" };
        CheckAction(actions);
        CheckAction(errorAction);
        var version = SqlVersionOption.Create();
        var description = new Option<string?>("--description") { Description = "what it is for" };
        var disabled = new Option<bool>("--disabled") { Description = "do not run it yet" };
        command.Arguments.Add(s_name);
        foreach (Option option in new Option[] { sql, actions, errorAction, version, description, disabled })
        {
            command.Options.Add(option);
        }

        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            var body = new JsonObject
            {
                ["sql"] = parsed.GetValue(sql),
                ["awsIotSqlVersion"] = parsed.GetValue(version),
                ["description"] = parsed.GetValue(description),
                ["ruleDisabled"] = parsed.GetValue(disabled),
                ["actions"] = new JsonArray([.. parsed.GetValue(actions)!.Select(action => ReadJson(action, "--action"))]),
            };
            if (parsed.GetValue(errorAction) is string error)
            {
                body["errorAction"] = ReadJson(error, "--error-action");
            }

            if (verb == "create")
            {
                await api.PostAsync(Path(parsed), body, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await api.PatchAsync(Path(parsed), body, cancellationToken).ConfigureAwait(false);
            }

            report.Write(new { name = parsed.GetValue(s_name) }, _ => report.Line($"rule {parsed.GetValue(s_name)} {(parsed.GetValue(disabled) ? "is there, and off" : "runs")}"));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateList(CommonOptions common)
    {
        var command = new Command("list", "Lists rules, and how many results wait for each action.\n\nExample:\n  nanoiot rule list");
        command.Options.Add(common.Wide);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            JsonNode answer = await api.GetAsync("nanoiot/rules", cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ =>
            {
                var table = new ListTable(
                    new ListColumn("rule", 1, 12),
                    new ListColumn("sql", 3, 20),
                    new ListColumn("actions", 2, 10),
                    new ListColumn("state", 1, 8));
                foreach (JsonNode? rule in answer["rules"]!.AsArray())
                {
                    table.Add(
                        rule!["name"]!.ToString(),
                        rule["sql"]!.ToString(),
                        string.Join(", ", rule["actions"]!.AsArray().Select(action => action!["type"] + (action["waiting"]!.GetValue<int>() > 0 ? $" ({action["waiting"]} waiting)" : string.Empty))),
                        rule["builtIn"]!.GetValue<bool>() ? "built in" : rule["disabled"]!.GetValue<bool>() ? "off" : string.Empty);
                }

                table.Write(report, parsed.GetValue(common.Wide));
            });
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateShow(CommonOptions common)
    {
        var command = new Command("show", "Shows a rule.\n\nExample:\n  nanoiot rule show hot");
        command.Arguments.Add(s_name);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            JsonNode answer = await api.GetAsync(Path(parsed), cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ => report.Line(answer["rule"]!.ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateSwitch(CommonOptions common, string verb, string summary)
    {
        var command = new Command(verb, $"{summary}\n\nExample:\n  nanoiot rule {verb} hot");
        command.Arguments.Add(s_name);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            await api.PostAsync($"{Path(parsed)}/{verb}", null, cancellationToken).ConfigureAwait(false);
            report.Write(new { name = parsed.GetValue(s_name), disabled = verb == "disable" }, _ => report.Line($"rule {parsed.GetValue(s_name)} is {(verb == "disable" ? "off" : "on")}"));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateDelete(CommonOptions common)
    {
        var command = new Command("delete", "Deletes a rule; what it queued is still delivered.\n\nExample:\n  nanoiot rule delete hot");
        command.Arguments.Add(s_name);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            await api.DeleteAsync(Path(parsed), cancellationToken).ConfigureAwait(false);
            report.Write(new { deleted = parsed.GetValue(s_name) }, _ => report.Line("deleted"));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateTest(CommonOptions common)
    {
        var command = new Command(
            "test",
            """
            Evaluates a statement on one message, does nothing, and says what each clause gave. A service is asked only where the
            statement reads its shadows, registry or tables.

            Examples:
              nanoiot rule test --sql "SELECT temperature AS t FROM 'site/#' WHERE temperature > 20" --topic site/7 --payload '{"temperature":21}'
              nanoiot rule test --sql "SELECT get_thing_shadow(topic(2)).state.reported AS r FROM 'site/+'" --topic site/pump-7 --payload '{}' --output json
            """);
        var sql = new Option<string>("--sql") { Description = "the statement", Required = true };
        var topic = new Option<string>("--topic") { Description = "the message's topic", Required = true };
        var payload = new Option<string>("--payload") { Description = "the message's payload, or @FILE", DefaultValueFactory = _ => "{}" };
        payload.Require(text => text != "@", "must be text or @FILE");
        var version = SqlVersionOption.Create();
        var client = new Option<string?>("--client-id") { Description = "the client's id" };
        foreach (Option option in new Option[] { sql, topic, payload, version, client, common.Url, common.Token, common.Ca, common.Data })
        {
            command.Options.Add(option);
        }

        common.Run(command, async (parsed, report, cancellationToken) =>
        {
            string text = parsed.GetValue(payload)!;
            byte[] bytes = text.StartsWith('@') ? CommandFiles.ReadBytes(text[1..]) : Encoding.UTF8.GetBytes(text);
            JsonNode? answer = RuleTester.Test(parsed.GetValue(sql)!, parsed.GetValue(version)!, parsed.GetValue(topic)!, bytes, parsed.GetValue(client));
            if (answer is null)
            {
                using var api = new ApiClient(ConnectionSettings.Find(parsed.GetValue(common.Url), parsed.GetValue(common.Token), parsed.GetValue(common.Ca), parsed.GetValue(common.Data)));
                answer = await api.PostAsync(
                    "nanoiot/rules/test",
                    new { sql = parsed.GetValue(sql), topic = parsed.GetValue(topic), payloadBase64 = Convert.ToBase64String(bytes), version = parsed.GetValue(version), clientId = parsed.GetValue(client) },
                    cancellationToken).ConfigureAwait(false);
            }

            report.Write(answer, _ => Explain(report, answer));
            return ExitCodes.Success;
        });
        return command;
    }

    private static void Explain(Report report, JsonNode answer)
    {
        JsonNode explain = answer["explain"]!;
        report.Line($"sql      {answer["sql"]}");
        report.Line($"topic    {(explain["topicMatches"]!.GetValue<bool>() ? "matches" : "does not match")} {explain["topicFilter"]?.ToString() ?? "(no FROM)"}");
        report.Line($"payload  {(explain["payloadIsJson"]!.GetValue<bool>() ? "JSON" : "no JSON: names are Undefined")}");
        if (explain["where"] is JsonNode where)
        {
            report.Line($"where    {where}");
        }

        foreach (JsonNode? item in explain["select"]!.AsArray())
        {
            report.Line($"select   {item!["expression"]} = {item["value"]}");
        }

        report.Line(answer["result"] is JsonNode result ? $"result   {result.ToJsonString()}" : "result   none: no action is done");
    }

    private static Command CreateCatalog(CommonOptions common)
    {
        var command = new Command("catalog", "Prints the functions and actions there are, as the tables of the rules' README.\n\nExample:\n  nanoiot rule catalog");
        common.RunWithApi(command, async (_, api, report, cancellationToken) =>
        {
            JsonNode answer = await api.GetAsync("nanoiot/rules/catalog", cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ => report.Line(answer["markdown"]!.ToString().TrimEnd()));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateDeadLetters(CommonOptions common)
    {
        var command = new Command("dead-letters", "Results no target took: lists them, queues them again, deletes them.\n\nExamples:\n  nanoiot rule dead-letters\n  nanoiot rule dead-letters --rule hot\n  nanoiot rule dead-letters replay --rule hot\n  nanoiot rule dead-letters delete --id 7");
        var rule = new Option<string?>("--rule") { Description = "only those of this rule" };
        var id = new Option<long?>("--id") { Description = "only this one" };
        var limit = new Option<int>("--limit") { Description = "how many at most, 1 to 1000", DefaultValueFactory = _ => 100 };
        limit.RequireRange(1, 1000);
        command.Options.Add(rule);
        command.Options.Add(limit);
        command.Options.Add(common.Wide);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            string query = parsed.GetValue(rule) is string only ? "&rule=" + Uri.EscapeDataString(only) : string.Empty;
            JsonNode answer = await api.GetAsync($"nanoiot/dead-letters?limit={parsed.GetValue(limit)}{query}", cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ =>
            {
                var table = new ListTable(
                    new ListColumn("id", 1, 4),
                    new ListColumn("rule", 1, 10),
                    new ListColumn("action", 3, 8),
                    new ListColumn("topic", 2, 12),
                    new ListColumn("why", 1, 20),
                    new ListColumn("payload", 4, 12));
                foreach (JsonNode? letter in answer["deadLetters"]!.AsArray())
                {
                    string payload = letter!["payload"]?.ToJsonString() ?? "null";
                    table.Add(
                        letter["id"]!.ToString(),
                        letter["rule"]!.ToString(),
                        letter["action"]!.ToString(),
                        letter["topic"]!.ToString(),
                        $"{letter["code"]}: {letter["reason"]}",
                        payload.Length <= 60 ? payload : payload[..60] + "…");
                }

                table.Write(report, parsed.GetValue(common.Wide));
            });
            return ExitCodes.Success;
        });
        foreach ((string verb, string summary) in new[] { ("replay", "Queues dead letters again."), ("delete", "Deletes dead letters.") })
        {
            var take = new Command(verb, $"{summary}\n\nExample:\n  nanoiot rule dead-letters {verb} --rule hot");
            var ofRule = new Option<string?>("--rule") { Description = "only those of this rule" };
            var all = new Option<bool>("--all") { Description = "those of all rules" };
            take.Options.Add(ofRule);
            take.Options.Add(id);
            take.Options.Add(all);
            common.RunWithApi(take, async (parsed, api, report, cancellationToken) =>
            {
                if (parsed.GetValue(ofRule) is null && parsed.GetValue(id) is null && !parsed.GetValue(all))
                {
                    throw CliException.Usage("One of --rule, --id and --all is required.");
                }

                JsonNode answer = await api.PostAsync("nanoiot/dead-letters/" + verb, new { rule = parsed.GetValue(ofRule), id = parsed.GetValue(id) }, cancellationToken).ConfigureAwait(false);
                report.Write(answer, _ => report.Line($"{(verb == "replay" ? "queued again" : "deleted")}: {answer[verb == "replay" ? "replayed" : "deleted"]}"));
                return ExitCodes.Success;
            });
            command.Subcommands.Add(take);
        }

        return command;
    }
}
