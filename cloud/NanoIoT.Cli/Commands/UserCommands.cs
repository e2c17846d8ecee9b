using System.CommandLine;
using System.Text.Json.Nodes;
using NanoIoT.Cli.Output;
using NanoIoT.Cli.Api;

namespace NanoIoT.Cli.Commands;

/// <summary><c>nanoiot user …</c>.</summary>
internal static class UserCommands
{
    private static readonly Argument<string> s_name = new("NAME") { Description = "the user's name" };

    public static Command Create(CommonOptions common)
    {
        var command = new Command("user", "Users of the API, their access keys and tokens. Needs the role admin.\n\nExamples:\n  nanoiot user create ci --role operator\n  nanoiot user list");
        command.Subcommands.Add(CreateCreate(common));
        command.Subcommands.Add(CreateList(common));
        command.Subcommands.Add(CreateRole(common));
        command.Subcommands.Add(CreateDelete(common));
        command.Subcommands.Add(CreateKey(common));
        command.Subcommands.Add(CreateToken(common));
        return command;
    }

    private static string Path(ParseResult parsed) => "nanoiot/users/" + Uri.EscapeDataString(parsed.GetValue(s_name)!);

    private static Option<string> RoleOption()
    {
        var role = new Option<string>("--role") { Description = "viewer (reads), operator (changes things, firmware, campaigns) or admin (everything)", DefaultValueFactory = _ => "viewer" };
        role.AcceptOnlyFromAmong("viewer", "operator", "admin");
        return role;
    }

