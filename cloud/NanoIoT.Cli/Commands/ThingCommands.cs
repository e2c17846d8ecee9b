using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using NanoIoT.Cli.Api;
using NanoIoT.Cli.Output;
using NanoIoT.Cloud.Identity;
using NanoIoT.Cloud.Registry;
using Spectre.Console;

namespace NanoIoT.Cli.Commands;

/// <summary><c>nanoiot thing …</c>.</summary>
internal static class ThingCommands
{
    private static readonly (string Title, string Name)[] s_support =
    [
        ("description", WellKnownAttributes.Description), ("serial no.", WellKnownAttributes.SerialNumber), ("part no.", WellKnownAttributes.PartNumber),
        ("manual", WellKnownAttributes.ManualUrl), ("support", WellKnownAttributes.SupportUrl), ("case", WellKnownAttributes.SupportId),
        ("maintenance", WellKnownAttributes.MaintenanceDate), ("sensors", WellKnownAttributes.Sensors),
    ];

    private static readonly Argument<string> s_name = new("NAME") { Description = "the thing's name" };

    public static Command Create(CommonOptions common)
    {
        var command = new Command("thing", "Things: the devices of the registry.\n\nExamples:\n  nanoiot thing create pump-7 --group field --certs ./certs\n  nanoiot thing list");
        command.Subcommands.Add(CreateCreate(common));
        command.Subcommands.Add(CreateList(common));
        command.Subcommands.Add(CreateShow(common));
        command.Subcommands.Add(CreateSet(common));
        command.Subcommands.Add(CreateDelete(common));
        return command;
    }

