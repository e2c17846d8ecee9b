using NanoIoT.Testing.Simulation;

namespace NanoIoT.Benchmarks;

/// <summary>What an update takes of the managed heap, for a small image and a large one.</summary>
internal static class UpdateMemory
{
    public static void Run()
    {
        (long Peak, long Allocated) small = MemoryMeasurement.Of(64 * 1024);
        (long Peak, long Allocated) large = MemoryMeasurement.Of(1024 * 1024);
        Console.WriteLine($"64 KB image: {small.Peak:n0} bytes live at most above the idle agent, {small.Allocated:n0} allocated in all on .NET");
        Console.WriteLine($"1 MB image:  {large.Peak:n0} bytes live at most above the idle agent, {large.Allocated:n0} allocated in all on .NET");
        Console.WriteLine($"ratio: {large.Peak / (double)small.Peak:n2} live");
    }
}
