using NanoIoT.Testing;

namespace NanoIoT.Device.Tests;

/// <summary>The device assemblies that were built.</summary>
internal static class DeviceAssemblies
{
    public static IEnumerable<string> Paths =>
    [
        Repository.DeviceAssembly("device/NanoIoT.Device", "NanoIoT.Device"),
        Repository.DeviceAssembly("device/NanoIoT.Device.Boards", "NanoIoT.Device.Boards"),
        Repository.DeviceAssembly("device/NanoIoT.Device.McuBoot", "NanoIoT.Device.McuBoot"),
        Repository.DeviceAssembly("device/NanoIoT.Device.Loader", "NanoIoT.Device.Loader"),
        Repository.DeviceAssembly("device/NanoIoT.Device.UpdateProvider", "NanoIoT.Device.UpdateProvider"),
        Repository.DeviceAssembly("device/NanoIoT.Device.Provisioning", "NanoIoT.Device.Provisioning"),
        Repository.DeviceAssembly("device/samples/LoaderHost", "LoaderHost"),
        Repository.DeviceAssembly("device/samples/Thermostat/files/1.0.0", "Thermostat"),
        Repository.DeviceAssembly("device/samples/Thermostat", "Thermostat"),
        Repository.DeviceAssembly("device/samples/Thermostat/releases/1.1.0", "Thermostat"),
        Repository.DeviceAssembly("device/samples/Thermostat/releases/1.2.0", "Thermostat"),
        Repository.DeviceAssembly("device/selftest", "SelfTest"),
        Repository.DeviceAssembly("tests/device/DeviceTests", "DeviceTests"),
        Repository.DeviceAssembly("tests/device/SharedOnDevice", "SharedOnDevice"),
    ];

    public static IEnumerable<string> References => Directory.EnumerateDirectories(Path.Combine(Repository.Root, "device", "reference"))
        .Select(folder => Repository.DeviceAssembly(folder, Path.GetFileName(folder))).Where(File.Exists);
}