    private static Command CreateCreate(CommonOptions common)
    {
        var command = new Command(
            "create",
            """
            Registers a thing. With --certs, makes a key here, has the service certify it, and writes NAME.pem, NAME.key and ca.pem.

            Examples:
              nanoiot thing create pump-7 --group field --region eu --certs ./certs
              nanoiot thing create pump-8 --profile ORGPAL_PALTHREE --attribute serial=A-1042
            """);
        var groups = new Option<string[]>("--group") { Description = "a group it is in; may be given again", DefaultValueFactory = _ => [] };
        var region = new Option<string>("--region") { Description = "where it is", DefaultValueFactory = _ => string.Empty };
        var profile = new Option<string>("--profile") { Description = "its hardware profile", DefaultValueFactory = _ => "ESP32_S3" };
        var type = new Option<string?>("--type") { Description = "its type" };
        Option<string[]> attributes = AttributeOption();
        var certificates = new Option<string?>("--certs") { Description = "the folder for key and certificates" };
        command.Arguments.Add(s_name);
        foreach (Option option in new Option[] { groups, region, profile, type, attributes, certificates })
        {
            command.Options.Add(option);
        }

        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            string name = parsed.GetValue(s_name)!;
            string? folder = parsed.GetValue(certificates);
            using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            string? csr = folder is null ? null : new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
            if (folder is not null)
            {
                // Before the service is asked: a folder that cannot be made must not leave a thing without its key.
                CommandFiles.CreateFolder(folder);
            }

            JsonNode answer = await api.PostAsync(
                "nanoiot/things",
                new
                {
                    thing = new
                    {
                        thingName = name,
                        thingTypeName = parsed.GetValue(type),
                        profile = parsed.GetValue(profile),
                        region = parsed.GetValue(region),
                        groups = parsed.GetValue(groups),
                        attributes = ReadAttributes(parsed.GetValue(attributes)!),
                    },
                    csr,
                },
                cancellationToken).ConfigureAwait(false);
            if (folder is not null)
            {
                PrivateFile.Write(Path.Combine(folder, name + ".key"), key.ExportPkcs8PrivateKeyPem());
                PrivateFile.Write(Path.Combine(folder, name + ".pem"), answer["certificatePem"]!.GetValue<string>());
                PrivateFile.Write(Path.Combine(folder, "ca.pem"), answer["caPem"]!.GetValue<string>());
            }

            report.Write(answer["thing"]!, console =>
            {
                WriteThing(report, answer["thing"]!);
                if (folder is not null)
                {
                    report.Line($"wrote {Path.Combine(folder, name)}.pem, {name}.key and ca.pem");
                }
            });
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateList(CommonOptions common)
    {
        var command = new Command(
            "list",
            """
            Lists things.

            Examples:
              nanoiot thing list
              nanoiot thing list --group field --region eu --output json
            """);
        var group = new Option<string?>("--group") { Description = "only those in a group" };
        var region = new Option<string?>("--region") { Description = "only those in a region" };
        command.Options.Add(group);
        command.Options.Add(region);
        command.Options.Add(common.Wide);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            var things = new JsonArray();
            string? after = null;
            do
            {
                string query = string.Join('&', new[] { ("group", parsed.GetValue(group)), ("region", parsed.GetValue(region)), ("after", after) }
                    .Where(item => item.Item2 is not null).Select(item => item.Item1 + "=" + Uri.EscapeDataString(item.Item2!)));
                JsonNode page = await api.GetAsync("nanoiot/things?" + query, cancellationToken).ConfigureAwait(false);
                foreach (JsonNode? item in page["things"]!.AsArray())
                {
                    things.Add(item!.DeepClone());
                }

                after = page["next"]?.GetValue<string>();
            }
            while (after is not null);
            report.Write(new JsonObject { ["things"] = things }, _ =>
            {
                var table = new ListTable(
                    new ListColumn("thing", 1, 16),
                    new ListColumn("groups", 3, 8),
                    new ListColumn("region", 4, 6),
                    new ListColumn("profile", 5, 8),
                    new ListColumn("firmware", 2, 10),
                    new ListColumn("connected", 2, 9));
                foreach (JsonNode? item in things)
                {
                    JsonNode thing = item!["thing"]!;
                    table.Add(
                        thing["thingName"]!.ToString(),
                        string.Join(", ", thing["groups"]!.AsArray().Select(value => value!.GetValue<string>())),
                        thing["region"]?.ToString() ?? string.Empty,
                        thing["profile"]?.ToString() ?? string.Empty,
                        string.Join(", ", thing["firmware"]!.AsObject().Select(value => $"{value.Key} {value.Value}")),
                        item["connected"]!.GetValue<bool>() ? "yes" : "no");
                }

                table.Write(report, parsed.GetValue(common.Wide));
                report.Line(Quantity.Of(things.Count, "thing"));
            });
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateShow(CommonOptions common)
    {
        var command = new Command(
            "show",
            """
            Shows a thing: what the registry knows and what the board last reported.

            Example:
              nanoiot thing show board-001
            """);
        command.Arguments.Add(s_name);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            JsonNode answer = await api.GetAsync("nanoiot/things/" + Uri.EscapeDataString(parsed.GetValue(s_name)!), cancellationToken).ConfigureAwait(false);
            report.Write(answer, console =>
            {
                WriteThing(report, answer["thing"]!);
                report.Line($"connected   {(answer["connected"]!.GetValue<bool>() ? "yes" : "no")}");
                foreach (JsonNode? certificate in answer["certificates"]!.AsArray())
                {
                    string ends = DateTimeOffset.FromUnixTimeSeconds(certificate!["notAfter"]!.GetValue<long>()).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
                    report.Line($"certificate {certificate["certificateId"]!.GetValue<string>()[..Math.Min(12, certificate["certificateId"]!.GetValue<string>().Length)]}… {certificate["status"]}, until {ends}");
                }

                if (answer["shadow"]?["reported"] is JsonObject reported)
                {
                    foreach ((string name, JsonNode? value) in reported)
                    {
                        report.Line($"  {name,-18} {value?.ToJsonString()}");
                    }
                }
            });
            return ExitCodes.Success;
        });
        return command;
    }