    private static Command CreateCreate(CommonOptions common)
    {
        var command = new Command(
            "create",
            """
            Creates a user with an access key (for AWS's clients: SigV4) and a bearer token. Both are shown this once.

            Examples:
              nanoiot user create ci --role operator
              nanoiot user create screen --role viewer --output json
            """);
        Option<string> role = RoleOption();
        command.Arguments.Add(s_name);
        command.Options.Add(role);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            JsonNode answer = await api.PostAsync("nanoiot/users", new { name = parsed.GetValue(s_name), role = parsed.GetValue(role) }, cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ =>
            {
                report.Line($"user                {answer["name"]} ({answer["role"]})");
                report.Line($"access key          {answer["accessKeyId"]}");
                report.Line($"secret access key   {answer["secretAccessKey"]}");
                report.Line($"bearer token        {answer["token"]}");
                report.Line("They are not shown again.");
            });
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateList(CommonOptions common)
    {
        var command = new Command("list", "Lists users.\n\nExample:\n  nanoiot user list");
        command.Options.Add(common.Wide);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            JsonNode answer = await api.GetAsync("nanoiot/users", cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ =>
            {
                var table = new ListTable(
                    new ListColumn("user", 1, 16),
                    new ListColumn("role", 1, 8),
                    new ListColumn("access keys", 2, 20),
                    new ListColumn("tokens", 3, 8));
                foreach (JsonNode? user in answer["users"]!.AsArray())
                {
                    table.Add(
                        user!["name"]!.ToString(),
                        user["role"]!.ToString(),
                        string.Join(", ", user["keys"]!.AsArray().Select(key => key!["accessKeyId"] + (key["active"]!.GetValue<bool>() ? string.Empty : " (off)"))),
                        string.Join(", ", user["tokens"]!.AsArray().Select(token => token!["id"]!.ToString())));
                }

                table.Write(report, parsed.GetValue(common.Wide));
            });
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateRole(CommonOptions common)
    {
        var command = new Command("role", "Gives a user another role.\n\nExample:\n  nanoiot user role ci --role viewer");
        Option<string> role = RoleOption();
        command.Arguments.Add(s_name);
        command.Options.Add(role);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            JsonNode answer = await api.PatchAsync(Path(parsed), new { role = parsed.GetValue(role) }, cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ => report.Line($"{answer["name"]} is {answer["role"]}"));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateDelete(CommonOptions common)
    {
        var command = new Command("delete", "Deletes a user with keys and tokens.\n\nExample:\n  nanoiot user delete ci");
        command.Arguments.Add(s_name);
        common.RunWithApi(command, (parsed, api, report, cancellationToken) => DeleteAsync(api, report, Path(parsed), cancellationToken));
        return command;
    }

    private static Command CreateKey(CommonOptions common)
    {
        var command = new Command("key", "Access keys of a user, at most two.\n\nExamples:\n  nanoiot user key create ci\n  nanoiot user key delete ci NIOA…");
        var id = new Argument<string>("KEY") { Description = "the access key's id" };
        var create = new Command("create", "Makes an access key; its secret is shown this once.\n\nExample:\n  nanoiot user key create ci");
        create.Arguments.Add(s_name);
        common.RunWithApi(create, async (parsed, api, report, cancellationToken) =>
        {
            JsonNode answer = await api.PostAsync(Path(parsed) + "/keys", null, cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ =>
            {
                report.Line($"access key          {answer["accessKeyId"]}");
                report.Line($"secret access key   {answer["secretAccessKey"]}");
            });
            return ExitCodes.Success;
        });
        command.Subcommands.Add(create);
        foreach ((string verb, bool active) in new[] { ("enable", true), ("disable", false) })
        {
            var change = new Command(verb, $"Switches an access key {(active ? "on" : "off")}.\n\nExample:\n  nanoiot user key {verb} ci NIOA…");
            change.Arguments.Add(s_name);
            change.Arguments.Add(id);
            common.RunWithApi(change, async (parsed, api, report, cancellationToken) =>
            {
                JsonNode answer = await api.PatchAsync($"{Path(parsed)}/keys/{Uri.EscapeDataString(parsed.GetValue(id)!)}", new { active }, cancellationToken).ConfigureAwait(false);
                report.Write(answer, _ => report.Line($"{parsed.GetValue(id)} is {(active ? "on" : "off")}"));
                return ExitCodes.Success;
            });
            command.Subcommands.Add(change);
        }

        var delete = new Command("delete", "Deletes an access key.\n\nExample:\n  nanoiot user key delete ci NIOA…");
        delete.Arguments.Add(s_name);
        delete.Arguments.Add(id);
        common.RunWithApi(delete, (parsed, api, report, cancellationToken) => DeleteAsync(api, report, $"{Path(parsed)}/keys/{Uri.EscapeDataString(parsed.GetValue(id)!)}", cancellationToken));
        command.Subcommands.Add(delete);
        return command;
    }

    private static Command CreateToken(CommonOptions common)
    {
        var command = new Command("token", "Bearer tokens of a user.\n\nExamples:\n  nanoiot user token create ci --days 30\n  nanoiot user token delete ci 1a2b3c4d");
        var days = new Option<int?>("--days") { Description = "how long it works, 1 to 3650; for ever where it is not given" };
        days.Require(text => !int.TryParse(text, out int value) || value is >= 1 and <= 3650, "must be between 1 and 3650");
        var create = new Command("create", "Makes a bearer token; it is shown this once.\n\nExample:\n  nanoiot user token create ci --days 30");
        create.Arguments.Add(s_name);
        create.Options.Add(days);
        common.RunWithApi(create, async (parsed, api, report, cancellationToken) =>
        {
            JsonNode answer = await api.PostAsync(Path(parsed) + "/tokens", new { days = parsed.GetValue(days) }, cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ => report.Line($"token {answer["id"]}: {answer["token"]}"));
            return ExitCodes.Success;
        });
        command.Subcommands.Add(create);
        var id = new Argument<string>("TOKEN") { Description = "the token's id" };
        var delete = new Command("delete", "Deletes a bearer token.\n\nExample:\n  nanoiot user token delete ci 1a2b3c4d");
        delete.Arguments.Add(s_name);
        delete.Arguments.Add(id);
        common.RunWithApi(delete, (parsed, api, report, cancellationToken) => DeleteAsync(api, report, $"{Path(parsed)}/tokens/{Uri.EscapeDataString(parsed.GetValue(id)!)}", cancellationToken));
        command.Subcommands.Add(delete);
        return command;
    }

    private static async Task<int> DeleteAsync(ApiClient api, Output.Report report, string path, CancellationToken cancellationToken)
    {
        JsonNode answer = await api.DeleteAsync(path, cancellationToken).ConfigureAwait(false);
        report.Write(answer, _ => report.Line("deleted"));
        return ExitCodes.Success;
    }
}
