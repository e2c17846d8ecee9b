using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using NanoIoT.Cli.Api;
using NanoIoT.Cli.Fleet;
using NanoIoT.Cli.Output;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Cloud.Hosting;
using Spectre.Console;

namespace NanoIoT.Cli.Commands;

/// <summary><c>nanoiot demo</c>: a service, a fleet, a campaign that succeeds and one that goes wrong.</summary>
internal static class DemoCommand
{
    private const int Named = 6;
    private const int BoardsPerSecond = 25;
    private const string GoodCampaign = "demo-1-1-0";
    private const string BadCampaign = "demo-1-2-0";
    private static readonly string[] s_underWay = ["accepted", "downloading", "staged", "testing"];

    public static Command Create(CommonOptions common)
    {
        var command = new Command(
            "demo",
            """
            Starts the service and a fleet of virtual boards and updates them to 1.1.0: first a small group, then a quarter of
            another group, then all boards, each stage with as many boards as the plan promises. Then it shows 1.2.0, whose health
            check fails: its boards go back by themselves and the campaign aborts. Exit code 0 only when all of that happened.

            Examples:
              nanoiot demo
              nanoiot demo --boards 100 --temp --exit
              nanoiot demo --temp --exit --output json
            """);
        var service = new ServiceOptions(command, 0, 0);
        var boards = new Option<int>("--boards") { Description = "how many boards", DefaultValueFactory = _ => 20 };
        boards.RequireRange(2, 5000);
        var exit = new Option<bool>("--exit") { Description = "end when the demo is over, instead of staying up" };
        var log = new Option<bool>("--log") { Description = "show what the boards write to their consoles" };
        command.Options.Add(boards);
        command.Options.Add(exit);
        command.Options.Add(log);
        common.Run(command, async (parsed, report, cancellationToken) =>
        {
            CloudOptions options = service.Read(parsed);
            try
            {
                var demo = new Demo(report, parsed.GetValue(boards), parsed.GetValue(log), !parsed.GetValue(exit));
                return await demo.RunAsync(options, cancellationToken).ConfigureAwait(false);
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

    private sealed class Demo(Report report, int boards, bool showLog, bool stay)
    {
        private readonly Stopwatch _clock = Stopwatch.StartNew();

        public async Task<int> RunAsync(CloudOptions options, CancellationToken cancellationToken)
        {
            Say("Starting the service");
            CloudService cloud = await ServiceStart.StartAsync(options, LogLevel.Error).ConfigureAwait(false);
            await using (cloud.ConfigureAwait(false))
            {
                using var api = new ApiClient(ConnectionSettings.From(cloud.Ready));
                await ClearEarlierAsync(api, cancellationToken).ConfigureAwait(false);
                int lab = Math.Max(1, boards / 5);

                // All boards share this machine: many at once take their time to start.
                var fleetOptions = new FleetOptions { Boards = boards, Groups = [("lab", lab), ("field", boards - lab)], TrialSeconds = Math.Min(3600, 60 + boards) };
                Say($"API {cloud.Ready.Api}, MQTT {cloud.Ready.Mqtt}");
                Say($"Registering {boards} things: {lab} in group lab, {boards - lab} in group field");
                EmulatedFleet fleet = await EmulatedFleet.CreateAsync(api, fleetOptions, showLog ? (board, line) => report.Line($"{board.Name}: {line}") : null, cancellationToken).ConfigureAwait(false);
                await using (fleet.ConfigureAwait(false))
                {
                    return await FlyAsync(cloud, api, fleet, fleetOptions, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        private static async Task ClearEarlierAsync(ApiClient api, CancellationToken cancellationToken)
        {
            JsonNode campaigns = await api.GetAsync("nanoiot/campaigns", cancellationToken).ConfigureAwait(false);
            foreach (JsonNode? campaign in campaigns["campaigns"]!.AsArray())
            {
                string id = campaign!["id"]!.GetValue<string>();
                if (id is not (GoodCampaign or BadCampaign))
                {
                    continue;
                }

                if (campaign["status"]!.GetValue<string>() is CampaignStatus.Running or CampaignStatus.Paused)
                {
                    await api.PostAsync($"nanoiot/campaigns/{id}/cancel", null, cancellationToken).ConfigureAwait(false);
                }

                await api.DeleteAsync("nanoiot/campaigns/" + id, cancellationToken).ConfigureAwait(false);
            }

            JsonNode firmware = await api.GetAsync("nanoiot/firmware", cancellationToken).ConfigureAwait(false);
            foreach (JsonNode? item in firmware["firmware"]!.AsArray())
            {
                // The sample may have been built anew since.
                if (item!["component"]!.GetValue<string>() == "app" && SampleFirmware.Releases.Contains(item["version"]!.GetValue<string>()))
                {
                    await api.DeleteAsync($"nanoiot/firmware/app/{item["version"]}", cancellationToken).ConfigureAwait(false);
                }
            }
        }

        private async Task<int> FlyAsync(CloudService cloud, ApiClient api, EmulatedFleet fleet, FleetOptions options, CancellationToken cancellationToken)
        {
            Say("Booting the boards with Thermostat 1.0.0");
            await fleet.PowerOnAsync(cancellationToken).ConfigureAwait(false);
            await WaitForVersionAsync(api, "1.0.0", cancellationToken).ConfigureAwait(false);
            long messagesBefore = Messages(fleet);
            long bytesBefore = Bytes(fleet);

            Say("Campaign 1: Thermostat 1.1.0, group lab first, then 25 % of group field, then all boards");
            JsonNode good = await CampaignAsync(api, GoodCampaign, "1.1.0", options, 50, cancellationToken).ConfigureAwait(false);
            double messages = (double)(Messages(fleet) - messagesBefore) / boards;
            double bytes = (double)(Bytes(fleet) - bytesBefore) / boards;

            Say("Campaign 2: Thermostat 1.2.0, whose health check fails");
            JsonNode bad = await CampaignAsync(api, BadCampaign, "1.2.0", options, 50, cancellationToken).ConfigureAwait(false);
            JsonNode things = await ThingsAsync(api, cancellationToken).ConfigureAwait(false);
            Dictionary<string, int> versions = Versions(things);
            Dictionary<string, int> shadows = await ShadowVersionsAsync(api, things, cancellationToken).ConfigureAwait(false);
            bool success = Check(good, bad, versions, shadows, options);
            WriteSummary(cloud, bad, versions, shadows, messages, bytes, success);
            report.Write(new
            {
                success,
                boards,
                campaigns = new[] { Summary(good), Summary(bad) },
                versions,
                shadows,
                messagesPerBoard = Math.Round(messages, 2),
                bytesPerBoard = Math.Round(bytes),
                peakMiB = Process.GetCurrentProcess().PeakWorkingSet64 / 1048576,
                seconds = Math.Round(_clock.Elapsed.TotalSeconds, 1),
                api = cloud.Ready.Api,
            });
            if (stay)
            {
                report.Line("The service and the boards stay up. Ctrl+C ends them.");
                await ServeCommand.WaitAsync(cancellationToken).ConfigureAwait(false);
                report.Line("Stopping.");
            }

            return success ? ExitCodes.Success : ExitCodes.Failure;
        }

        private async Task<JsonNode> CampaignAsync(ApiClient api, string id, string version, FleetOptions options, int abortPercent, CancellationToken cancellationToken)
        {
            await EmulatedFleet.PublishSampleAsync(api, version, options.Profiles, cancellationToken).ConfigureAwait(false);
            var request = new CampaignRequest
            {
                Id = id,
                Component = "app",
                Version = version,
                Stages =
                [
                    new CampaignStage { Group = "lab", BakeSeconds = 2 },
                    new CampaignStage { Group = "field", Percent = 25, BakeSeconds = 2 },
                    new CampaignStage(),
                ],
                SpreadSeconds = boards / BoardsPerSecond,
                Abort = [new AbortCriterion { Percent = abortPercent, Minimum = Math.Min(2, options.Groups[0].Boards) }],
            };
            int[] planned = await PlanAsync(api, request, cancellationToken).ConfigureAwait(false);
            await api.PostAsync("nanoiot/campaigns", request, cancellationToken).ConfigureAwait(false);
            JsonNode view = await CampaignWatcher.WatchAsync(api, id, report, cancellationToken).ConfigureAwait(false);
            if (view["campaign"]!["status"]!.GetValue<string>() == CampaignStatus.Aborted)
            {
                view = await SettleAsync(api, id, cancellationToken).ConfigureAwait(false);
            }

            view["planned"] = new JsonArray([.. planned.Select(count => (JsonNode)count)]);
            return view;
        }

        /// <summary>How many boards each stage takes by the plan.</summary>
        private async Task<int[]> PlanAsync(ApiClient api, CampaignRequest request, CancellationToken cancellationToken)
        {
            JsonNode plan = await api.PostAsync("nanoiot/campaigns/plan", request, cancellationToken).ConfigureAwait(false);
            int[] planned = [.. plan["stages"]!.AsArray().Select(stage => stage!["boards"]!.GetValue<int>())];
            if (planned.Sum() != boards)
            {
                throw new CliException(
                    ExitCodes.Failure,
                    "OtherThings",
                    $"A campaign to all boards would take {planned.Sum()} boards, and the demo has {boards}: the data folder has other things. Use --temp, or another folder with --data.");
            }

            Say($"The plan: {string.Join(", then ", planned)} boards");
            return planned;
        }

        /// <summary>An aborted campaign's boards that had begun still come to an end.</summary>
        private static async Task<JsonNode> SettleAsync(ApiClient api, string id, CancellationToken cancellationToken)
        {
            while (true)
            {
                JsonNode view = await api.GetAsync("nanoiot/campaigns/" + id, cancellationToken).ConfigureAwait(false);
                JsonObject counts = view["counts"]!.AsObject();
                if (!s_underWay.Any(counts.ContainsKey))
                {
                    return view;
                }

                await Task.Delay(200, cancellationToken).ConfigureAwait(false);
            }
        }

        private async Task WaitForVersionAsync(ApiClient api, string version, CancellationToken cancellationToken)
        {
            var limit = TimeSpan.FromSeconds(60 + boards);
            TimeSpan start = _clock.Elapsed;
            int last = -1;
            while (true)
            {
                int ready = Versions(await ThingsAsync(api, cancellationToken).ConfigureAwait(false)).GetValueOrDefault(version);
                if (ready >= boards)
                {
                    Say($"{ready} boards are connected and run {version}");
                    return;
                }

                if (_clock.Elapsed - start > limit)
                {
                    throw new CliException(ExitCodes.Failure, "BoardsNotReady", $"Only {ready} of {boards} boards reported {version} within {limit.TotalSeconds} s.");
                }

                if (ready / 100 != last / 100)
                {
                    last = ready;
                    Say($"{ready} of {boards} boards are connected");
                }

                await Task.Delay(200, cancellationToken).ConfigureAwait(false);
            }
        }

        private static async Task<JsonNode> ThingsAsync(ApiClient api, CancellationToken cancellationToken)
        {
            var all = new JsonArray();
            string? after = null;
            do
            {
                JsonNode page = await api.GetAsync("nanoiot/things" + (after is null ? string.Empty : "?after=" + after), cancellationToken).ConfigureAwait(false);
                foreach (JsonNode? item in page["things"]!.AsArray())
                {
                    if (item!["thing"]!["thingName"]!.GetValue<string>().StartsWith("board-", StringComparison.Ordinal) && item["connected"]!.GetValue<bool>())
                    {
                        all.Add(item.DeepClone());
                    }
                }

                after = page["next"]?.GetValue<string>();
            }
            while (after is not null);
            return all;
        }

        private static Dictionary<string, int> Versions(JsonNode things) => things.AsArray()
            .Select(item => item!["thing"]!["firmware"]!["app"]?.GetValue<string>() ?? "none")
            .GroupBy(version => version)
            .ToDictionary(group => group.Key, group => group.Count());

        private static async Task<Dictionary<string, int>> ShadowVersionsAsync(ApiClient api, JsonNode things, CancellationToken cancellationToken)
        {
            var versions = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (JsonNode? item in things.AsArray())
            {
                JsonNode shadow = await api.GetAsync($"things/{item!["thing"]!["thingName"]}/shadow?name=nanoiot", cancellationToken).ConfigureAwait(false);
                string version = shadow["state"]!["reported"]?["firmware"]?["app"]?.GetValue<string>() ?? "none";
                versions[version] = versions.GetValueOrDefault(version) + 1;
            }

            return versions;
        }

        private static object Summary(JsonNode view) => new
        {
            id = view["campaign"]!["id"]!.GetValue<string>(),
            version = view["campaign"]!["request"]!["version"]!.GetValue<string>(),
            status = view["campaign"]!["status"]!.GetValue<string>(),
            reason = view["campaign"]!["reason"]?.GetValue<string>(),
            planned = view["planned"]!.DeepClone(),
            updated = Updated(view),
            counts = view["counts"]!.DeepClone(),
        };

        /// <summary>How many boards each stage updated.</summary>
        private static int[] Updated(JsonNode view) => [.. view["stages"]!.AsArray().Select(stage => stage!["counts"]!["succeeded"]?.GetValue<int>() ?? 0)];

        private static long Messages(EmulatedFleet fleet) => fleet.Boards.Sum(board => board.Traffic.MessagesPublished);

        private static long Bytes(EmulatedFleet fleet) => fleet.Boards.Sum(board => board.Traffic.BytesPublished + board.Traffic.BytesDownloaded);

        private bool Check(JsonNode good, JsonNode bad, Dictionary<string, int> versions, Dictionary<string, int> shadows, FleetOptions options)
        {
            int Count(JsonNode view, string state) => view["counts"]![state]?.GetValue<int>() ?? 0;
            return good["campaign"]!["status"]!.GetValue<string>() == CampaignStatus.Completed
                && Count(good, "succeeded") == boards
                && good["planned"]!.AsArray().Select(count => count!.GetValue<int>()).SequenceEqual(Updated(good))
                && bad["campaign"]!["status"]!.GetValue<string>() == CampaignStatus.Aborted
                && Count(bad, "rolledBack") > 0 && Count(bad, "succeeded") == 0
                && Count(bad, "rolledBack") <= options.Groups[0].Boards
                && versions.GetValueOrDefault("1.1.0") == boards && shadows.GetValueOrDefault("1.1.0") == boards;
        }

        private void WriteSummary(CloudService cloud, JsonNode bad, Dictionary<string, int> versions, Dictionary<string, int> shadows, double messages, double bytes, bool success)
        {
            report.Line(string.Empty);
            report.Line("Who did not take 1.2.0, and why:");
            foreach (IGrouping<string, JsonNode?> group in bad["unsuccessful"]!.AsArray().GroupBy(item => $"{item!["state"]}: {item["reason"]}, {item["detail"]}"))
            {
                string names = string.Join(", ", group.Take(Named).Select(item => item!["thing"]!.ToString()));
                report.Line($"  {group.Count()} {group.Key}");
                report.Line($"    {names}{(group.Count() > Named ? ", …" : string.Empty)}");
            }

            report.Line($"Registry: {Text(versions)}   Shadows: {Text(shadows)}");
            report.Line($"Campaign 1: {messages:0.0} messages and {bytes / 1024:0} KiB a board; {_clock.Elapsed.TotalSeconds:0.0} s in all");
            report.Line($"API {cloud.Ready.Api}  CA {cloud.Ready.Ca}");
            report.Line($"Look around: nanoiot thing list --data {Path.GetDirectoryName(cloud.Ready.Ca)}");
            report.Console.MarkupLine(success ? "[green]The demo did what it should.[/]" : "[red]The demo did not do what it should.[/]");
        }

        private static string Text(Dictionary<string, int> versions) => string.Join(", ", versions.Select(item => $"{item.Value} × {item.Key}"));

        private void Say(string text) => report.Line($"{_clock.Elapsed.TotalSeconds,6:0.0}s  {text}");
    }
}
