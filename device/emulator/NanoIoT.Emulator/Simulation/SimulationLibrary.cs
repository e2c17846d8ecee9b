using System.Reflection;
using System.Runtime.Loader;
using NanoIoT.Emulator.Runtime;

namespace NanoIoT.Emulator.Simulation;

/// <summary>
/// The device binaries, loaded once for all simulated boards with the emulator's nanoFramework assemblies beside them. They
/// hold no state that changes (a test says so), so boards can share them.
/// </summary>
internal sealed class SimulationLibrary : AssemblyLoadContext
{
    private const string Prefix = "simulation/";
    private static readonly Lazy<SimulationLibrary> s_instance = new(() => new SimulationLibrary());

    private readonly Func<ISimulatedWorld, string?, ISimulatedBoot> _create;
    private readonly Func<byte[], byte[], SimulatedSettings, (long, long)> _measure;

    private SimulationLibrary()
        : base("simulated boards")
    {
        Assembly simulation = LoadFromAssemblyName(new AssemblyName("NanoIoT.Emulator.Simulation"));
        _measure = simulation.GetType("NanoIoT.Emulator.Simulation.AgentMemory")!.GetMethod("Measure")!.CreateDelegate<Func<byte[], byte[], SimulatedSettings, (long, long)>>();
        _create = simulation.GetType("NanoIoT.Emulator.Simulation.AgentBoot")!.GetMethod("Create")!.CreateDelegate<Func<ISimulatedWorld, string?, ISimulatedBoot>>();
    }

    public static SimulationLibrary Instance => s_instance.Value;

    public (long Peak, long Allocated) Measure(byte[] announcement, byte[] artifact, SimulatedSettings settings) => _measure(announcement, artifact, settings);

    public ISimulatedBoot CreateBoot(ISimulatedWorld world, string? slotFolder) => _create(world, slotFolder);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        string name = assemblyName.Name!;
        using Stream? stream = typeof(SimulationLibrary).Assembly.GetManifestResourceStream(Prefix + name + ".dll");
        if (stream is not null)
        {
            return LoadFromStream(stream);
        }

        // .NET's own mscorlib serves here: no simulated board starts a thread.
        return name == "mscorlib" ? null : ShimLibrary.Instance.Find(name);
    }
}
