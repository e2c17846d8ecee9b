using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using NanoIoT.Cloud.Firmware;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Shared;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests;

/// <summary>Images that no board would run, or would run as another version, are refused at publish.</summary>
[TestClass]
public sealed class FirmwareCheckTests
{
    private TestService _service = null!;

    [TestInitialize]
    public async Task StartAsync() => _service = await TestService.StartAsync().ConfigureAwait(false);

    [TestCleanup]
    public async Task StopAsync() => await _service.DisposeAsync().ConfigureAwait(false);

    [TestMethod]
    public async Task An_image_signed_with_a_foreign_key_is_refused_with_both_keys_hashes()
    {
        using ECDsa foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] image = McuBootImageBuilder.Build(Sample.Payload("1.1.0"), SemanticVersion.Parse("1.1.0")!, foreign);

        CloudException refused = await RefusedAsync("app", "1.1.0", image).ConfigureAwait(false);

        Assert.AreEqual(ErrorCodes.UntrustedKey, refused.Code);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(foreign.ExportSubjectPublicKeyInfo())), refused.Message);
        Assert.Contains(
            Convert.ToHexStringLower(SHA256.HashData(OwnKey().ExportSubjectPublicKeyInfo())),
            refused.Message);
        Assert.IsEmpty(_service.Cloud.Firmware.List());
        await PublishAsync("app", "1.1.0", McuBootImageBuilder.Build(Sample.Payload("1.1.0"), SemanticVersion.Parse("1.1.0")!, OwnKey())).ConfigureAwait(false);
    }

    [TestMethod]
    public async Task An_image_whose_signature_is_wrong_or_missing_is_refused()
    {
        byte[] image = McuBootImageBuilder.Build(Sample.Payload("1.1.0"), SemanticVersion.Parse("1.1.0")!, OwnKey());
        byte[] forged = (byte[])image.Clone();
        forged[^1] ^= 1;

        CloudException refused = await RefusedAsync("app", "1.1.0", forged).ConfigureAwait(false);

        Assert.AreEqual(ErrorCodes.UntrustedKey, refused.Code);
        Assert.Contains("its signature is not valid for this key", refused.Message);
    }

    [TestMethod]
    public async Task A_bundle_that_another_installation_signed_is_refused_before_anything_is_written()
    {
        using FirmwareKey foreign = FirmwareKey.Create(Path.Combine(_service.Folder, "foreign.key"));
        ReadOnlyMemory<byte> data = BundleFile.Read(Sample.Bundle("1.1.0", "ESP32_REV3")).Data;
        byte[] bundle = await BundleBuilder.SignAsync(data, foreign).ConfigureAwait(false);

        CloudException refused = await RefusedAsync("app", "1.1.0", bundle, "ESP32_REV3").ConfigureAwait(false);

        Assert.AreEqual(ErrorCodes.UntrustedKey, refused.Code);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(foreign.PublicKey.Span)), refused.Message);
        Assert.Contains(
            Convert.ToHexStringLower(SHA256.HashData(OwnKey().ExportSubjectPublicKeyInfo())),
            refused.Message);
        Assert.IsEmpty(_service.Cloud.Firmware.List());
        Assert.IsEmpty(Images(), "no file is left in the image store");
    }

    [TestMethod]
    public async Task A_bundle_with_a_forged_signature_is_refused_and_one_of_the_services_key_or_unsigned_is_published()
    {
        using FirmwareKey own = FirmwareKey.OpenExisting(Path.Combine(_service.Folder, "firmware.key"));
        ReadOnlyMemory<byte> data = BundleFile.Read(Sample.Bundle("1.1.0", "ESP32_REV3")).Data;
        byte[] signed = await BundleBuilder.SignAsync(data, own).ConfigureAwait(false);
        byte[] forged = (byte[])signed.Clone();
        forged[^1] ^= 1;

        CloudException refused = await RefusedAsync("app", "1.1.0", forged, "ESP32_REV3").ConfigureAwait(false);

        Assert.AreEqual(ErrorCodes.UntrustedKey, refused.Code);
        Assert.Contains("its signature is not valid for this key", refused.Message);
        Assert.IsEmpty(Images());
        await PublishAsync("app", "1.1.0", signed, "ESP32_REV3").ConfigureAwait(false);
        await PublishAsync("unsigned", "1.1.0", data.ToArray(), "ESP32_REV3").ConfigureAwait(false);
    }

    [TestMethod]
    public async Task A_key_that_boards_trust_besides_the_services_own_signs_images_too()
    {
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string file = Path.Combine(_service.Folder, "other.pem");
        await File.WriteAllTextAsync(file, other.ExportSubjectPublicKeyInfoPem()).ConfigureAwait(false);
        string data = Directory.CreateTempSubdirectory("nanoiot-trust-").FullName;
        CloudService cloud = await CloudService.StartAsync(new CloudOptions { DataFolder = data, MqttPort = 0, HttpsPort = 0, TrustedImageKeys = [file] }).ConfigureAwait(false);
        await using (cloud.ConfigureAwait(false))
        {
            byte[] image = McuBootImageBuilder.Build(new byte[5000], SemanticVersion.Parse("1.1.0")!, other);
            await cloud.Firmware.PublishAsync(new PublishRequest { Component = "app", Version = "1.1.0", Profiles = ["ESP32_S3"], Image = image }).ConfigureAwait(false);
        }

        CloudException missing = await Assert.ThrowsExactlyAsync<CloudException>(() => CloudService.StartAsync(new CloudOptions { DataFolder = data, MqttPort = 0, HttpsPort = 0, TrustedImageKeys = [file + "x"] })).ConfigureAwait(false);
        Assert.Contains("other.pemx' must be a P-256 key in PEM", missing.Message);
        Directory.Delete(data, recursive: true);
    }

    [TestMethod]
    public async Task An_image_whose_program_has_another_version_is_refused_unless_that_is_accepted()
    {
        byte[] payload = Sample.Payload("1.0.0");
        byte[] signed = McuBootImageBuilder.Build(payload, SemanticVersion.Parse("3.3.0")!, OwnKey());
        byte[] bundle = BundleBuilder.Build(
            [new BundleAssembly("Thermostat", File.ReadAllBytes(Repository.DeviceAssembly("device/samples/Thermostat/files/1.0.0", "Thermostat")))],
            SemanticVersion.Parse("3.3.0")!,
            "Thermostat.Program",
            []);
        foreach ((byte[] image, string profile) in new[] { (payload, "ESP32_S3"), (signed, "ESP32_S3"), (bundle, "ESP32_REV3") })
        {
            CloudException refused = await RefusedAsync("app", "3.3.0", image, profile).ConfigureAwait(false);
            Assert.AreEqual(ErrorCodes.VersionMismatch, refused.Code);
            Assert.Contains("The version to publish is 3.3.0, but the program 'Thermostat' in the image has the assembly version 1.0.0.0.", refused.Message);
        }

        using HttpClient http = _service.CreateHttp();
        using var content = new ByteArrayContent(payload);
        using HttpResponseMessage accepted = await http.PostAsync(new Uri("/nanoiot/firmware?component=app&version=3.3.0&profile=ESP32_S3&acceptVersionMismatch=true", UriKind.Relative), content).ConfigureAwait(false);
        Assert.AreEqual(HttpStatusCode.OK, accepted.StatusCode, await accepted.Content.ReadAsStringAsync().ConfigureAwait(false));
        await PublishAsync("app", "1.0.0", payload).ConfigureAwait(false);
        await PublishAsync("raw", "3.3.0", new byte[5000]).ConfigureAwait(false);
    }

    [TestMethod]
    [DataRow("NFMRK1", 28, 100)]
    [DataRow("NFMRK2", 24, 104)]
    public async Task Files_for_hardware_tell_their_versions_too(string marker, int versionOffset, int endOffset)
    {
        byte[] image = [.. Pe(marker, versionOffset, endOffset, 1, 17, 11), .. Pe(marker, versionOffset, endOffset, 1, 4, 2)];

        CloudException refused = await RefusedAsync("app", "3.3.0", image).ConfigureAwait(false);

        Assert.AreEqual(ErrorCodes.VersionMismatch, refused.Code);
        Assert.Contains("has the assembly version 1.4.2.0", refused.Message);
        await PublishAsync("app", "1.4.2-rc.1", image).ConfigureAwait(false);
        for (int length = 0; length < image.Length; length += 7)
        {
            // Cut anywhere, it is read without an exception: either it tells a version, or nothing.
            byte[] cut = [.. image.AsSpan(0, length), 1];
            try
            {
                await PublishAsync($"cut{length}", "9.9.9", cut).ConfigureAwait(false);
            }
            catch (CloudException exception)
            {
                Assert.AreEqual(ErrorCodes.VersionMismatch, exception.Code);
            }
        }
    }

    /// <summary>The header of a .pe, and nothing behind it.</summary>
    private static byte[] Pe(string marker, int versionOffset, int endOffset, ushort major, ushort minor, ushort build)
    {
        var pe = new byte[128];
        System.Text.Encoding.ASCII.GetBytes(marker).CopyTo(pe, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(pe.AsSpan(versionOffset), major);
        BinaryPrimitives.WriteUInt16LittleEndian(pe.AsSpan(versionOffset + 2), minor);
        BinaryPrimitives.WriteUInt16LittleEndian(pe.AsSpan(versionOffset + 4), build);
        BinaryPrimitives.WriteInt32LittleEndian(pe.AsSpan(endOffset), pe.Length);
        return pe;
    }

    private string[] Images()
    {
        string folder = Path.Combine(_service.Folder, "firmware");
        return Directory.Exists(folder) ? Directory.GetFiles(folder) : [];
    }

    private ECDsa OwnKey()
    {
        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(Path.Combine(_service.Folder, "firmware.key")));
        return key;
    }

    private Task<Artifact> PublishAsync(string component, string version, byte[] image, string profile = "ESP32_S3") =>
        _service.Cloud.Firmware.PublishAsync(new PublishRequest { Component = component, Version = version, Profiles = [profile], Image = image });

    private Task<CloudException> RefusedAsync(string component, string version, byte[] image, string profile = "ESP32_S3") =>
        Assert.ThrowsExactlyAsync<CloudException>(() => PublishAsync(component, version, image, profile));
}
