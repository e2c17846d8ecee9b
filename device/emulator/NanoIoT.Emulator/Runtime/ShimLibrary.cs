using System.Reflection;
using System.Runtime.Loader;

namespace NanoIoT.Emulator.Runtime;

/// <summary>
/// The assemblies with nanoFramework's names, loaded once for all boards, in a context of their own so that .NET's
/// assemblies of the same names stay what they are.
/// </summary>
internal sealed class ShimLibrary : AssemblyLoadContext
{
    private const string Prefix = "shims/";

    private readonly Dictionary<string, Assembly> _loaded = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    private ShimLibrary()
        : base("nanoFramework shims")
    {
    }

    public static ShimLibrary Instance { get; } = new();

    /// <summary>The shim of a name, or null.</summary>
    public Assembly? Find(string name)
    {
        lock (_lock)
        {
            if (_loaded.TryGetValue(name, out Assembly? assembly))
            {
                return assembly;
            }

            using Stream? stream = typeof(ShimLibrary).Assembly.GetManifestResourceStream(Prefix + name + ".dll");
            if (stream is null)
            {
                return null;
            }

            assembly = LoadFromStream(stream);
            _loaded.Add(name, assembly);
            return assembly;
        }
    }

    protected override Assembly? Load(AssemblyName assemblyName) => assemblyName.Name is string name ? Find(name) : null;
}
