using NanoIoT.Emulator.Runtime;

namespace NanoIoT.Testing;

/// <summary>The Thermostat sample's device binaries.</summary>
public static class Sample
{
    /// <summary>A release's payload for an emulated board.</summary>
    /// <param name="release">1.0.0, 1.1.0 or 1.2.0.</param>
    /// <returns>The payload.</returns>
    public static byte[] Payload(string release)
    {
        string folder = release == "1.0.0" ? "device/samples/Thermostat" : "device/samples/Thermostat/releases/" + release;
        return AssemblyPayload.Pack(
        [
            File.ReadAllBytes(Repository.DeviceAssembly("device/NanoIoT.Device", "NanoIoT.Device")),
            File.ReadAllBytes(Repository.DeviceAssembly("device/NanoIoT.Device.Boards", "NanoIoT.Device.Boards")),
            File.ReadAllBytes(Repository.DeviceAssembly(folder, "Thermostat")),
        ]);
    }
}
