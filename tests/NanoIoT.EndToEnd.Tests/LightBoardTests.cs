using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Cloud.Campaigns.Views;
using NanoIoT.Cloud.Firmware;
using NanoIoT.Emulator.Flash;
using NanoIoT.Emulator.Light;
using NanoIoT.Emulator.Runtime;
using NanoIoT.Emulator.Simulation;
using NanoIoT.HardwareProfiles;
using NanoIoT.Shared;
using NanoIoT.Testing;
using NanoIoT.Testing.Simulation;

namespace NanoIoT.EndToEnd.Tests;

/// <summary>The light boards of the campaign benchmark: the device binary, loaded once, over real connections.</summary>
[TestClass]
public sealed class LightBoardTests
{
    private readonly List<LightBoard> _boards = [];
    private TestService _service = null!;
    private Artifact _factory = null!;
    private BoardHardware _hardware = null!;
    private ECDsa _bootKey = null!;
    private X509Certificate2 _ca = null!;
    private HttpClient _http = null!;

    [TestInitialize]
    public async Task StartAsync()
    {
        _service = await TestService.StartAsync().ConfigureAwait(false);
        _factory = await _service.PublishAsync("1.0.0", SimulatedImages.Application("1.0.0", "good", 24576), "ESP32_S3").ConfigureAwait(false);
        await _service.PublishAsync("2.0.0", SimulatedImages.Application("2.0.0", "good", 24576), "ESP32_S3").ConfigureAwait(false);
        _bootKey = ECDsa.Create();
        _bootKey.ImportFromPem(await File.ReadAllTextAsync(Path.Combine(_service.Folder, "firmware.key")).ConfigureAwait(false));
        _hardware = new BoardHardware(new VirtualBoardOptions { Name = "factory", Profile = ProfileCatalog.Find("ESP32_S3")!, FactoryImage = _service.ReadImage(_factory), BootKey = _bootKey, Files = new Dictionary<string, byte[]>() });
        _ca = X509CertificateLoader.LoadCertificateFromFile(_service.Cloud.Ready.Ca);
        _http = _service.CreateHttp();
    }

    [TestCleanup]
    public async Task StopAsync()
    {
        foreach (LightBoard board in _boards)
        {
            await board.DisposeAsync().ConfigureAwait(false);
            board.Options.Certificate.Dispose();
        }

        _http.Dispose();
        _ca.Dispose();
        _bootKey.Dispose();
        await _service.DisposeAsync().ConfigureAwait(false);
    }

    [TestMethod]
    public async Task Light_boards_update_reboot_and_confirm_and_one_that_comes_late_does_too()
    {
        await CreateBoardsAsync(6, _ => true).ConfigureAwait(false);
        await PowerOnAsync(_boards.Skip(1)).ConfigureAwait(false);
        await _service.Cloud.Campaigns.CreateAsync(Request()).ConfigureAwait(false);
        await Wait.UntilAsync(() => View("c").Counts.GetValueOrDefault(UpdateStates.Succeeded) == 5, "five succeed").ConfigureAwait(false);
        Assert.AreEqual(CampaignStatus.Running, View("c").Campaign.Status);
        Assert.Contains("1 pending", View("c").Waiting!);
        _boards[0].PowerOn();
        await Wait.UntilAsync(() => View("c").Campaign.Status == CampaignStatus.Completed, "the late one too").ConfigureAwait(false);

        Assert.IsTrue(_boards.All(board => board is { RunningVersion: "2.0.0", BootCount: 2 }));
        Assert.IsTrue(View("c").Reports is >= 24 and <= 30, $"{View("c").Reports} reports: four a board, five where it waited for its turn");
    }

