using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NanoIoT.Cli.Api;
using NanoIoT.Emulator.Runtime;
using NanoIoT.HardwareProfiles;

namespace NanoIoT.Cli.Fleet;

/// <summary>Virtual boards that are registered with a service over its API, each with a key and certificate of its own.</summary>
internal sealed class EmulatedFleet : IAsyncDisposable
{
    private const int Parallel = 4;

    private readonly ECDsa _bootKey;

    private EmulatedFleet(IReadOnlyList<VirtualBoard> boards, ECDsa bootKey)
    {
        Boards = boards;
        _bootKey = bootKey;
    }

    public IReadOnlyList<VirtualBoard> Boards { get; }

    /// <summary>Registers the boards and makes them, with the sample's first release in their flash; they are off.</summary>
    public static async Task<EmulatedFleet> CreateAsync(ApiClient api, FleetOptions options, Action<VirtualBoard, string>? log, CancellationToken cancellationToken)
    {
        (byte[] factoryImage, byte[] digests) = await FactoryImageAsync(api, options, cancellationToken).ConfigureAwait(false);
        JsonNode info = await api.GetAsync("nanoiot/info", cancellationToken).ConfigureAwait(false);
        ECDsa bootKey = ECDsa.Create();
        bootKey.ImportFromPem(info["bootKeyPem"]!.GetValue<string>());

        var boards = new VirtualBoard[options.Boards];
        var firstOfProfile = new Dictionary<string, VirtualBoard>(StringComparer.Ordinal);
        var files = new IReadOnlyDictionary<string, byte[]>[options.Boards];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken };
        await System.Threading.Tasks.Parallel.ForAsync(0, options.Boards, parallel, async (i, end) =>
            files[i] = await RegisterAsync(api, info, options, i, end).ConfigureAwait(false)).ConfigureAwait(false);
        for (int i = 0; i < boards.Length; i++)
        {
            HardwareProfile profile = FindProfile(ProfileOf(options, i));
            if (profile.Update.IsFiles)
            {
                string folder = profile.Update.Slots!.Drive + "\\slots\\";
                files[i] = new Dictionary<string, byte[]>(files[i]) { [folder + "a.bin"] = factoryImage, [folder + "a.lst"] = digests };
            }

            boards[i] = new VirtualBoard(new VirtualBoardOptions
            {
                Name = NameOf(options, i),
                Profile = profile,
                FactoryImage = profile.Update.IsFiles ? SampleFirmware.Resident() : factoryImage,
                BootKey = bootKey,
                Files = files[i],
                SharesFactoryImageWith = firstOfProfile.GetValueOrDefault(profile.Name),
            });
            firstOfProfile.TryAdd(profile.Name, boards[i]);
            if (log is not null)
            {
                boards[i].Log += log;
            }
        }

