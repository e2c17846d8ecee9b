using System.Reflection;
using System.Runtime.Loader;

namespace NanoIoT.Emulator.Runtime;

/// <summary>The application of one boot: its own statics, gone with the boot.</summary>
internal sealed class BoardLoadContext : AssemblyLoadContext
{
    private readonly Dictionary<string, Assembly> _application = new(StringComparer.Ordinal);

    public BoardLoadContext(string name)
        : base(name, isCollectible: true)
    {
    }

    /// <summary>Loads the assemblies in their order, as the board does.</summary>
    public void LoadAll(IReadOnlyList<byte[]> assemblies)
    {
        foreach (byte[] bytes in assemblies)
        {
            Add(bytes);
        }
    }

    /// <summary>Loads one more assembly.</summary>
    /// <exception cref="ArgumentException">The bytes are no assembly.</exception>
    /// <exception cref="FileNotFoundException">It refers to one that is not loaded.</exception>
    public Assembly Add(byte[] bytes)
    {
        Assembly assembly;
        try
        {
            assembly = LoadFromStream(new MemoryStream(bytes, writable: false));
        }
        catch (BadImageFormatException exception)
        {
            throw new ArgumentException("not an assembly", nameof(bytes), exception);
        }

        foreach (AssemblyName reference in assembly.GetReferencedAssemblies())
        {
            // The board resolves references when it loads; .NET would only when code runs.
            _ = Load(reference);
        }

        _application[assembly.GetName().Name!] = assembly;
        return assembly;
    }

    /// <summary>The program's entry, or null.</summary>
    public MethodInfo? FindEntryPoint() => _application.Values.Select(assembly => assembly.EntryPoint).FirstOrDefault(method => method is not null);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        string name = assemblyName.Name!;
        return _application.GetValueOrDefault(name) ?? ShimLibrary.Instance.Find(name)
            ?? throw new FileNotFoundException($"The board has no assembly '{name}'.", name);
    }
}
