using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace NanoIoT.Cli.Commands;

/// <summary><c>nanoiot audit …</c>.</summary>
internal static class AuditCommands
{
    public static Command Create(CommonOptions common)
    {
        var command = new Command("audit", "The audit log: who changed what, and when. Needs the role admin.\n\nExample:\n  nanoiot audit list");
        var list = new Command(
            "list",
            """
            Lists changes, newest first.

            Examples:
              nanoiot audit list --limit 20
              nanoiot audit list --actor user/ci --resource thing/ --output json
            """);
        var limit = new Option<int>("--limit") { Description = "how many, 1 to 1000", DefaultValueFactory = _ => 50 };
        limit.RequireRange(1, 1000);
        var actor = new Option<string?>("--actor") { Description = "only those of user/NAME, thing/NAME, certificate/ID or service" };
        var resource = new Option<string?>("--resource") { Description = "only those whose resource begins so, e.g. thing/pump-7" };
        var before = new Option<long?>("--before") { Description = "only those before an id, to go on" };
        foreach (Option option in new Option[] { limit, actor, resource, before })
        {
            list.Options.Add(option);
        }

        common.RunWithApi(list, async (parsed, api, report, cancellationToken) =>
        {
            string query = string.Join('&', new[]
            {
                ("limit", parsed.GetValue(limit).ToString(CultureInfo.InvariantCulture)), ("actor", parsed.GetValue(actor)), ("resource", parsed.GetValue(resource)),
                ("before", parsed.GetValue(before)?.ToString(CultureInfo.InvariantCulture)),
            }.Where(item => item.Item2 is not null).Select(item => item.Item1 + "=" + Uri.EscapeDataString(item.Item2!)));
            JsonNode answer = await api.GetAsync("nanoiot/audit?" + query, cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ =>
            {
                foreach (JsonNode? entry in answer["entries"]!.AsArray())
                {
                    string at = DateTimeOffset.FromUnixTimeMilliseconds(entry!["at"]!.GetValue<long>()).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
                    report.Line($"{entry["id"],8}  {at}  {entry["actor"],-24} {entry["action"]} {entry["resource"]}");
                    report.Line($"          before {entry["before"]?.ToJsonString() ?? "–"}");
                    report.Line($"          after  {entry["after"]?.ToJsonString() ?? "–"}");
                }
            });
            return ExitCodes.Success;
        });
        command.Subcommands.Add(list);
        return command;
    }
}
