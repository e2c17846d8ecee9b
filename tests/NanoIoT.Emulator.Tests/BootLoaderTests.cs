using System.Security.Cryptography;
using NanoIoT.Cloud.Firmware;
using NanoIoT.Emulator.Flash;
using NanoIoT.Shared;

namespace NanoIoT.Emulator.Tests;

[TestClass]
public sealed class BootLoaderTests
{
    private const int SectorBytes = 4096;
    private const int SlotBytes = 12 * SectorBytes;

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [TestMethod]
    [DataRow(SwapStrategy.Move)]
    [DataRow(SwapStrategy.Offset)]
    public void A_staged_image_runs_on_trial_and_goes_back_unless_confirmed(SwapStrategy strategy)
    {
        Device device = Create(strategy);
        Stage(device, Image("2.0.0", 30000));

        Assert.AreEqual("2.0.0", Boot(device));
        Assert.AreEqual(1, device.Slots.Status, "testing");
        Assert.AreEqual("1.0.0", Boot(device), "reverted");
        Assert.AreEqual(0, device.Slots.Status, "confirmed");
        Assert.AreEqual("1.0.0", Boot(device));
    }

    [TestMethod]
    public void An_overwritten_image_is_there_for_good()
    {
        Device device = Create(SwapStrategy.Overwrite);
        Stage(device, Image("2.0.0", 30000));

        Assert.AreEqual("2.0.0", Boot(device));
        Assert.AreEqual(0, device.Slots.Status, "confirmed: there is no trial");
        Assert.AreEqual("2.0.0", Boot(device));
    }

    [TestMethod]
    [DataRow(SwapStrategy.Move)]
    [DataRow(SwapStrategy.Offset)]
    public void A_permanent_swap_needs_no_confirmation(SwapStrategy strategy)
    {
        Device device = Create(strategy);
        Stage(device, Image("2.0.0", 30000));
        new SlotTrailer(device.Secondary).SetImageOk();

        Assert.AreEqual("2.0.0", Boot(device));
        Assert.AreEqual(0, device.Slots.Status);
        Assert.AreEqual("2.0.0", Boot(device));
    }

    [TestMethod]
    [DataRow(SwapStrategy.Move)]
    [DataRow(SwapStrategy.Offset)]
    [DataRow(SwapStrategy.Overwrite)]
    public void Every_strategy_survives_a_power_cut_at_every_operation(SwapStrategy strategy)
    {
        Device whole = Create(strategy);
        Stage(whole, Image("2.0.0", 30000));
        long before = whole.Power.Operations;
        Boot(whole);
        long operations = whole.Power.Operations - before;
        for (long cut = 0; cut < operations; cut++)
        {
            foreach (TornWrite torn in Enum.GetValues<TornWrite>())
            {
                Device device = Create(strategy);
                Stage(device, Image("2.0.0", 30000));
                device.Power.CutAfter(cut, torn);
                Assert.ThrowsExactly<PowerLostException>(() => Boot(device));
                device.Power.TurnOn();
                string? first = Boot(device);
                Assert.IsTrue(first == "2.0.0" || (cut == operations - 1 && first == "1.0.0"), $"{strategy}, cut {cut} {torn}: {first}");
            }
        }
    }

    [TestMethod]
    public void A_confirmed_image_stays()
    {
        Device device = Create();
        Stage(device, Image("2.0.0", 30000));
        Boot(device);

        Assert.IsTrue(device.Slots.Confirm());
        Assert.AreEqual("2.0.0", Boot(device));
        Assert.AreEqual(0, device.Slots.Status);
    }

    [TestMethod]
    public void An_image_of_another_key_is_never_run()
    {
        using ECDsa stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Device device = Create();
        Stage(device, McuBootImageBuilder.Build(new byte[20000], SemanticVersion.Parse("2.0.0")!, stranger));

        Assert.AreEqual("1.0.0", Boot(device));
        Assert.AreEqual("1.0.0", Boot(device));
    }

    [TestMethod]
    public void A_damaged_image_is_refused_when_it_is_completed()
    {
        Device device = Create();
        byte[] image = Image("2.0.0", 30000);
        image[9000] ^= 1;
        device.Slots.Start(image.Length);
        device.Slots.Store(device.Slots.SessionToken, image);

        Assert.AreEqual(12, device.Slots.Complete(device.Slots.SessionToken), "HashMismatch");
        Assert.AreEqual("1.0.0", Boot(device));
    }

    [TestMethod]
    public void A_session_resumes_where_it_got_to_and_only_with_the_right_header()
    {
        Device device = Create();
        byte[] image = Image("2.0.0", 30000);
        device.Slots.Start(image.Length);
        device.Slots.Store(device.Slots.SessionToken, image.AsSpan(0, 9000));
        var after = new ImageSlots(device.Primary, device.Secondary);

        Assert.AreEqual(9, after.Resume(image.Length, Image("3.0.0", 30000)[..32]), "HeaderMismatch");
        Assert.AreEqual(0, after.Resume(image.Length, image[..32]));
        Assert.AreEqual(2 * SectorBytes, after.NextOffset);
        Assert.AreEqual(0, after.Store(after.SessionToken, image.AsSpan(after.NextOffset)));
        Assert.AreEqual(0, after.Complete(after.SessionToken));
        Assert.AreEqual("2.0.0", Boot(device));
    }

