using System.CommandLine;
using System.Text.Json.Nodes;
using NanoIoT.Cli.Output;

namespace NanoIoT.Cli.Commands;

/// <summary><c>nanoiot firmware …</c>.</summary>
internal static class FirmwareCommands
{
    public static Command Create(CommonOptions common)
    {
        var command = new Command("firmware", "Firmware: the images that campaigns bring to boards, built, signed, explained and published.\n\nExamples:\n  nanoiot firmware keygen --out signing.pem\n  nanoiot firmware inspect app.bin\n  nanoiot firmware publish app.bin --version 1.4.2 --profile ESP32_S3\n  nanoiot firmware list");
        ImageCommands.AddTo(command, common);
        command.Subcommands.Add(CreatePublish(common));
        command.Subcommands.Add(CreateList(common));
        command.Subcommands.Add(CreateDelete(common));
        return command;
    }

    private static Command CreatePublish(CommonOptions common)
    {
        var command = new Command(
            "publish",
            """
            Signs, cuts and stores an image. FILE is a signed MCUboot image, a bundle, or the bare payload an MCUboot image is made of.
            A signed image must be signed with a key that boards trust (serve --firmware-key, --trusted-image-key); its version must be
            the version of the assembly with the program, where the image tells.

            Examples:
              nanoiot firmware publish app.bin --component app --version 1.4.2 --profile ESP32_S3
              nanoiot firmware publish app.bin --component app --version 2.0.0 --profile ESP32_S3 --min-version 1.4.0 --rollback-index 3
            """);
        var file = new Argument<string>("FILE") { Description = "the image" };
        var component = new Option<string>("--component") { Description = "the component it replaces", DefaultValueFactory = _ => "app" };
        var version = new Option<string>("--version") { Description = "its version (Semantic Versioning)", Required = true };
        var profiles = new Option<string[]>("--profile") { Description = "a hardware profile it is for; may be given again", Required = true };
        var minVersion = new Option<string?>("--min-version") { Description = "the lowest running version it may replace" };
        var minClr = new Option<string?>("--min-clr") { Description = "the lowest nanoCLR version it runs on" };
        var rollbackIndex = new Option<int>("--rollback-index") { Description = "grows when older images must not come back" };
        var acceptVersion = new Option<bool>("--accept-version-mismatch") { Description = "accept that the program in the image has another assembly version than --version" };
        command.Arguments.Add(file);
        foreach (Option option in new Option[] { component, version, profiles, minVersion, minClr, rollbackIndex, acceptVersion })
        {
            command.Options.Add(option);
        }

        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            byte[] image = CommandFiles.ReadBytes(parsed.GetValue(file)!);
            var query = new List<string>
            {
                "component=" + Uri.EscapeDataString(parsed.GetValue(component)!),
                "version=" + Uri.EscapeDataString(parsed.GetValue(version)!),
                "rollbackIndex=" + parsed.GetValue(rollbackIndex),
            };
            if (parsed.GetValue(acceptVersion))
            {
                query.Add("acceptVersionMismatch=true");
            }

            query.AddRange(parsed.GetValue(profiles)!.Select(profile => "profile=" + Uri.EscapeDataString(profile)));
            query.AddRange(new[] { ("minVersion", parsed.GetValue(minVersion)), ("minClr", parsed.GetValue(minClr)) }
                .Where(item => item.Item2 is not null).Select(item => item.Item1 + "=" + Uri.EscapeDataString(item.Item2!)));
            JsonNode answer = await api.PostBytesAsync("nanoiot/firmware?" + string.Join('&', query), image, cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ => report.Line($"published {answer["component"]} {answer["version"]}: {answer["size"]} bytes, sha256 {answer["sha256"]}"));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateList(CommonOptions common)
    {
        var command = new Command(
            "list",
            """
            Lists what is published.

            Example:
              nanoiot firmware list --output json
            """);
        command.Options.Add(common.Wide);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            JsonNode answer = await api.GetAsync("nanoiot/firmware", cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ =>
            {
                var table = new ListTable(
                    new ListColumn("component", 1, 9),
                    new ListColumn("version", 1, 8),
                    new ListColumn("kind", 3, 7),
                    new ListColumn("bytes", 4, 6),
                    new ListColumn("profiles", 2, 12),
                    new ListColumn("sha256", 5, 12));
                foreach (JsonNode? item in answer["firmware"]!.AsArray())
                {
                    table.Add(
                        item!["component"]!.ToString(),
                        item["version"]!.ToString(),
                        item["kind"]!.ToString(),
                        item["size"]!.ToString(),
                        string.Join(", ", item["profiles"]!.AsArray().Select(value => value!.ToString())),
                        item["sha256"]!.ToString()[..12]);
                }

                table.Write(report, parsed.GetValue(common.Wide));
            });
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateDelete(CommonOptions common)
    {
        var command = new Command(
            "delete",
            """
            Deletes a published image that no campaign brings to boards.

            Example:
              nanoiot firmware delete app 1.4.2
            """);
        var component = new Argument<string>("COMPONENT");
        var version = new Argument<string>("VERSION");
        command.Arguments.Add(component);
        command.Arguments.Add(version);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            string path = $"nanoiot/firmware/{Uri.EscapeDataString(parsed.GetValue(component)!)}/{Uri.EscapeDataString(parsed.GetValue(version)!)}";
            JsonNode answer = await api.DeleteAsync(path, cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ => report.Line($"deleted {answer["deleted"]}"));
            return ExitCodes.Success;
        });
        return command;
    }
}