    private static Option<string[]> AttributeOption()
    {
        var option = new Option<string[]>("--attribute") { Description = "NAME=VALUE; may be given again", DefaultValueFactory = _ => [] };
        option.Require(text => text.IndexOf('=', StringComparison.Ordinal) > 0, "must be NAME=VALUE");
        return option;
    }

    private static Command CreateSet(CommonOptions common)
    {
        var command = new Command(
            "set",
            """
            Sets attributes of a thing. The well-known ones are checked: serialNumber, partNumber, description, manualUrl, supportUrl, supportId,
            maintenanceDate (YYYY-MM-DD), sensors (NAME:UNIT,…), profile, region.

            Examples:
              nanoiot thing set pump-7 --attribute serialNumber=A-1042 --attribute "description=Pump in hall 3"
              nanoiot thing set pump-7 --attribute manualUrl=https://docs.example.com/pump.pdf --attribute sensors=temperature:C,pressure:bar
              nanoiot thing set pump-7 --remove supportId
            """);
        Option<string[]> attributes = AttributeOption();
        var removed = new Option<string[]>("--remove") { Description = "an attribute to remove; may be given again", DefaultValueFactory = _ => [] };
        command.Arguments.Add(s_name);
        command.Options.Add(attributes);
        command.Options.Add(removed);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            var changes = ReadAttributes(parsed.GetValue(attributes)!).ToDictionary(item => item.Key, item => (string?)item.Value);
            foreach (string name in parsed.GetValue(removed)!)
            {
                changes[name] = null;
            }

            JsonNode answer = await api.PatchAsync("nanoiot/things/" + Uri.EscapeDataString(parsed.GetValue(s_name)!), new { attributes = changes }, cancellationToken).ConfigureAwait(false);
            report.Write(answer["thing"]!, _ => WriteThing(report, answer["thing"]!));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateDelete(CommonOptions common)
    {
        var command = new Command(
            "delete",
            """
            Deletes a thing with its certificates and shadows, and drops its connection.

            Example:
              nanoiot thing delete board-001
            """);
        command.Arguments.Add(s_name);
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            JsonNode answer = await api.DeleteAsync("nanoiot/things/" + Uri.EscapeDataString(parsed.GetValue(s_name)!), cancellationToken).ConfigureAwait(false);
            report.Write(answer, _ => report.Line($"deleted {parsed.GetValue(s_name)}"));
            return ExitCodes.Success;
        });
        return command;
    }

    private static void WriteThing(Report report, JsonNode thing)
    {
        JsonObject attributes = thing["attributes"]!.AsObject();
        report.Line($"thing       {thing["thingName"]}");
        foreach ((string title, string name) in s_support)
        {
            if (attributes[name] is JsonNode value)
            {
                report.Line($"{title,-11} {value}");
            }
        }

        report.Line($"type        {thing["thingTypeName"]}");
        report.Line($"profile     {thing["profile"]}");
        report.Line($"region      {thing["region"]}");
        report.Line($"groups      {string.Join(", ", thing["groups"]!.AsArray().Select(value => value!.GetValue<string>()))}");
        report.Line($"firmware    {string.Join(", ", thing["firmware"]!.AsObject().Select(value => $"{value.Key} {value.Value}"))}");
        foreach ((string name, JsonNode? value) in attributes.Where(item => !WellKnownAttributes.Names.Contains(item.Key)))
        {
            report.Line($"  {name,-18} {value}");
        }
    }

    private static string Text(JsonNode? node) => Markup.Escape(node?.ToString() ?? string.Empty);

    private static Dictionary<string, string> ReadAttributes(string[] pairs)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string pair in pairs)
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (!attributes.TryAdd(pair[..equals], pair[(equals + 1)..]))
            {
                throw CliException.Usage($"--attribute: the name of '{pair}' is given twice. Each attribute has one value.");
            }
        }

        return attributes;
    }
}
