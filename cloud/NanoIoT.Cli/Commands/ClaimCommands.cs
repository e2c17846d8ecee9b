using System.CommandLine;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Identity;
using NanoIoT.Shared;

namespace NanoIoT.Cli.Commands;

/// <summary><c>nanoiot claim …</c>.</summary>
internal static class ClaimCommands
{
    public static Command Create(CommonOptions common)
    {
        var command = new Command("claim", "Claims: certificates by which boards get their own.\n\nExample:\n  nanoiot claim create --certs ./claim");
        var create = new Command(
            "create",
            """
            Makes a claim certificate: all boards of a batch may carry the same one. Its only right is to provision by a template: the board gets a
            certificate of its own and becomes a thing. Writes claim.pem, claim.key and ca.pem.

            Examples:
              nanoiot claim create --certs ./claim
              nanoiot claim create --template nanoiot-fleet --days 90 --certs ./claim
            """);
        var template = new Option<string>("--template") { Description = "the provisioning template", DefaultValueFactory = _ => CertificateTopics.FleetTemplate };
        var days = new Option<int>("--days") { Description = "how long the claim works, 1 to 3650", DefaultValueFactory = _ => 365 };
        days.RequireRange(1, 3650);
        var folder = new Option<string>("--certs") { Description = "the folder for key and certificates", Required = true };
        create.Options.Add(template);
        create.Options.Add(days);
        create.Options.Add(folder);
        common.RunWithApi(create, async (parsed, api, report, cancellationToken) =>
        {
            string path = CommandFiles.CreateFolder(parsed.GetValue(folder)!);
            JsonNode answer = await api.PostAsync("nanoiot/claims", new { template = parsed.GetValue(template), days = parsed.GetValue(days) }, cancellationToken).ConfigureAwait(false);
            PrivateFile.Write(Path.Combine(path, "claim.key"), answer["privateKey"]!.GetValue<string>());
            PrivateFile.Write(Path.Combine(path, "claim.pem"), answer["certificatePem"]!.GetValue<string>());
            PrivateFile.Write(Path.Combine(path, "ca.pem"), answer["caPem"]!.GetValue<string>());
            report.Write(new { certificateId = answer["certificateId"]!.GetValue<string>(), ends = answer["ends"]!.GetValue<long>(), folder = path }, _ => report.Line($"wrote claim.pem, claim.key and ca.pem to {path}"));
            return ExitCodes.Success;
        });
        command.Subcommands.Add(create);
        return command;
    }
}
