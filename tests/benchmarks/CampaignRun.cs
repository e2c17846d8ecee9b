using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Emulator.Light;
using NanoIoT.Shared;
using NanoIoT.Testing;

namespace NanoIoT.Benchmarks;

/// <summary>
/// A whole campaign, end to end: the service as a process of its own, and so many light boards in this one, each with a certificate and
/// a connection (MQTT over mutual TLS) of its own, that download, reboot, try and confirm the new firmware. Downloads share a
/// few HTTPS connections.
/// </summary>
internal static class CampaignRun
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(20);

    public static async Task RunAsync(BenchmarkOptions options)
    {
        string folder = Directory.CreateTempSubdirectory("nanoiot-benchmark-").FullName;
        var servers = new AwsServers();
        await using (servers.ConfigureAwait(false))
        {
            string[] arguments = [];
            if (options.Store == "dynamodb")
            {
                Uri url = await servers.StartDynamoDbAsync().ConfigureAwait(false);
                arguments = ["--tables", "nanoiot_", "--aws-endpoint", "dynamodb=" + url];
            }

            var environment = new Dictionary<string, string> { ["AWS_ACCESS_KEY_ID"] = AwsServers.Key, ["AWS_SECRET_ACCESS_KEY"] = AwsServers.Key };
            (NanoIoTProcess service, ReadyInfo ready) = await NanoIoTProcess.ServeAsync(folder, environment: environment, more: ["--max-downloads", "0", .. arguments]).ConfigureAwait(false);
            using (service)
            {
                await MeasureAsync(options, service, ready).ConfigureAwait(false);
            }
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task MeasureAsync(BenchmarkOptions options, NanoIoTProcess service, ReadyInfo ready)
    {
        using var api = new ServiceClient(ready);
        var setup = Stopwatch.StartNew();
        LightFleet fleet = await LightFleet.CreateAsync(api, options.Boards, "2.0.0").ConfigureAwait(false);
        await using (fleet.ConfigureAwait(false))
        {
            Say($"{options.Boards} boards are registered ({setup.Elapsed.TotalSeconds:0} s)");
            await fleet.PowerOnAsync(s_patience).ConfigureAwait(false);
            Say($"{options.Boards} boards are connected ({setup.Elapsed.TotalSeconds:0} s)");
            await MeasureAsync(options, service, api, fleet.Boards).ConfigureAwait(false);
        }
    }

    private static async Task MeasureAsync(BenchmarkOptions options, NanoIoTProcess service, ServiceClient api, IReadOnlyList<LightBoard> boards)
    {
        int before = -1;
        while (before != boards.Sum(board => board.Published))
        {
            // What they say once they are connected is not the campaign's.
            before = boards.Sum(board => board.Published);
            await Task.Delay(3000).ConfigureAwait(false);
        }

        double units = await UnitsAsync(api).ConfigureAwait(false);
        TimeSpan busy = Cpu(service) + Cpu(null);
        var clock = Stopwatch.StartNew();
        var plan = new JsonObject
        {
            ["id"] = "benchmark",
            ["component"] = "app",
            ["version"] = "2.0.0",
            ["spreadSeconds"] = options.Boards / 100,
            ["stages"] = new JsonArray(new JsonObject { ["percent"] = 1, ["successPercent"] = 95 }, new JsonObject { ["percent"] = 100, ["successPercent"] = 95 }),
        };
        await api.PostAsync("nanoiot/campaigns", plan).ConfigureAwait(false);
        JsonNode view;
        do
        {
            await Task.Delay(1000).ConfigureAwait(false);
            view = await api.GetAsync("nanoiot/campaigns/benchmark").ConfigureAwait(false);
            if ((int)clock.Elapsed.TotalSeconds % 10 == 0)
            {
                Say($"{clock.Elapsed.TotalSeconds:0} s: {view["counts"]!.ToJsonString()}");
            }
        }
        while (view["campaign"]!["status"]!.GetValue<string>() == "running" && clock.Elapsed < s_patience);
        double seconds = clock.Elapsed.TotalSeconds;
        double cpu = (Cpu(service) + Cpu(null) - busy).TotalSeconds;
        await Task.Delay(2000).ConfigureAwait(false);
        int succeeded = view["counts"]![UpdateStates.Succeeded]?.GetValue<int>() ?? 0;
        int right = boards.Count(board => board.RunningVersion == "2.0.0");
        double writes = await UnitsAsync(api).ConfigureAwait(false) - units;
        var result = new
        {
            store = options.Store,
            boards = boards.Count,
            succeeded,
            lost = boards.Count - Math.Min(succeeded, right),
            status = view["campaign"]!["status"]!.GetValue<string>(),
            seconds = Math.Round(seconds, 1),
            boardsPerSecond = Math.Round(succeeded / seconds, 1),
            cpuSeconds = Math.Round(cpu, 1),
            messagesPerBoard = Math.Round((boards.Sum(board => board.Published) - before) / (double)boards.Count, 2),
            writeUnitsPerBoard = Math.Round(writes / boards.Count, 2),
            bytesPerBoard = boards.Sum(board => board.Downloaded) / boards.Count,
            peakMiB = Peak(service.Id),
            boardsPeakMiB = Peak(Environment.ProcessId),
        };
        if (options.IsJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(result));
        }
        else
        {
            Console.WriteLine(result);
        }
    }

    private static async Task<double> UnitsAsync(ServiceClient api)
    {
        JsonNode stores = await api.GetAsync("nanoiot/stores").ConfigureAwait(false);
        Say($"write units so far: {stores["writeUnitsByTable"]?.ToJsonString() ?? "none"}");
        return stores["writeUnits"]!.GetValue<double>();
    }

    private static TimeSpan Cpu(NanoIoTProcess? service)
    {
        using Process process = service is null ? Process.GetCurrentProcess() : Process.GetProcessById(service.Id);
        return process.TotalProcessorTime;
    }

    private static long Peak(int id)
    {
        using Process process = Process.GetProcessById(id);
        return process.PeakWorkingSet64 / 1048576;
    }

    private static void Say(string text) => Console.Error.WriteLine(text);
}
