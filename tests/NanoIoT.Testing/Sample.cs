using System.Text;
using NanoIoT.Cloud.Firmware;
using NanoIoT.Emulator.Runtime;
using NanoIoT.HardwareProfiles;
using NanoIoT.Shared;

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
            File.ReadAllBytes(Repository.DeviceAssembly("device/NanoIoT.Device.McuBoot", "NanoIoT.Device.McuBoot")),
            File.ReadAllBytes(Repository.DeviceAssembly(folder, "Thermostat")),
        ]);
    }

    /// <summary>What is resident on an emulated board that updates by files.</summary>
    /// <returns>The payload of its deployment region.</returns>
    public static byte[] Resident() => AssemblyPayload.Pack(
    [
        File.ReadAllBytes(Repository.DeviceAssembly("device/NanoIoT.Device", "NanoIoT.Device")),
        File.ReadAllBytes(Repository.DeviceAssembly("device/NanoIoT.Device.Boards", "NanoIoT.Device.Boards")),
        File.ReadAllBytes(Repository.DeviceAssembly("device/NanoIoT.Device.Loader", "NanoIoT.Device.Loader")),
        File.ReadAllBytes(Repository.DeviceAssembly("device/samples/LoaderHost", "LoaderHost")),
    ]);

    /// <summary>A release as a bundle's data, for boards that update by files.</summary>
    /// <param name="release">1.0.0, 1.1.0 or 1.2.0.</param>
    /// <param name="profiles">The boards.</param>
    /// <returns>The data.</returns>
    public static byte[] Bundle(string release, params IEnumerable<string> profiles) => BundleBuilder.Build(
        [
            // A library that is the same in every release.
            new BundleAssembly("NanoIoT.Device.UpdateProvider", File.ReadAllBytes(Repository.DeviceAssembly("device/NanoIoT.Device.UpdateProvider", "NanoIoT.Device.UpdateProvider"))),
            new BundleAssembly("Thermostat", File.ReadAllBytes(Repository.DeviceAssembly("device/samples/Thermostat/files/" + release, "Thermostat"))),
        ],
        SemanticVersion.Parse(release)!,
        "Thermostat.Program",
        profiles.Select(name => ProfileCatalog.Find(name)!));

    /// <summary>A release that misbehaves: the payload of an image.</summary>
    /// <param name="behaviour">How, as <c>tests/device/BadApplications</c> names it.</param>
    /// <returns>The payload.</returns>
    public static byte[] BadPayload(string behaviour) => AssemblyPayload.Pack(
    [
        File.ReadAllBytes(Repository.DeviceAssembly("device/NanoIoT.Device", "NanoIoT.Device")),
        File.ReadAllBytes(Repository.DeviceAssembly("device/NanoIoT.Device.Boards", "NanoIoT.Device.Boards")),
        File.ReadAllBytes(Repository.DeviceAssembly("device/NanoIoT.Device.McuBoot", "NanoIoT.Device.McuBoot")),
        Misbehave("tests/device/BadApplications", behaviour),
    ]);

    /// <summary>A release that misbehaves: the data of a bundle.</summary>
    /// <param name="behaviour">How.</param>
    /// <returns>The data.</returns>
    public static byte[] BadBundle(string behaviour) => BundleBuilder.Build(
        [new BundleAssembly("BadApplications", Misbehave("tests/device/BadApplications/files", behaviour))], SemanticVersion.Parse("2.0.0")!, "BadApplications.Program", []);

    /// <summary>A program that gets certificates: the payload of an image.</summary>
    /// <returns>The payload.</returns>
    public static byte[] ProvisioningPayload() => AssemblyPayload.Pack(
    [
        File.ReadAllBytes(Repository.DeviceAssembly("device/NanoIoT.Device", "NanoIoT.Device")),
        File.ReadAllBytes(Repository.DeviceAssembly("device/NanoIoT.Device.Boards", "NanoIoT.Device.Boards")),
        File.ReadAllBytes(Repository.DeviceAssembly("device/NanoIoT.Device.McuBoot", "NanoIoT.Device.McuBoot")),
        File.ReadAllBytes(Repository.DeviceAssembly("device/NanoIoT.Device.Provisioning", "NanoIoT.Device.Provisioning")),
        File.ReadAllBytes(Repository.DeviceAssembly("tests/device/ProvisioningBoard", "ProvisioningBoard")),
    ]);

    /// <summary>An application with another update agent: the payload of an image.</summary>
    /// <param name="version">Its version.</param>
    /// <returns>The payload.</returns>
    public static byte[] OtherAgentPayload(string version) => AssemblyPayload.Pack(
    [
        File.ReadAllBytes(Repository.DeviceAssembly("device/NanoIoT.Device", "NanoIoT.Device")),
        File.ReadAllBytes(Repository.DeviceAssembly("device/NanoIoT.Device.Boards", "NanoIoT.Device.Boards")),
        File.ReadAllBytes(Repository.DeviceAssembly("device/NanoIoT.Device.UpdateProvider", "NanoIoT.Device.UpdateProvider")),
        WriteOver(Repository.DeviceAssembly("tests/device/OtherAgent", "OtherAgent"), "VERSION.....", version),
    ]);

    private static byte[] Misbehave(string folder, string behaviour) =>
        WriteOver(Repository.DeviceAssembly(folder, "BadApplications"), "BEHAVIOUR.......................", behaviour);

    /// <summary>Writes over a text that a binary holds.</summary>
    private static byte[] WriteOver(string path, string text, string other)
    {
        byte[] assembly = File.ReadAllBytes(path);
        int position = assembly.AsSpan().IndexOf(Encoding.Unicode.GetBytes(text));
        Encoding.Unicode.GetBytes(other.PadRight(text.Length, '.')).CopyTo(assembly, position);
        return assembly;
    }
}
