using System.Reflection;

namespace NanoIoT.Emulator.Hosting;

/// <summary>A .NET assembly for the emulator's mscorlib, which has an Assembly of its own and so cannot name .NET's.</summary>
public sealed class NanoAssembly
{
    private readonly Assembly _assembly;

    private NanoAssembly(Assembly assembly)
    {
        _assembly = assembly;
    }

    /// <summary>Its full name.</summary>
    public string FullName => _assembly.FullName!;

    /// <summary>The assembly of a type.</summary>
    /// <param name="type">The type.</param>
    /// <returns>The assembly.</returns>
    public static NanoAssembly Of(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return new NanoAssembly(type.Assembly);
    }

    /// <summary>Loads an assembly into the calling thread's board.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <returns>The assembly.</returns>
    public static NanoAssembly Load(byte[] bytes) => new(BoardHost.Current.LoadAssembly(bytes));

    /// <summary>Its name.</summary>
    /// <returns>The name.</returns>
    public AssemblyName GetName() => _assembly.GetName();

    /// <summary>One of its types.</summary>
    /// <param name="name">The type's full name.</param>
    /// <returns>The type, or null.</returns>
    public Type? GetType(string name) => _assembly.GetType(name);

    /// <summary>Its types.</summary>
    /// <returns>The types.</returns>
    public Type[] GetTypes() => _assembly.GetTypes();
}
