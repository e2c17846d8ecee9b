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
            Writes what Eclipse Mosquitto needs to be the broker: mosquitto.conf, access lists, certificates of the built-in CA (which it creates
            in a new folder). Boards connect with their certificates and reach their own topics; the service has a port of its own.
            The server's certificate is valid for five years; run the command again and send Mosquitto SIGHUP to renew it. The service
            warns 30 days before.

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
        var user = new Option<string>("--user") { Description = "the user Mosquitto runs as where root starts it; the files are made its own", DefaultValueFactory = _ => MosquittoOwner.DefaultUser };
        host.RequireHost();
        port.RequirePort(1);
        servicePort.RequirePort(1);
        listen.RequireAddress();
        foreach (Option option in new Option[] { output, keys, host, port, servicePort, listen, user })
        {
            mosquitto.Options.Add(option);
        }

        common.Run(mosquitto, (parsed, report, _) =>
        {
            string folder = CommandFiles.CreateFolder(parsed.GetValue(output)!);
            string keyFolder = CommandFiles.CreateFolder(parsed.GetValue(keys) ?? DataFolders.Default);
            using CertificateAuthority authority = CertificateAuthority.OpenFor(keyFolder, TimeProvider.System);
            string? owner = MosquittoOwner.Of(parsed.GetValue(user)!);
            DateTimeOffset expires = MosquittoFiles.Write(folder, authority, parsed.GetValue(host)!, parsed.GetValue(port), parsed.GetValue(servicePort), parsed.GetValue(listen)!, owner);
            bool isOwned = owner is null || MosquittoOwner.TryOwn(folder, owner);
            report.Write(new { folder, user = owner, expires = expires.ToUnixTimeSeconds() }, _ =>
            {
                report.Line($"wrote {folder}: mosquitto -c {Path.Combine(folder, "mosquitto.conf")}");
                report.Line($"The certificate server.pem expires on {expires:yyyy-MM-dd}.");
                if (!isOwned)
                {
                    report.Line($"User {owner} does not exist here. Where Mosquitto runs, make the files its own: chown -R {owner} {folder}");
                }
            });
            return Task.FromResult(ExitCodes.Success);
        });
        command.Subcommands.Add(mosquitto);
        return command;
    }
}
