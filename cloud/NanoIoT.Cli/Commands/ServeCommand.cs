using System.CommandLine;
using Microsoft.Extensions.Logging;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cli.Commands;

/// <summary><c>nanoiot serve</c>.</summary>
internal static class ServeCommand
{
    public static Command Create(CommonOptions common)
    {
        var command = new Command(
            "serve",
            """
            Runs the service: device gateway (MQTT, WebSocket, HTTPS), AWS IoT's REST interface, registry, shadows, firmware, campaigns.
            Ctrl+C ends it cleanly.

            Examples:
              nanoiot serve
              nanoiot serve --data ./nanoiot-data --mqtt 8883 --https 8443
              nanoiot serve --temp --mqtt 0 --https 0 --ready-file ready.json
              nanoiot serve --listen 0.0.0.0 --host fleet.example.com
            """);
        var service = new ServiceOptions(command, 8883, 8443);
        var readyFile = new Option<string?>("--ready-file") { Description = "a JSON file to write once all is listening: api, mqtt, ca, region, account, token, accessKeyId, secretAccessKey, pid" };
        var verbose = new Option<bool>("--verbose") { Description = "log what is refused and what campaigns do" };
        command.Options.Add(readyFile);
        command.Options.Add(verbose);
        common.Run(command, async (parsed, report, cancellationToken) =>
        {
            CloudOptions options = service.Read(parsed);
            LogLevel least = parsed.GetValue(verbose) ? LogLevel.Information : LogLevel.Warning;
            string? readyPath = parsed.GetValue(readyFile);
            try
            {
                if (readyPath is not null)
                {
                    CommandFiles.RequireWritable(readyPath);
                }

                CloudService cloud = await ServiceStart.StartAsync(options, least).ConfigureAwait(false);
                await using (cloud.ConfigureAwait(false))
                {
                    if (readyPath is not null)
                    {
                        cloud.WriteReadyFile(Path.GetFullPath(readyPath));
                    }

                    report.Line($"API   {cloud.Ready.Api}");
                    report.Line($"MQTT  {cloud.Ready.Mqtt} (TLS, client certificate)");
                    report.Line($"CA    {cloud.Ready.Ca}");
                    report.Line($"Data  {options.DataFolder}");
                    foreach (string line in ServiceStart.DescribeCredentials(cloud.Ready, options.KeyFolder ?? options.DataFolder))
                    {
                        report.Line(line);
                    }

                    report.Line("Ctrl+C ends it.");
                    await WaitAsync(cancellationToken).ConfigureAwait(false);
                    report.Line("Stopping.");
                }

                report.Write(new { stopped = true });
                return ExitCodes.Success;
            }
            finally
            {
                if (service.IsTemporary(parsed))
                {
                    Directory.Delete(options.DataFolder, recursive: true);
                }
            }
        });
        return command;
    }

    /// <summary>Waits for Ctrl+C.</summary>
    public static async Task WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Asked to stop: the caller goes on to do so.
            return;
        }
    }
}
