using System.Reflection;
using System.Text;
using NanoIoT.Cloud.Firmware;
using NanoIoT.Emulator.Simulation;
using NanoIoT.HardwareProfiles;
using NanoIoT.Shared;
using NanoIoT.Testing.Simulation;

namespace NanoIoT.Emulator.Tests;

/// <summary>The device binary's own parsers, fed what is almost right.</summary>
[TestClass]
public sealed class DeviceParserTests
{
    private const int Rounds = 100_000;

    [TestMethod]
    public void Mutated_bundles_are_refused_without_harm()
    {
        byte[] bundle = SimulatedImages.Create(ProfileCatalog.Find("ESP32_REV3")!, "1.2.3", "good", 3000, SimulatedScene.Key).Image;
        byte[] header = bundle[..BundleFile.ReadHeader(bundle).HeaderLength];
        Func<byte[], object?> read = Parser("NanoIoT.Device.Loader", "NanoIoT.Shared.Bundle", "Read");
        Fuzz(header, read, nameof(Exception));
    }

    [TestMethod]
    public void Mutated_manifests_are_refused_without_harm()
    {
        byte[] manifest = Encoding.UTF8.GetBytes("{\"v\":1,\"component\":\"app\",\"version\":\"1.2.3\",\"kind\":\"mcuboot\",\"size\":40000,\"sha256\":\"" + new string('a', 64)
            + "\",\"chunkSize\":4096,\"digests\":{\"hmac\":\"" + new string('b', 64) + "\",\"offset\":40000},\"profiles\":[\"ESP32_S3\"],\"requires\":{},\"rollbackIndex\":0}");
        Fuzz(manifest, Parser("NanoIoT.Device", "NanoIoT.Shared.Manifest", "Parse"), "MessageException");
    }

    [TestMethod]
    public void Mutated_announcements_are_refused_without_harm()
    {
        var announcement = new Announcement { Campaign = "c", Manifest = new byte[300], Signature = new byte[64], KeyId = "k", Url = "https://a/b", Permyriad = 10000, Salt = "s" };
        Fuzz(announcement.ToBytes(), Parser("NanoIoT.Device", "NanoIoT.Shared.Announcement", "Parse"), "MessageException");
    }

    private static Func<byte[], object?> Parser(string assembly, string type, string method)
    {
        MethodInfo info = SimulationLibrary.Instance.LoadFromAssemblyName(new AssemblyName(assembly)).GetType(type)!.GetMethod(method)!;
        return info.CreateDelegate<Func<byte[], object?>>();
    }

    private static void Fuzz(byte[] original, Func<byte[], object?> parse, string refusal)
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        int refused = 0;
        for (int round = 0; round < Rounds; round++)
        {
            byte[] mutated = random.Next(4) == 0 ? original[..random.Next(original.Length + 1)] : (byte[])original.Clone();
            for (int i = random.Next(4); i > 0 && mutated.Length > 0; i--)
            {
                mutated[random.Next(mutated.Length)] = (byte)(random.Next(2) == 0 ? random.Next(256) : 0xff * random.Next(2));
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                refused += parse(mutated) is null ? 1 : 0;
            }
            catch (Exception exception) when (exception.GetType().Name == refusal)
            {
                refused++;
            }
            catch (Exception exception)
            {
                Assert.Fail($"seed {seed}, round {round}: {exception}");
            }

            Assert.IsLessThan(65536 + (64L * original.Length), GC.GetAllocatedBytesForCurrentThread() - before, $"seed {seed}, round {round}");
        }

        Console.WriteLine($"{Rounds} inputs (seed {seed}), {refused} refused");
        Assert.IsGreaterThan(Rounds / 10, refused);
    }
}
