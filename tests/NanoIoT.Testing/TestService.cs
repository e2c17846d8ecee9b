using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Firmware;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Registry;
using NanoIoT.Emulator.Isolation;
using NanoIoT.Emulator.Runtime;
using NanoIoT.HardwareProfiles;
using NanoIoT.Shared;

namespace NanoIoT.Testing;

/// <summary>The service in this process, in a folder of its own, on free ports; with the sample's releases published.</summary>
public sealed class TestService : IAsyncDisposable
{
    private readonly List<VirtualBoard> _boards = [];
    private readonly ECDsa _bootKey;

    private TestService(CloudService cloud, string folder, ConcurrentQueue<string> log)
    {
        Cloud = cloud;
        Folder = folder;
        Log = log;
        _bootKey = ECDsa.Create();
        _bootKey.ImportFromPem(File.ReadAllText(Path.Combine(folder, "firmware.key")));
    }

    /// <summary>The service.</summary>
    public CloudService Cloud { get; }

    /// <summary>Its data folder.</summary>
    public string Folder { get; }

    /// <summary>What it logged.</summary>
    public ConcurrentQueue<string> Log { get; }

    /// <summary>Publishing as the service itself.</summary>
    public IMessageBus Bus => Cloud.MessageBus;

    /// <summary>The broker's port.</summary>
    public int MqttPort => int.Parse(Cloud.Ready.Mqtt.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Starts a service.</summary>
    /// <param name="time">Its clock, or null for the machine's.</param>
    /// <returns>The service.</returns>
    public static async Task<TestService> StartAsync(TimeProvider? time = null)
    {
        string folder = Directory.CreateTempSubdirectory("nanoiot-test-").FullName;
        var log = new ConcurrentQueue<string>();
        CloudService cloud = await CloudService.StartAsync(
            new CloudOptions { DataFolder = folder, MqttPort = 0, HttpsPort = 0, AllowPrivateTargets = true },
            logging => AddLog(logging, log),
            time).ConfigureAwait(false);
        return new TestService(cloud, folder, log);
    }

    /// <summary>Keeps what a service logs.</summary>
    /// <param name="logging">The service's log.</param>
    /// <param name="lines">Where lines go.</param>
    public static void AddLog(ILoggingBuilder logging, ConcurrentQueue<string> lines)
    {
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddProvider(new QueueLog(lines));
    }

    /// <summary>A client of its API, as the first administrator.</summary>
    /// <returns>The client.</returns>
    public HttpClient CreateHttp()
    {
        var http = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true }) { BaseAddress = new Uri(Cloud.Ready.Api) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", Cloud.Ready.Token);
        return http;
    }

    /// <summary>Publishes a release of the sample, for boards with MCUboot.</summary>
    /// <param name="release">1.0.0, 1.1.0 or 1.2.0.</param>
    /// <param name="version">Another version to publish it as, or null.</param>
    /// <returns>The artifact.</returns>
    public Task<Artifact> PublishAsync(string release, string? version = null) => PublishAsync(version ?? release, Sample.Payload(release), "ESP32_S3", "ORGPAL_PALTHREE");

    /// <summary>Publishes a release of the sample, for boards that update by files.</summary>
    /// <param name="release">1.0.0, 1.1.0 or 1.2.0.</param>
    /// <returns>The artifact.</returns>
    public Task<Artifact> PublishBundleAsync(string release) => PublishAsync(release, Sample.Bundle(release, "ESP32_REV3"), "ESP32_REV3");

    /// <summary>Publishes an image.</summary>
    /// <param name="version">Its version.</param>
    /// <param name="image">The image, bundle or payload.</param>
    /// <param name="profiles">The boards.</param>
    /// <returns>The artifact.</returns>
    public Task<Artifact> PublishAsync(string version, byte[] image, params string[] profiles) =>
        Cloud.Firmware.PublishAsync(new PublishRequest { Component = "app", Version = version, Profiles = profiles, Image = image, AcceptVersionMismatch = true });

