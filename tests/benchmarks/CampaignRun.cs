using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Emulator.Flash;
using NanoIoT.Emulator.Light;
using NanoIoT.Emulator.Runtime;
using NanoIoT.Emulator.Simulation;
using NanoIoT.HardwareProfiles;
using NanoIoT.Shared;
using NanoIoT.Testing;
using NanoIoT.Testing.Simulation;

namespace NanoIoT.Benchmarks;

/// <summary>
/// A whole campaign, end to end: the service as a process of its own, and so many light boards in this one, each with a certificate and
/// a connection (MQTT over mutual TLS) of its own, that download, reboot, try and confirm the new firmware. Downloads share a
/// few HTTPS connections.
/// </summary>
internal static class CampaignRun
{
    private const string Profile = "ESP32_S3";
    private const int ImageBytes = 24 * 1024;
    private const int Parallel = 32;
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
        using var ca = X509CertificateLoader.LoadCertificateFromFile(ready.Ca);
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 64, UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        using var http = new HttpClient(handler) { BaseAddress = new Uri(ready.Api), Timeout = TimeSpan.FromMinutes(5) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", ready.Token);
        var setup = Stopwatch.StartNew();
        JsonNode info = await GetAsync(http, "nanoiot/info").ConfigureAwait(false);
        await PublishAsync(http, "1.0.0").ConfigureAwait(false);
        await PublishAsync(http, "2.0.0").ConfigureAwait(false);
        JsonNode first = await GetAsync(http, "nanoiot/firmware/app/1.0.0/url").ConfigureAwait(false);
        byte[] factory = (await http.GetByteArrayAsync(new Uri(first["url"]!.GetValue<string>())).ConfigureAwait(false))[..first["size"]!.GetValue<int>()];
        using var bootKey = ECDsa.Create();
        bootKey.ImportFromPem(info["bootKeyPem"]!.GetValue<string>());
        var hardware = new BoardHardware(new VirtualBoardOptions { Name = "factory", Profile = ProfileCatalog.Find(Profile)!, FactoryImage = factory, BootKey = bootKey, Files = new Dictionary<string, byte[]>() });
        var boards = new LightBoard[options.Boards];
        await System.Threading.Tasks.Parallel.ForAsync(0, boards.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
            boards[i] = await CreateAsync(http, info, hardware, ca, $"board-{i:00000}").ConfigureAwait(false)).ConfigureAwait(false);
        Say($"{boards.Length} boards are registered ({setup.Elapsed.TotalSeconds:0} s)");

        // So many at a time as a machine of two cores can shake hands with.
        await System.Threading.Tasks.Parallel.ForEachAsync(boards, new ParallelOptions { MaxDegreeOfParallelism = Parallel }, async (board, _) =>
        {
            board.PowerOn();
            await UntilAsync(() => board.IsReady, $"{board.Options.Settings.Thing} connects ({board.LastLog})").ConfigureAwait(false);
        }).ConfigureAwait(false);
        Say($"{boards.Length} boards are connected ({setup.Elapsed.TotalSeconds:0} s)");

        int before = boards.Sum(board => board.Published);
        double units = await UnitsAsync(http).ConfigureAwait(false);
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
        await PostAsync(http, "nanoiot/campaigns", plan).ConfigureAwait(false);
        JsonNode view;
        do
        {
            await Task.Delay(1000).ConfigureAwait(false);
            view = await GetAsync(http, "nanoiot/campaigns/benchmark").ConfigureAwait(false);
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
        double writes = await UnitsAsync(http).ConfigureAwait(false) - units;
        var result = new
        {
            store = options.Store,
            boards = boards.Length,
            succeeded,
            lost = boards.Length - Math.Min(succeeded, right),
            status = view["campaign"]!["status"]!.GetValue<string>(),
            seconds = Math.Round(seconds, 1),
            boardsPerSecond = Math.Round(succeeded / seconds, 1),
            cpuSeconds = Math.Round(cpu, 1),
            messagesPerBoard = Math.Round((boards.Sum(board => board.Published) - before) / (double)boards.Length, 2),
            writeUnitsPerBoard = Math.Round(writes / boards.Length, 2),
            bytesPerBoard = boards.Sum(board => board.Downloaded) / boards.Length,
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

        await System.Threading.Tasks.Parallel.ForEachAsync(boards, async (board, _) => await board.DisposeAsync().ConfigureAwait(false)).ConfigureAwait(false);
    }

    private static async Task<LightBoard> CreateAsync(HttpClient http, JsonNode info, BoardHardware factory, X509Certificate2 ca, string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string csr = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        JsonNode answer = await PostAsync(http, "nanoiot/things", new JsonObject { ["thing"] = new JsonObject { ["thingName"] = name, ["profile"] = Profile }, ["csr"] = csr }).ConfigureAwait(false);
        using var issued = X509Certificate2.CreateFromPem(answer["certificatePem"]!.GetValue<string>());
        KeyValuePair<string, JsonNode?> trusted = info["trustedKeys"]!.AsObject().First();
        return new LightBoard(factory.Clone(), new LightBoardOptions
        {
            Settings = new SimulatedSettings { Thing = name, Profile = Profile, KeyId = trusted.Key, PublicPoint = Convert.FromHexString(trusted.Value!.GetValue<string>()) },
            Broker = new DnsEndPoint("localhost", info["mqttPort"]!.GetValue<int>()),
            Certificate = issued.CopyWithPrivateKey(key),
            Ca = ca,
            Http = http,
        });
    }

    private static Task PublishAsync(HttpClient http, string version) =>
        SendAsync(http, HttpMethod.Post, $"nanoiot/firmware?component=app&version={version}&profile={Profile}", new ByteArrayContent(SimulatedImages.Application(version, "good", ImageBytes)));

    private static Task<JsonNode> GetAsync(HttpClient http, string path) => SendAsync(http, HttpMethod.Get, path, null);

    private static Task<JsonNode> PostAsync(HttpClient http, string path, JsonObject body) =>
        SendAsync(http, HttpMethod.Post, path, new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json"));

    private static async Task<JsonNode> SendAsync(HttpClient http, HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using HttpResponseMessage answer = await http.SendAsync(request).ConfigureAwait(false);
        string text = await answer.Content.ReadAsStringAsync().ConfigureAwait(false);
        return answer.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new InvalidOperationException($"{path}: {(int)answer.StatusCode} {text}");
    }

    private static async Task<double> UnitsAsync(HttpClient http) => (await GetAsync(http, "nanoiot/stores").ConfigureAwait(false))["writeUnits"]!.GetValue<double>();

    private static async Task UntilAsync(Func<bool> holds, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!holds())
        {
            if (clock.Elapsed > s_patience)
            {
                throw new TimeoutException(what);
            }

            await Task.Delay(20).ConfigureAwait(false);
        }
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
