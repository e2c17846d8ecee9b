using NanoIoT.Cloud.Firmware;
using NanoIoT.Emulator.Simulation;
using NanoIoT.Shared;

namespace NanoIoT.Testing.Simulation;

/// <summary>What an update of an image of some size takes of the board's managed heap.</summary>
public static class MemoryMeasurement
{
    /// <summary>Measures.</summary>
    /// <param name="imageBytes">The image's size.</param>
    /// <returns>The highest live heap above the idle agent, as on a board, and all bytes allocated on .NET.</returns>
    public static (long Peak, long Allocated) Of(int imageBytes)
    {
        FirmwareKey key = SimulatedScene.Key;
        var image = new byte[imageBytes];
        new Random(1).NextBytes(image);
        DigestList digests = DigestList.Compute(image, Contract.DefaultChunkBytes);
        var manifest = new Manifest
        {
            Component = Fields.App,
            Version = "2.0.0",
            Kind = ImageKinds.McuBoot,
            Size = image.Length,
            Sha256 = new string('0', 64),
            ChunkSize = Contract.DefaultChunkBytes,
            DigestsHmac = Convert.ToHexStringLower(digests.Root),
            DigestsOffset = image.Length,
            Profiles = ["ESP32_S3"],
        };
        byte[] bytes = manifest.ToBytes();
        var announcement = new Announcement
        {
            Campaign = "c",
            Manifest = bytes,
            Signature = key.Sign(bytes),
            KeyId = key.Id,
            Url = "https://firmware.example.com/firmware/" + new string('a', 64) + ".bin?expires=1795003600&signature=" + new string('b', 64),
            Permyriad = Contract.WholeFleetPermyriad,
            Salt = "salt",
        };
        var settings = new SimulatedSettings { Thing = "board", Profile = "ESP32_S3", KeyId = key.Id, PublicPoint = key.PublicPoint };
        return AgentMemoryProbe.Measure(announcement.ToBytes(), [.. image, .. digests.Bytes], settings);
    }
}