        return new EmulatedFleet(boards, bootKey);
    }

    /// <summary>Turns all boards on.</summary>
    public Task PowerOnAsync(CancellationToken cancellationToken) => System.Threading.Tasks.Parallel.ForEachAsync(
        Boards,
        new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken },
        async (board, _) => await board.PowerOnAsync().ConfigureAwait(false));

    /// <summary>Waits until no board boots or stops.</summary>
    public Task WhenSettledAsync() => Task.WhenAll(Boards.Select(board => board.WhenSettledAsync()));

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Boards.Select(board => board.DisposeAsync().AsTask())).ConfigureAwait(false);
        _bootKey.Dispose();
    }

    private static string NameOf(FleetOptions options, int index) => $"{options.Prefix}{index + 1:000}";

    private static string ProfileOf(FleetOptions options, int index) => options.Profiles[index % options.Profiles.Count];

    /// <summary>The profile of a name.</summary>
    /// <exception cref="CliException">There is none.</exception>
    internal static HardwareProfile FindProfile(string name) => ProfileCatalog.Find(name)
        ?? throw new CliException(ExitCodes.Usage, "UnknownProfile", $"Profile '{name}' does not exist. Allowed are {string.Join(", ", ProfileCatalog.All.Keys.Order(StringComparer.Ordinal))}.");

    /// <summary>Whether the boards update by files; all or none, because a version is published as one kind of image.</summary>
    private static bool AreFiles(IReadOnlyList<string> profiles)
    {
        bool[] kinds = [.. profiles.Select(name => FindProfile(name).Update.IsFiles).Distinct()];
        return kinds.Length == 1
            ? kinds[0]
            : throw CliException.Usage("Boards that update by files and boards with MCUboot take different images: boot them as two fleets, each against a service of its own.");
    }

    /// <summary>The first release as it was published: image and digests.</summary>
    private static async Task<(byte[] Image, byte[] Digests)> FactoryImageAsync(ApiClient api, FleetOptions options, CancellationToken cancellationToken)
    {
        await PublishSampleAsync(api, "1.0.0", options.Profiles, cancellationToken).ConfigureAwait(false);
        JsonNode url = await api.GetAsync("nanoiot/firmware/app/1.0.0/url", cancellationToken).ConfigureAwait(false);
        byte[] artifact = await api.DownloadAsync(url["url"]!.GetValue<string>(), cancellationToken).ConfigureAwait(false);
        int size = url["size"]!.GetValue<int>();
        return (artifact[..size], artifact[size..]);
    }

    /// <summary>Publishes a release of the sample; one that is published already stays as it is.</summary>
    public static Task<JsonNode> PublishSampleAsync(ApiClient api, string release, IReadOnlyList<string> profiles, CancellationToken cancellationToken)
    {
        string[] distinct = [.. profiles.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        byte[] image = AreFiles(distinct) ? SampleFirmware.Bundle(release, distinct.Select(FindProfile)) : SampleFirmware.Payload(release);
        string query = string.Join('&', distinct.Select(profile => "profile=" + Uri.EscapeDataString(profile)));
        return api.PostBytesAsync($"nanoiot/firmware?component=app&version={release}&{query}", image, cancellationToken);
    }

    private static async Task<IReadOnlyDictionary<string, byte[]>> RegisterAsync(ApiClient api, JsonNode info, FleetOptions options, int index, CancellationToken cancellationToken)
    {
        string name = NameOf(options, index);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string csr = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        int before = 0;
        string group = options.Groups.First(item => index < (before += item.Boards)).Group;
        JsonNode answer = await api.PostAsync(
            "nanoiot/things",
            new
            {
                thing = new
                {
                    thingName = name,
                    profile = ProfileOf(options, index),
                    region = options.Regions[index / options.Profiles.Count % options.Regions.Count],
                    groups = new[] { group },
                },
                csr,
            },
            cancellationToken).ConfigureAwait(false);
        var settings = new JsonObject
        {
            ["thing"] = name,
            ["host"] = info["mqttHost"]!.GetValue<string>(),
            ["port"] = info["mqttPort"]!.GetValue<int>(),
            ["profile"] = ProfileOf(options, index),
            ["trialSeconds"] = options.TrialSeconds,
            ["telemetrySeconds"] = 60,
            ["slotFolder"] = (ProfileCatalog.Find(ProfileOf(options, index))?.Update.Slots?.Drive ?? "I:") + "\\slots",
            ["trustedKeys"] = info["trustedKeys"]!.DeepClone(),
        };
        return new Dictionary<string, byte[]>
        {
            ["I:\\nanoiot\\settings.json"] = Encoding.UTF8.GetBytes(settings.ToJsonString(JsonSerializerOptions.Web)),
            ["I:\\nanoiot\\ca.pem"] = Encoding.UTF8.GetBytes(info["caPem"]!.GetValue<string>()),
            ["I:\\nanoiot\\thing.pem"] = Encoding.UTF8.GetBytes(answer["certificatePem"]!.GetValue<string>()),
            ["I:\\nanoiot\\thing.key"] = Encoding.UTF8.GetBytes(key.ExportPkcs8PrivateKeyPem()),
        };
    }
}
