using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using NanoIoT.Emulator.Flash;
using NanoIoT.Emulator.Light;
using NanoIoT.Emulator.Runtime;
using NanoIoT.Emulator.Simulation;
using NanoIoT.HardwareProfiles;
using NanoIoT.Testing.Simulation;

namespace NanoIoT.Testing;

/// <summary>Light boards that are registered with a service over its API, each with a certificate and a connection of its own.</summary>
public sealed class LightFleet : IAsyncDisposable
{
    private const string Factory = "1.0.0";
    private const string Profile = "ESP32_S3";
    private const int ImageBytes = 24 * 1024;
    private const int Registrations = 8;

    /// <summary>So many at a time as a machine of two cores can shake hands with.</summary>
    private const int Handshakes = 32;

    private readonly ECDsa _bootKey;

    private LightFleet(LightBoard[] boards, ECDsa bootKey)
    {
        Boards = boards;
        _bootKey = bootKey;
    }

    /// <summary>The boards: board-00000 and so on.</summary>
    public IReadOnlyList<LightBoard> Boards { get; }

    /// <summary>Publishes 1.0.0, which the boards have, and another version; registers the boards, which are off.</summary>
    /// <param name="service">The service.</param>
    /// <param name="count">How many boards.</param>
    /// <param name="version">The other version.</param>
    /// <param name="isHealthy">Whether a board finds the other version healthy, by its number; null where all do.</param>
    /// <param name="campaigns">The service that has firmware and campaigns, where it is another than the one boards connect to; or null.</param>
    /// <param name="place">A board's group and region, by its number; or null where boards have none.</param>
    /// <returns>The fleet.</returns>
    public static async Task<LightFleet> CreateAsync(
        ServiceClient service,
        int count,
        string version,
        Func<int, bool>? isHealthy = null,
        ServiceClient? campaigns = null,
        Func<int, (string Group, string Region)>? place = null)
    {
        ArgumentNullException.ThrowIfNull(service);
        campaigns ??= service;
        JsonNode info = await campaigns.GetAsync("nanoiot/info").ConfigureAwait(false);
        await PublishAsync(campaigns, Factory).ConfigureAwait(false);
        await PublishAsync(campaigns, version).ConfigureAwait(false);
        JsonNode first = await campaigns.GetAsync($"nanoiot/firmware/app/{Factory}/url").ConfigureAwait(false);
        byte[] factory = (await campaigns.Downloads.GetByteArrayAsync(new Uri(first["url"]!.GetValue<string>())).ConfigureAwait(false))[..first["size"]!.GetValue<int>()];
        var bootKey = ECDsa.Create();
        bootKey.ImportFromPem(info["bootKeyPem"]!.GetValue<string>());
        var hardware = new BoardHardware(new VirtualBoardOptions { Name = "factory", Profile = ProfileCatalog.Find(Profile)!, FactoryImage = factory, BootKey = bootKey, Files = new Dictionary<string, byte[]>() });
        var boards = new LightBoard[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Registrations }, async (i, _) =>
        {
            var thing = new JsonObject { ["thingName"] = $"board-{i:00000}", ["profile"] = Profile };
            if (place is not null)
            {
                (string group, string region) = place(i);
                thing["groups"] = new JsonArray(group);
                thing["region"] = region;
            }

            boards[i] = await CreateAsync(service, info, hardware, thing, isHealthy?.Invoke(i) != false).ConfigureAwait(false);
        }).ConfigureAwait(false);
        return new LightFleet(boards, bootKey);
    }

    /// <summary>Switches all on, and waits until they are connected and have subscribed.</summary>
    /// <param name="patience">How long one may take.</param>
    /// <returns>The task.</returns>
    public Task PowerOnAsync(TimeSpan patience) => Parallel.ForEachAsync(Boards, new ParallelOptions { MaxDegreeOfParallelism = Handshakes }, async (board, _) =>
    {
        board.PowerOn();
        for (var clock = Stopwatch.StartNew(); !board.IsReady; await Task.Delay(20, CancellationToken.None).ConfigureAwait(false))
        {
            if (clock.Elapsed > patience)
            {
                throw new TimeoutException($"{board.Options.Settings.Thing} does not connect: {board.LastLog}");
            }
        }
    });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Parallel.ForEachAsync(Boards, async (board, _) =>
        {
            await board.DisposeAsync().ConfigureAwait(false);
            board.Options.Certificate.Dispose();
        }).ConfigureAwait(false);
        _bootKey.Dispose();
    }

    private static Task PublishAsync(ServiceClient service, string version) =>
        service.SendAsync(HttpMethod.Post, $"nanoiot/firmware?component=app&version={version}&profile={Profile}", new ByteArrayContent(SimulatedImages.Application(version, "good", ImageBytes)));

    private static async Task<LightBoard> CreateAsync(ServiceClient service, JsonNode info, BoardHardware factory, JsonObject thing, bool isHealthy)
    {
        string name = thing["thingName"]!.GetValue<string>();
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string csr = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        JsonNode answer = await service.PostAsync("nanoiot/things", new JsonObject { ["thing"] = thing, ["csr"] = csr }).ConfigureAwait(false);
        using var issued = X509Certificate2.CreateFromPem(answer["certificatePem"]!.GetValue<string>());
        KeyValuePair<string, JsonNode?> trusted = info["trustedKeys"]!.AsObject().First();
        return new LightBoard(factory.Clone(), new LightBoardOptions
        {
            Settings = new SimulatedSettings { Thing = name, Profile = Profile, KeyId = trusted.Key, PublicPoint = Convert.FromHexString(trusted.Value!.GetValue<string>()) },
            Broker = new DnsEndPoint("localhost", info["mqttPort"]!.GetValue<int>()),
            Certificate = issued.CopyWithPrivateKey(key),
            Ca = service.Ca,
            Http = service.Downloads,
            IsHealthy = version => isHealthy || version == Factory,
        });
    }
}
