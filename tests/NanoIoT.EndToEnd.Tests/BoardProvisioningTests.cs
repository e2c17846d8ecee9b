using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using NanoIoT.Cloud.Identity;
using NanoIoT.Cloud.Registry;
using NanoIoT.Emulator.Flash;
using NanoIoT.Emulator.Runtime;
using NanoIoT.Shared;
using NanoIoT.Testing;

namespace NanoIoT.EndToEnd.Tests;

/// <summary>Boards that get their certificate by a claim, and the next one before it ends.</summary>
[TestClass]
public sealed class BoardProvisioningTests
{
    private const string Folder = "I:\\nanoiot\\";

    private TestService _service = null!;

    [TestInitialize]
    public async Task StartAsync()
    {
        _service = await TestService.StartAsync().ConfigureAwait(false);
        await _service.PublishAsync("1.0.0", Sample.ProvisioningPayload(), "ESP32_S3").ConfigureAwait(false);
    }

    [TestCleanup]
    public async Task StopAsync() => await _service.DisposeAsync().ConfigureAwait(false);

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task A_board_with_a_claim_becomes_a_thing(bool hasSeed)
    {
        VirtualBoard board = await CreateClaimedAsync(hasSeed).ConfigureAwait(false);

        await board.PowerOnAsync().ConfigureAwait(false);
        await Wait.UntilAsync(() => _service.Cloud.Connectivity.IsConnected("SN-1042"), "the board connects as its own thing", Story).ConfigureAwait(false);

        Thing thing = _service.Cloud.Registry.Find("SN-1042")!;
        Assert.AreEqual("SN-1042", thing.Attributes[WellKnownAttributes.SerialNumber]);
        Assert.AreEqual("ESP32_S3", thing.Profile);
        string id = CertificateOf("SN-1042").Single();
        using X509Certificate2 certificate = X509Certificate2.CreateFromPem(_service.Cloud.Identities.Find(id)!.Pem);
        Assert.AreEqual(hasSeed ? "CN=nanoIoT device, SERIALNUMBER=SN-1042" : "CN=nanoIoT device", certificate.Subject);

        // After a reboot it is what it became.
        await board.PowerOffAsync().ConfigureAwait(false);
        await board.PowerOnAsync().ConfigureAwait(false);
        await Wait.UntilAsync(() => board.BootCount >= 2 && _service.Cloud.Connectivity.IsConnected("SN-1042"), "it connects again", Story).ConfigureAwait(false);
        Assert.AreEqual(id, CertificateOf("SN-1042").Single());
    }

    [TestMethod]
    public async Task A_claim_does_not_give_a_second_certificate_to_a_thing_that_has_one()
    {
        await _service.RegisterAsync("SN-1042").ConfigureAwait(false);
        VirtualBoard board = await CreateClaimedAsync(true).ConfigureAwait(false);

        await board.PowerOnAsync().ConfigureAwait(false);
        await Wait.UntilAsync(() => _service.Log.Any(line => line.Contains("has a certificate already", StringComparison.Ordinal)), "it is refused", Story).ConfigureAwait(false);

        Assert.HasCount(1, CertificateOf("SN-1042"));
    }

    [TestMethod]
    public async Task A_board_changes_its_certificate_and_the_old_one_is_given_up()
    {
        VirtualBoard board = await CreateRenewingAsync("t").ConfigureAwait(false);
        string old = CertificateOf("t").Single();

        await board.PowerOnAsync().ConfigureAwait(false);
        await Wait.UntilAsync(() => _service.Cloud.Connectivity.IsConnected("t"), "the board connects", Story).ConfigureAwait(false);

        Assert.IsTrue(_service.Log.Any(line => line.Contains("t: renewal: done", StringComparison.Ordinal)), Story());
        Assert.AreEqual(CertificateStatus.Inactive, _service.Cloud.Identities.Find(old)!.Status);
        string renewed = CertificateOf("t").Single(id => id != old);
        Assert.AreEqual(CertificateStatus.Active, _service.Cloud.Identities.Find(renewed)!.Status);
    }

    [TestMethod]
    public async Task A_power_cut_anywhere_in_a_change_of_certificates_leaves_one_that_works()
    {
        VirtualBoard whole = await CreateRenewingAsync("whole").ConfigureAwait(false);
        await whole.PowerOnAsync().ConfigureAwait(false);
        await Wait.UntilAsync(() => _service.Cloud.Connectivity.IsConnected("whole"), "the board connects", Story).ConfigureAwait(false);
        long operations = whole.Power.Operations;
        await whole.PowerOffAsync().ConfigureAwait(false);

        // A cut at each operation of the file system, torn in each way.
        foreach (TornWrite torn in Enum.GetValues<TornWrite>())
        {
            for (long cut = 0; cut < operations; cut++)
            {
                await CutAsync(cut, torn).ConfigureAwait(false);
            }
        }

        Console.WriteLine($"{operations} operations, a cut at each");
    }

    private async Task CutAsync(long cut, TornWrite torn)
    {
        string name = $"cut{cut}-{torn}";
        VirtualBoard board = await CreateRenewingAsync(name).ConfigureAwait(false);
        board.Power.CutAfter(cut, torn);
        await board.PowerOnAsync().ConfigureAwait(false);
        await Wait.UntilAsync(() => !board.Power.IsOn || _service.Cloud.Connectivity.IsConnected(name), $"{name}: the power is cut, or the board is through", Story).ConfigureAwait(false);
        if (!board.Power.IsOn)
        {
            await board.WhenSettledAsync().ConfigureAwait(false);
            board.Power.TurnOn();
            await board.PowerOnAsync().ConfigureAwait(false);
        }

        await Wait.UntilAsync(() => _service.Cloud.Connectivity.IsConnected(name), $"{name}: the board connects", Story).ConfigureAwait(false);
        Assert.IsTrue(_service.Log.Any(line => line.Contains(name + ": renewal: done", StringComparison.Ordinal)), $"{name}: {Story()}");
        await board.PowerOffAsync().ConfigureAwait(false);
    }

    private string Story() => string.Join('\n', _service.Log.TakeLast(30));

    private IReadOnlyList<string> CertificateOf(string thing) => [.. _service.Cloud.Registry.PrincipalsOf(thing).Select(principal => principal["cert/".Length..])];

    private async Task<VirtualBoard> CreateClaimedAsync(bool hasSeed)
    {
        (Certificate claim, _, string key, _) = await _service.Cloud.Provisioning.CreateClaimAsync(CertificateTopics.FleetTemplate, TimeSpan.FromDays(1)).ConfigureAwait(false);
        var more = new Dictionary<string, byte[]> { [Folder + "thing.pem"] = Encoding.UTF8.GetBytes(claim.Pem), [Folder + "thing.key"] = Encoding.UTF8.GetBytes(key) };
        if (hasSeed)
        {
            more[Folder + "seed.bin"] = RandomNumberGenerator.GetBytes(32);
        }

        return await _service.CreateBoardAsync("unborn", change: settings => settings.Remove("thing"), more: more).ConfigureAwait(false);
    }

    private Task<VirtualBoard> CreateRenewingAsync(string name) => _service.CreateBoardAsync(name, change: settings => settings["timeServer"] = "renew", more: new Dictionary<string, byte[]>
    {
        [Folder + "seed.bin"] = RandomNumberGenerator.GetBytes(32),
    });
}
