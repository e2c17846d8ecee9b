using System.Xml.Linq;
using NanoIoT.Testing;

namespace NanoIoT.Device.Tests;

/// <summary>Who may refer to whom: the design's rule, held over every project file.</summary>
[TestClass]
public sealed class ReferenceTests
{
    [TestMethod]
    public void Projects_refer_only_to_whom_they_may()
    {
        var allowed = new Dictionary<string, string[]>(StringComparer.Ordinal)
        {
            ["NanoIoT.Shared"] = [],
            ["NanoIoT.HardwareProfiles"] = [],
            ["NanoIoT.Emulator.Hosting"] = [],
            ["NanoIoT.Emulator"] = ["NanoIoT.Emulator.Hosting", "NanoIoT.HardwareProfiles"],
            ["NanoIoT.Cloud"] = ["NanoIoT.Shared", "NanoIoT.HardwareProfiles"],
            ["NanoIoT.Cli"] = ["NanoIoT.Cloud", "NanoIoT.Emulator"],
            ["NanoIoT.Device"] = [],
            ["NanoIoT.Device.Boards"] = ["NanoIoT.Device"],
            ["NanoIoT.Device.McuBoot"] = ["NanoIoT.Device", "NanoIoT.Device.Boards"],
            ["NanoIoT.Device.Loader"] = ["NanoIoT.Device", "NanoIoT.Device.Boards"],
            ["NanoIoT.Device.UpdateProvider"] = ["NanoIoT.Device", "NanoIoT.Device.Boards"],
        };
        string[] files = [.. Directory.EnumerateFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories)];
        foreach ((string project, string[] targets) in allowed)
        {
            string path = files.Single(file => Path.GetFileNameWithoutExtension(file) == project);
            string[] references = [.. XDocument.Load(path).Descendants("ProjectReference")
                .Where(item => item.Attribute("ReferenceOutputAssembly")?.Value != "false")
                .Select(item => Path.GetFileNameWithoutExtension(item.Attribute("Include")!.Value.Replace('\\', '/')))
                .Where(name => name.StartsWith("NanoIoT", StringComparison.Ordinal))];

            Assert.IsEmpty(references.Except(targets).ToArray(), $"{project} refers to {string.Join(", ", references)}");
        }
    }

    [TestMethod]
    public void Every_device_project_has_what_a_nanoFramework_user_opens_with_the_same_references()
    {
        string[] projects =
        [
            "device/NanoIoT.Device/NanoIoT.Device", "device/NanoIoT.Device.Boards/NanoIoT.Device.Boards", "device/NanoIoT.Device.McuBoot/NanoIoT.Device.McuBoot",
            "device/NanoIoT.Device.Loader/NanoIoT.Device.Loader", "device/NanoIoT.Device.UpdateProvider/NanoIoT.Device.UpdateProvider",
            "device/samples/Thermostat/Thermostat", "device/samples/LoaderHost/LoaderHost", "device/selftest/SelfTest",
        ];
        foreach (string name in projects)
        {
            XDocument project = XDocument.Load(Path.Combine(Repository.Root, name + ".nfproj"));
            XNamespace ns = project.Root!.Name.Namespace;
            string[] references = [.. project.Descendants(ns + "Reference").Select(item => item.Attribute("Include")!.Value)];
            string[] excluded = [.. project.Descendants(ns + "NFMDP_PE_ExcludeClassByName").Select(item => item.Attribute("Include")!.Value)];
            Assert.IsTrue(PeSize.Excluded.SetEquals(excluded), name);
            string packages = File.ReadAllText(Path.Combine(Repository.Root, Path.GetDirectoryName(name)!, "packages.config"));
            using Mono.Cecil.AssemblyDefinition built = Mono.Cecil.AssemblyDefinition.ReadAssembly(Repository.DeviceAssembly(Path.GetDirectoryName(name)!, Path.GetFileName(name)));
            foreach (Mono.Cecil.AssemblyNameReference reference in built.MainModule.AssemblyReferences.Where(item => !item.Name.StartsWith("NanoIoT", StringComparison.Ordinal)))
            {
                Assert.Contains(reference.Name, references, name);

                // System.Net.Http's package (1.5) and assembly (1.0) are numbered apart.
                string version = reference.Name == "System.Net.Http" ? "1.5.0" : reference.Version.ToString(3);
                Assert.Contains($"version=\"{version}\"", packages, name + " " + reference.Name);
            }
        }
    }
}
