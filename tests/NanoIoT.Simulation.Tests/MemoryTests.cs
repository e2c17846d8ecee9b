using System.Diagnostics;
using System.Text.Json.Nodes;
using NanoIoT.Testing;

namespace NanoIoT.Simulation.Tests;

/// <summary>The managed heap an update needs; measured in a process of its own, because the heap is the whole process's.</summary>
[TestClass]
public sealed class MemoryTests
{
    private const long Budget = 16 * 1024;

    [TestMethod]
    public async Task An_update_needs_the_same_little_heap_whatever_the_images_size()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        start.ArgumentList.Add(Repository.DeviceAssembly("tests/benchmarks/NanoIoT.Benchmarks", "NanoIoT.Benchmarks"));
        start.ArgumentList.Add("memory");
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
        Console.WriteLine(output);
        JsonNode figures = JsonNode.Parse(output.Trim().Split('\n')[^1])!;
        long small = figures["small"]!.GetValue<long>();
        long large = figures["large"]!.GetValue<long>();

        Assert.IsLessThanOrEqualTo(Budget, small);
        Assert.IsLessThanOrEqualTo(Budget, large);
        Assert.IsLessThanOrEqualTo(1.1, large / (double)small);
        Assert.IsGreaterThanOrEqualTo(0.9, large / (double)small);
    }
}
