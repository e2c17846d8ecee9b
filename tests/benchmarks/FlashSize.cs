using NanoIoT.Testing;

namespace NanoIoT.Benchmarks;

/// <summary>What the device assemblies take of a board's flash.</summary>
internal static class FlashSize
{
    public static void Run()
    {
        foreach (string name in new[] { "NanoIoT.Device", "NanoIoT.Device.Boards", "NanoIoT.Device.McuBoot", "NanoIoT.Device.Loader", "NanoIoT.Device.UpdateProvider", "NanoIoT.Device.Provisioning" })
        {
            string path = Repository.DeviceAssembly("device/" + name, name);
            if (File.Exists(path))
            {
                Console.WriteLine($"{name}: {new FileInfo(path).Length:n0} bytes of IL assembly, {PeSize.Of(path):n0} bytes of .pe (computed)");
            }
        }
    }
}
