using System.Buffers.Binary;
using System.Security.Cryptography;
using NanoIoT.Cloud.Firmware;
using NanoIoT.Cloud.Hosting;
using NanoIoT.HardwareProfiles;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Tests;

/// <summary>Images as files: MCUboot's format byte for byte, and bundles.</summary>
[TestClass]
public sealed class ImageTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nanoiot-image-").FullName;
    private FirmwareKey _key = null!;

    [TestInitialize]
    public void Start() => _key = FirmwareKey.Create(Path.Combine(_folder, "key.pem"));

    [TestCleanup]
    public void Stop()
    {
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [TestMethod]
    public async Task An_MCUboot_image_is_what_the_format_says_byte_for_byte()
    {
        byte[] payload = [.. Enumerable.Range(0, 1001).Select(i => (byte)i)];
        byte[] image = await McuBootImageBuilder.BuildAsync(payload, SemanticVersion.Parse("1.2.345+67890")!, _key, new McuBootOptions { SecurityCounter = 7 }).ConfigureAwait(false);

        // Header: magic, load address, header size, protected TLVs' size, payload size, flags, version, padding.
        byte[] expected = [.. Hex("3db8f396 00000000 0002 0c00 ec030000 00000000 01 02 5901 32090100 00000000"), .. new byte[512 - 32], .. payload, 0, 0, 0];

        // Protected TLVs: magic 6908, 12 bytes, security counter (50) of 4 bytes.
        expected = [.. expected, .. Hex("0869 0c00 5000 0400 07000000")];
        byte[] hash = SHA256.HashData(expected);
        byte[] keyHash = SHA256.HashData(_key.Key.ExportSubjectPublicKeyInfo());
        int signatureLength = image[^1..].Length + image.Length - 1 - (expected.Length + 4 + 36 + 36 + 4);
        byte[] info = Hex("0769 0000");
        BinaryPrimitives.WriteUInt16LittleEndian(info.AsSpan(2), (ushort)(4 + 36 + 36 + 4 + signatureLength));
        byte[] signatureHead = Hex("2200 0000");
        BinaryPrimitives.WriteUInt16LittleEndian(signatureHead.AsSpan(2), (ushort)signatureLength);
        expected = [.. expected, .. info, .. Hex("1000 2000"), .. hash, .. Hex("0100 2000"), .. keyHash, .. signatureHead];

        CollectionAssert.AreEqual(expected, image[..expected.Length]);
        Assert.IsTrue(_key.Key.VerifyHash(hash, image.AsSpan(expected.Length), DSASignatureFormat.Rfc3279DerSequence));
    }

    [TestMethod]
    public async Task Padding_fills_the_slot_and_ends_with_the_trailer()
    {
        byte[] image = await McuBootImageBuilder.BuildAsync(new byte[1000], SemanticVersion.Parse("1.0.0")!, _key, new McuBootOptions()).ConfigureAwait(false);
        byte[] padded = await McuBootImageBuilder.BuildAsync(new byte[1000], SemanticVersion.Parse("1.0.0")!, _key, new McuBootOptions { PadTo = 8192 }).ConfigureAwait(false);
        byte[] confirmed = await McuBootImageBuilder.BuildAsync(new byte[1000], SemanticVersion.Parse("1.0.0")!, _key, new McuBootOptions { PadTo = 8192, IsConfirmed = true }).ConfigureAwait(false);

        Assert.HasCount(8192, padded);
        CollectionAssert.AreEqual(Hex("77c295f3 60d2ef7f 3552500f 2cb67980"), padded[^16..]);
        Assert.AreEqual(0xff, padded[^24], "image_ok unset: on trial");
        Assert.AreEqual(1, confirmed[^24], "image_ok: for good");
        Assert.IsTrue(McuBootImageFile.Read(padded).IsSignedBy(_key.PublicKey));
        Assert.IsInRange(image.Length - 4, image.Length + 4, McuBootImageFile.Read(padded).TotalLength);
        await Assert.ThrowsExactlyAsync<CloudException>(() => McuBootImageBuilder.BuildAsync(new byte[8000], SemanticVersion.Parse("1.0.0")!, _key, new McuBootOptions { PadTo = 8192 })).ConfigureAwait(false);
    }

    [TestMethod]
    public async Task Another_key_signs_anew_and_the_first_no_longer_verifies()
    {
        using FirmwareKey other = FirmwareKey.Create(Path.Combine(_folder, "other.pem"));
        byte[] image = await McuBootImageBuilder.BuildAsync(new byte[500], SemanticVersion.Parse("1.0.0")!, _key, new McuBootOptions { SecurityCounter = 3 }).ConfigureAwait(false);
        byte[] bundle = await BundleBuilder.SignAsync(Bundle(), _key).ConfigureAwait(false);

        byte[] resigned = await McuBootImageBuilder.ResignAsync(image, other).ConfigureAwait(false);
        byte[] resignedBundle = await BundleBuilder.SignAsync(BundleFile.Read(bundle).Data, other).ConfigureAwait(false);

        Assert.IsTrue(McuBootImageFile.Read(resigned).IsSignedBy(other.PublicKey));
        Assert.IsFalse(McuBootImageFile.Read(resigned).IsSignedBy(_key.PublicKey));
        Assert.AreEqual(3u, McuBootImageFile.Read(resigned).SecurityCounter);
        Assert.IsTrue(BundleFile.Read(bundle).IsSignedBy(_key.PublicKey));
        Assert.IsTrue(BundleFile.Read(resignedBundle).IsSignedBy(other.PublicKey));
        Assert.IsFalse(BundleFile.Read(resignedBundle).IsSignedBy(_key.PublicKey));
    }

    [TestMethod]
    public void A_bundle_holds_each_assembly_from_a_chunks_beginning()
    {
        Shared.Bundle header = BundleFile.ReadHeader(Bundle());

        CollectionAssert.AreEqual(new[] { "Library", "App" }, header.Names);
        Assert.IsTrue(header.Offsets.All(offset => offset % header.ChunkSize == 0));
        Assert.AreEqual("App.Program", header.EntryType);
        Assert.AreEqual("1.2.3", header.Version);
        Assert.AreEqual((3000 + 700) * 115 / 100, header.HeapBytes);
        Assert.ThrowsExactly<CloudException>(() => BundleBuilder.Build([new BundleAssembly("Large", new byte[60000])], SemanticVersion.Parse("1.0.0")!, "A.B", [ProfileCatalog.Find("ESP32_REV3")!]));
        Assert.ThrowsExactly<CloudException>(() => BundleBuilder.Build([], SemanticVersion.Parse("1.0.0")!, "A.B", []));
    }

    [TestMethod]
    public void A_key_is_never_written_over()
    {
        CloudException exception = Assert.ThrowsExactly<CloudException>(() => FirmwareKey.Create(Path.Combine(_folder, "key.pem")));

        Assert.AreEqual(ErrorCodes.AlreadyExists, exception.Code);
        if (!OperatingSystem.IsWindows())
        {
            Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder, "key.pem")));
        }
    }

    [TestMethod]
    public async Task Mutated_images_are_refused_clearly_and_cost_no_more_than_they_are_large()
    {
        const int rounds = 100_000;
        int seed = Environment.TickCount;
        var random = new Random(seed);
        byte[][] originals =
        [
            await McuBootImageBuilder.BuildAsync(new byte[900], SemanticVersion.Parse("1.2.3+4")!, _key, new McuBootOptions { SecurityCounter = 7 }).ConfigureAwait(false),
            await McuBootImageBuilder.BuildAsync(new byte[900], SemanticVersion.Parse("1.2.3")!, _key, new McuBootOptions { PadTo = 4096 }).ConfigureAwait(false),
            await BundleBuilder.SignAsync(Bundle(), _key).ConfigureAwait(false),
        ];
        int refused = 0;
        int invalid = 0;
        for (int round = 0; round < rounds; round++)
        {
            byte[] mutated = Mutate(random, originals[round % originals.Length]);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Cli.Images.ImageDescription description = Cli.Images.ImageDescription.Describe(mutated);
                bool valid = description.IsWhole && (BundleFile.IsBundle(mutated) ? BundleFile.Read(mutated).IsSignedBy(_key.PublicKey) : McuBootImageFile.Read(mutated, requireTlvs: false).IsSignedBy(_key.PublicKey));
                invalid += valid ? 0 : 1;
                Assert.IsTrue(!valid || IsHarmless(mutated, originals[round % originals.Length]), $"seed {seed}, round {round}: accepted");
            }
            catch (CloudException exception)
            {
                refused++;
                Assert.AreEqual(ErrorCodes.InvalidRequest, exception.Code);
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.IsLessThan(65536 + (16L * mutated.Length), allocated, $"seed {seed}, round {round}");
        }

        Console.WriteLine($"{rounds} mutated images (seed {seed}): {refused} refused, {invalid} invalid, {rounds - refused - invalid} unharmed");
        Assert.IsGreaterThan(rounds / 10, refused);
    }

    internal static byte[] Mutate(Random random, byte[] original)
    {
        byte[] mutated = random.Next(4) == 0 ? original[..random.Next(original.Length + 1)] : (byte[])original.Clone();
        if (random.Next(8) == 0)
        {
            mutated = [.. mutated, .. new byte[random.Next(64)]];
        }

        for (int i = random.Next(5); i > 0 && mutated.Length > 0; i--)
        {
            int position = random.Next(3) switch { 0 => random.Next(Math.Min(mutated.Length, 96)), 1 => mutated.Length - 1 - random.Next(Math.Min(mutated.Length, 200)), _ => random.Next(mutated.Length) };
            mutated[position] = random.Next(4) switch { 0 => 0, 1 => 0xff, 2 => (byte)(mutated[position] + 1), _ => (byte)random.Next(256) };
        }

        return mutated;
    }

    /// <summary>Whether what changed is only what nothing vouches for: padding, the key's hash, how a DER signature is written.</summary>
    private static bool IsHarmless(byte[] mutated, byte[] original)
    {
        int vouched = BundleFile.IsBundle(original) ? BundleFile.Read(original).Header.DataLength : McuBootImageFile.Read(original).SignedLength;
        return mutated.AsSpan(0, vouched).SequenceEqual(original.AsSpan(0, vouched));
    }

    private static byte[] Bundle()
    {
        byte[] library = new byte[3000];
        new Random(1).NextBytes(library);
        return BundleBuilder.Build([new BundleAssembly("Library", library), new BundleAssembly("App", new byte[700])], SemanticVersion.Parse("1.2.3")!, "App.Program", [ProfileCatalog.Find("ESP32_REV3")!]);
    }

    private static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", string.Empty, StringComparison.Ordinal));
}
