using NanoIoT.Cloud.Firmware;
using NanoIoT.Emulator.Runtime;
using NanoIoT.HardwareProfiles;
using NanoIoT.Shared;

namespace NanoIoT.Cli.Fleet;

/// <summary>The Thermostat sample's device binaries, as payloads for emulated boards.</summary>
internal static class SampleFirmware
{
    /// <summary>The releases there are.</summary>
    public static readonly string[] Releases = ["1.0.0", "1.1.0", "1.2.0"];

    /// <summary>A release's payload: agent, adapters and application in load order.</summary>
    public static byte[] Payload(string release) => AssemblyPayload.Pack(
        [Read("NanoIoT.Device.dll"), Read("NanoIoT.Device.Boards.dll"), Read("NanoIoT.Device.McuBoot.dll"), Read(release + "/Thermostat.dll")]);

    /// <summary>What is resident on boards that update by files: agent, adapters, loader and their program.</summary>
    public static byte[] Resident() => AssemblyPayload.Pack(
        [Read("NanoIoT.Device.dll"), Read("NanoIoT.Device.Boards.dll"), Read("NanoIoT.Device.Loader.dll"), Read("LoaderHost.dll")]);

    /// <summary>A release as a bundle's data, for boards that update by files.</summary>
    public static byte[] Bundle(string release, IEnumerable<HardwareProfile> profiles) =>
        BundleBuilder.Build([new BundleAssembly("Thermostat", Read("files/" + release + "/Thermostat.dll"))], SemanticVersion.Parse(release)!, "Thermostat.Program", profiles);

    private static byte[] Read(string name)
    {
        using Stream stream = typeof(SampleFirmware).Assembly.GetManifestResourceStream("device/" + name)
            ?? throw new InvalidOperationException($"The sample {name} is not in this build.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
