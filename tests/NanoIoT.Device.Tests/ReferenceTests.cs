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
}