    [TestMethod]
    public void A_swap_survives_a_power_cut_at_every_operation()
    {
        long operations = CountBoot(revert: false);
        int cases = 0;
        foreach (TornWrite torn in Enum.GetValues<TornWrite>())
        {
            for (long cut = 0; cut < operations; cut++, cases++)
            {
                Device device = Create();
                Stage(device, Image("2.0.0", 30000));
                device.Power.CutAfter(cut, torn);
                Assert.ThrowsExactly<PowerLostException>(() => Boot(device), $"cut {cut} {torn}");
                device.Power.TurnOn();

                // A cut in the very last operation is a reset during the trial: as with MCUboot, the trial is then used up.
                string? first = Boot(device);
                Assert.IsTrue(first == "2.0.0" || (cut == operations - 1 && first == "1.0.0"), $"cut {cut} {torn}: {first}");
                Assert.AreEqual("1.0.0", Boot(device), $"cut {cut} {torn}: reverted");
            }
        }

        Console.WriteLine($"swap: {operations} operations, {cases} cases, 0 bricks");
    }

    [TestMethod]
    public void A_revert_survives_a_power_cut_at_every_operation()
    {
        long operations = CountBoot(revert: true);
        int cases = 0;
        foreach (TornWrite torn in Enum.GetValues<TornWrite>())
        {
            for (long cut = 0; cut < operations; cut++, cases++)
            {
                Device device = Create();
                Stage(device, Image("2.0.0", 30000));
                Boot(device);
                device.Power.CutAfter(cut, torn);
                Assert.ThrowsExactly<PowerLostException>(() => Boot(device), $"cut {cut} {torn}");
                device.Power.TurnOn();

                Assert.AreEqual("1.0.0", Boot(device), $"cut {cut} {torn}");
                Assert.AreEqual(0, device.Slots.Status, $"cut {cut} {torn}: confirmed");
            }
        }

        Console.WriteLine($"revert: {operations} operations, {cases} cases, 0 bricks");
    }

    [TestMethod]
    public void Mutated_images_never_crash_the_boot_loader()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        byte[] image = Image("2.0.0", 3000);
        var flash = new VirtualFlash(new PowerSupply(), SlotBytes, SectorBytes);
        for (int round = 0; round < 2000; round++)
        {
            byte[] mutated = (byte[])image.Clone();
            for (int i = 0; i < 4; i++)
            {
                mutated[random.Next(4) == 0 ? random.Next(mutated.Length) : random.Next(2) == 0 ? random.Next(32) : mutated.Length - 1 - random.Next(160)] = (byte)random.Next(256);
            }

            flash.Program(mutated);
            McuBootImage? opened = McuBootImage.Open(flash);
            bool accepted = opened is not null && opened.Check(_key) == ImageFault.None;

            // The key's hash (TLV 01) is not signed; everything that is run is.
            Assert.IsTrue(!accepted || mutated.AsSpan(0, 512 + 3000).SequenceEqual(image.AsSpan(0, 512 + 3000)), $"seed {seed}, round {round}");
        }
    }

    private static string? Boot(Device device)
    {
        device.Slots = new ImageSlots(device.Primary, device.Secondary, device.Strategy, device.Strategy != SwapStrategy.Overwrite);
        return device.Loader.Boot()?.Version.ToString(3);
    }

    private static void Stage(Device device, byte[] image)
    {
        Assert.AreEqual(0, device.Slots.Start(image.Length));
        Assert.AreEqual(0, device.Slots.Store(device.Slots.SessionToken, image));
        Assert.AreEqual(0, device.Slots.Complete(device.Slots.SessionToken));
    }

    private long CountBoot(bool revert)
    {
        Device device = Create();
        Stage(device, Image("2.0.0", 30000));
        if (revert)
        {
            Boot(device);
        }

        long before = device.Power.Operations;
        Boot(device);
        return device.Power.Operations - before;
    }

    private byte[] Image(string version, int payload)
    {
        byte[] bytes = new byte[payload];
        new Random(version.Length + payload).NextBytes(bytes);
        return McuBootImageBuilder.Build(bytes, SemanticVersion.Parse(version)!, _key);
    }

    private Device Create(SwapStrategy strategy = SwapStrategy.Move)
    {
        var power = new PowerSupply();
        var primary = new VirtualFlash(power, SlotBytes, SectorBytes);
        var secondary = new VirtualFlash(power, SlotBytes, SectorBytes);
        primary.Program(Image("1.0.0", 22000));
        return new Device(power, primary, secondary, new BootLoader(power, primary, secondary, _key, strategy), strategy);
    }

    private sealed record Device(PowerSupply Power, VirtualFlash Primary, VirtualFlash Secondary, BootLoader Loader, SwapStrategy Strategy)
    {
        public ImageSlots Slots { get; set; } = new(Primary, Secondary, Strategy, Strategy != SwapStrategy.Overwrite);
    }
}
