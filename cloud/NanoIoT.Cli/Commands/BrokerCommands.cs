using System.CommandLine;
using NanoIoT.Cloud.Broker.External;
using NanoIoT.Cloud.Identity;

namespace NanoIoT.Cli.Commands;

/// <summary><c>nanoiot broker …</c>.</summary>
internal static class BrokerCommands
{
    public static Command Create(CommonOptions common)
    {
        var command = new Command("broker", "Other MQTT brokers in the place of the service's own.\n\nExample:\n  nanoiot broker mosquitto --out ./mosquitto");
        var mosquitto = new Command(
            "mosquitto",
            """
            Writes what Eclipse Mosquitto needs to be the broker: mosquitto.conf, access lists, certificates of the built-in CA (which it makes
            where there is none). Boards connect with their certificates and reach their own topics; the service has a port of its own.

            Examples:
              nanoiot broker mosquitto --out ./mosquitto
              mosquitto -c ./mosquitto/mosquitto.conf
              nanoiot serve --broker mqtts://localhost:8884 --broker-boards localhost:8883
            """);
        var output = new Option<string>("--out") { Description = "the folder to write to", Required = true };
        var keys = new Option<string?>("--keys") { Description = "the folder with the CA: that of serve --keys, else of serve --data" };
        var host = new Option<string>("--host") { Description = "the name or address boards reach the broker by", DefaultValueFactory = _ => "localhost" };
        var port = new Option<int>("--port") { Description = "its port for boards", DefaultValueFactory = _ => 8883 };
        var servicePort = new Option<int>("--service-port") { Description = "its port for the service", DefaultValueFactory = _ => 8884 };
        var listen = new Option<string>("--listen") { Description = "the address it listens on", DefaultValueFactory = _ => "127.0.0.1" };
        foreach (Option option in new Option[] { output, keys, host, port, servicePort, listen })
        {
            mosquitto.Options.Add(option);
        }

        common.Run(mosquitto, (parsed, report, _) =>
        {
            string folder = Path.GetFullPath(parsed.GetValue(output)!);
            using var authority = CertificateAuthority.Open(Directory.CreateDirectory(Path.GetFullPath(parsed.GetValue(keys) ?? DataFolders.Default)).FullName, TimeProvider.System);
            MosquittoFiles.Write(folder, authority, parsed.GetValue(host)!, parsed.GetValue(port), parsed.GetValue(servicePort), parsed.GetValue(listen)!);
            report.Write(new { folder }, _ => report.Line($"wrote {folder}: mosquitto -c {Path.Combine(folder, "mosquitto.conf")}"));
            return Task.FromResult(ExitCodes.Success);
        });
        command.Subcommands.Add(mosquitto);
        return command;
    }
}
