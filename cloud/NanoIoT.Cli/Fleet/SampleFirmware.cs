using NanoIoT.Emulator.Runtime;

namespace NanoIoT.Cli.Fleet;

/// <summary>The Thermostat sample's device binaries, as payloads for emulated boards.</summary>
internal static class SampleFirmware
{
    /// <summary>The releases there are.</summary>
    public static readonly string[] Releases = ["1.0.0", "1.1.0", "1.2.0"];

    /// <summary>A release's payload: agent, adapters and application in load order.</summary>
    public static byte[] Payload(string release) => AssemblyPayload.Pack([Read("NanoIoT.Device.dll"), Read("NanoIoT.Device.Boards.dll"), Read(release + "/Thermostat.dll")]);

    private static byte[] Read(string name)
    {
        using Stream stream = typeof(SampleFirmware).Assembly.GetManifestResourceStream("device/" + name)
            ?? throw new InvalidOperationException($"The sample {name} is not in this build.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