    /// <summary>The MCUboot image of an artifact.</summary>
    /// <param name="artifact">The artifact.</param>
    /// <returns>Its bytes.</returns>
    public byte[] ReadImage(Artifact artifact)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        return File.ReadAllBytes(Path.Combine(Folder, "firmware", artifact.File))[..artifact.Manifest.Size];
    }

    /// <summary>Registers a thing with a certificate.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="group">Its group.</param>
    /// <param name="profile">Its profile.</param>
    /// <returns>Certificate and key, PEM.</returns>
    public async Task<(string Certificate, string Key)> RegisterAsync(string name, string group = "field", string profile = "ESP32_S3")
    {
        await Cloud.Registry.CreateAsync(new ThingRequest { ThingName = name, Groups = [group], Region = "eu", Profile = profile }).ConfigureAwait(false);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string csr = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        using X509Certificate2 certificate = Cloud.Authority.IssueForThing(name, csr);
        await Cloud.Identities.RegisterForThingAsync(name, certificate, Cloud.Registry).ConfigureAwait(false);
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Makes a board with Thermostat 1.0.0, registered and off.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="group">Its group.</param>
    /// <param name="change">Changes its settings.</param>
    /// <param name="profile">Its profile.</param>
    /// <param name="more">Files it has besides, or in the place of others; or null.</param>
    /// <returns>The board.</returns>
    public async Task<VirtualBoard> CreateBoardAsync(string name, string group = "field", Action<JsonObject>? change = null, string profile = "ESP32_S3", IReadOnlyDictionary<string, byte[]>? more = null)
    {
        (byte[] factoryImage, Dictionary<string, byte[]> files) = await PrepareBoardAsync(name, group, change, profile).ConfigureAwait(false);
        foreach ((string path, byte[] content) in more ?? new Dictionary<string, byte[]>())
        {
            files[path] = content;
        }

        var board = new VirtualBoard(new VirtualBoardOptions
        {
            Name = name,
            Profile = ProfileCatalog.Find(profile)!,
            FactoryImage = factoryImage,
            FactoryClrImage = ProfileCatalog.Find(profile)!.Update.Clr is null ? null : ClrImage("1.17.0"),
            BootKey = _bootKey,
            Files = files,
        });
        board.Log += (_, line) => Log.Enqueue($"{name}: {line}");
        _boards.Add(board);
        return board;
    }

    /// <summary>A nanoCLR's image; the emulator is the CLR, so its payload is nothing.</summary>
    /// <param name="version">Its version.</param>
    /// <returns>The image.</returns>
    public byte[] ClrImage(string version) => McuBootImageBuilder.Build(new byte[9000], SemanticVersion.Parse(version)!, _bootKey);

    /// <summary>Makes a board with Thermostat 1.0.0 that runs in a process of its own, registered and off.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="profile">Its profile.</param>
    /// <param name="change">Changes its settings.</param>
    /// <returns>The board.</returns>
    public async Task<IsolatedBoard> CreateIsolatedBoardAsync(string name, string profile, Action<JsonObject>? change = null)
    {
        (byte[] factoryImage, Dictionary<string, byte[]> files) = await PrepareBoardAsync(name, "field", change, profile).ConfigureAwait(false);
        var board = new IsolatedBoard(
            new IsolatedBoardOptions
            {
                Name = name,
                Profile = profile,
                FactoryImage = factoryImage,
                BootKeyPem = _bootKey.ExportSubjectPublicKeyInfoPem(),
                Files = files,
                StateFile = Path.Combine(Folder, name + ".flash"),
            },
            Repository.DeviceAssembly("device/emulator/NanoIoT.Emulator.Board", "NanoIoT.Emulator.Board"));
        board.Log += line => Log.Enqueue($"{name}: {line}");
        return board;
    }

    private async Task<(byte[] FactoryImage, Dictionary<string, byte[]> Files)> PrepareBoardAsync(string name, string group, Action<JsonObject>? change, string profile)
    {
        bool isFiles = ProfileCatalog.Find(profile)!.Update.IsFiles;
        Artifact factory = Cloud.Firmware.Find("app", "1.0.0") ?? await (isFiles ? PublishBundleAsync("1.0.0") : PublishAsync("1.0.0")).ConfigureAwait(false);
        (string certificate, string key) = await RegisterAsync(name, group, profile).ConfigureAwait(false);
        var settings = new JsonObject
        {
            ["thing"] = name,
            ["host"] = "localhost",
            ["port"] = MqttPort,
            ["profile"] = profile,
            ["trialSeconds"] = 60,
            ["minBackOffMilliseconds"] = 20,
            ["maxBackOffMilliseconds"] = 200,
            ["trustedKeys"] = new JsonObject { [factory.KeyId] = Cloud.PublicKeyHex },
        };
        change?.Invoke(settings);
        var files = new Dictionary<string, byte[]>
        {
            ["I:\\nanoiot\\settings.json"] = Encoding.UTF8.GetBytes(settings.ToJsonString(JsonSerializerOptions.Web)),
            ["I:\\nanoiot\\ca.pem"] = File.ReadAllBytes(Path.Combine(Folder, "ca.pem")),
            ["I:\\nanoiot\\thing.pem"] = Encoding.UTF8.GetBytes(certificate),
            ["I:\\nanoiot\\thing.key"] = Encoding.UTF8.GetBytes(key),
        };
        if (!isFiles)
        {
            return (ReadImage(factory), files);
        }

        // As nanoff --filedeployment puts it there: slot A and its digests.
        byte[] artifact = File.ReadAllBytes(Path.Combine(Folder, "firmware", factory.File));
        files["I:\\slots\\a.bin"] = artifact[..factory.Manifest.Size];
        files["I:\\slots\\a.lst"] = artifact[factory.Manifest.Size..];
        return (Sample.Resident(), files);
    }

    /// <summary>The version the registry has of a board.</summary>
    /// <param name="name">The board.</param>
    /// <returns>The version, or null.</returns>
    public string? VersionOf(string name) => Cloud.Registry.Find(name)?.Firmware.GetValueOrDefault("app");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (VirtualBoard board in _boards)
        {
            await board.DisposeAsync().ConfigureAwait(false);
        }

        await Cloud.DisposeAsync().ConfigureAwait(false);
        _bootKey.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