    [TestMethod]
    public async Task Boards_of_an_aborted_campaign_are_brought_back_to_the_previous_version()
    {
        await CreateBoardsAsync(4, board => board == 3).ConfigureAwait(false);
        await PowerOnAsync(_boards).ConfigureAwait(false);
        await _service.Cloud.Campaigns.CreateAsync(Request() with { Rollback = "previous", Abort = [new AbortCriterion { Outcome = UpdateStates.RolledBack, Percent = 60, Minimum = 4 }] }).ConfigureAwait(false);
        await Wait.UntilAsync(() => View("c").Campaign is { Status: CampaignStatus.Aborted, Counter: not null }, "it aborts and is countered").ConfigureAwait(false);
        Assert.AreEqual("c-rollback", View("c").Campaign.Counter);

        await Wait.UntilAsync(() => View("c-rollback").Campaign.Status == CampaignStatus.Completed && _boards[3].RunningVersion == "1.0.0", "the board that succeeded goes back").ConfigureAwait(false);

        Assert.AreEqual(1, View("c-rollback").Counts[UpdateStates.Succeeded]);
        Assert.AreEqual(1, View("c-rollback").Targets, "the others run the previous version by themselves");
        await Wait.UntilAsync(() => _service.Cloud.Registry.Find("light3")!.Firmware["app"] == "1.0.0", "the registry knows").ConfigureAwait(false);
        Assert.IsTrue(_boards.All(board => board.RunningVersion == "1.0.0"));
        Assert.AreEqual("countered", (await _service.Cloud.Campaigns.HistoryAsync("c").ConfigureAwait(false))[^1].What);
    }

    [TestMethod]
    public async Task A_lower_version_is_refused_without_a_manifest_that_is_the_way_back_from_the_running_one()
    {
        await CreateBoardsAsync(1, _ => true).ConfigureAwait(false);
        await PowerOnAsync(_boards).ConfigureAwait(false);
        await _service.Cloud.Campaigns.CreateAsync(Request()).ConfigureAwait(false);
        await Wait.UntilAsync(() => View("c").Campaign.Status == CampaignStatus.Completed, "it runs 2.0.0").ConfigureAwait(false);

        await _service.Cloud.Campaigns.CreateAsync(Request() with { Id = "down", Version = "1.0.0", Abort = [new AbortCriterion { Minimum = 1 }] }).ConfigureAwait(false);
        await Wait.UntilAsync(() => View("down").Campaign.Status == CampaignStatus.Aborted, "it is refused").ConfigureAwait(false);
        Assert.AreEqual(ReasonCodes.LowerVersion, View("down").Unsuccessful.Single().Reason);
        await _service.Cloud.Campaigns.CreateAsync(Request() with { Id = "other", Version = "1.0.0", Replaces = "3.0.0", Abort = [new AbortCriterion { Minimum = 1 }] }).ConfigureAwait(false);
        await Wait.UntilAsync(() => View("other").Campaign.Status == CampaignStatus.Aborted, "it is the way back from another").ConfigureAwait(false);
        Assert.AreEqual(ReasonCodes.RequirementNotMet, View("other").Unsuccessful.Single().Reason);
        await _service.Cloud.Campaigns.CreateAsync(Request() with { Id = "back", Version = "1.0.0", Replaces = "2.0.0" }).ConfigureAwait(false);
        await Wait.UntilAsync(() => _boards[0].RunningVersion == "1.0.0" && View("back").Campaign.Status == CampaignStatus.Completed, "it goes back").ConfigureAwait(false);
    }

    private static CampaignRequest Request() => new() { Id = "c", Component = "app", Version = "2.0.0", Stages = [new CampaignStage()] };

    private static async Task PowerOnAsync(IEnumerable<LightBoard> boards)
    {
        LightBoard[] all = [.. boards];
        foreach (LightBoard board in all)
        {
            board.PowerOn();
        }

        await Wait.UntilAsync(() => all.All(board => board.IsReady), "they connect").ConfigureAwait(false);
    }

    private CampaignView View(string id) => _service.Cloud.Campaigns.View(id)!;

    private async Task CreateBoardsAsync(int count, Func<int, bool> isHealthy)
    {
        for (int i = 0; i < count; i++)
        {
            (string certificate, string key) = await _service.RegisterAsync($"light{i}").ConfigureAwait(false);
            bool healthy = isHealthy(i);
            _boards.Add(new LightBoard(_hardware.Clone(), new LightBoardOptions
            {
                Settings = new SimulatedSettings { Thing = $"light{i}", Profile = "ESP32_S3", KeyId = _factory.KeyId, PublicPoint = Convert.FromHexString(_service.Cloud.PublicKeyHex) },
                Broker = new DnsEndPoint("localhost", _service.MqttPort),
                Certificate = X509Certificate2.CreateFromPem(certificate, key),
                Ca = _ca,
                Http = _http,
                IsHealthy = version => healthy || version == "1.0.0",
            }));
        }
    }
}
