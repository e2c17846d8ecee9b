using NanoIoT.Testing.Simulation;

namespace NanoIoT.Simulation.Tests;

/// <summary>The managed heap an update needs.</summary>
[TestClass]
public sealed class MemoryTests
{
    private const long Budget = 16 * 1024;

    [TestMethod]
    public void An_update_needs_the_same_little_heap_whatever_the_images_size()
    {
        (long small, long smallAllocated) = MemoryMeasurement.Of(64 * 1024);
        (long large, long largeAllocated) = MemoryMeasurement.Of(1024 * 1024);

        Console.WriteLine($"64 KB: {small} bytes live at most, {smallAllocated} allocated; 1 MB: {large} bytes live at most, {largeAllocated} allocated");
        Assert.IsInRange(4096, Budget, small);
        Assert.IsInRange(4096, Budget, large);
        Assert.IsLessThanOrEqualTo(1.1, large / (double)small);
        Assert.IsGreaterThanOrEqualTo(0.9, large / (double)small);
    }
}
