using System.Reflection;
using Mono.Cecil;
using NanoIoT.Emulator.Runtime;
using NanoIoT.Testing;

namespace NanoIoT.Emulator.Tests;

/// <summary>Every signature of the reference assemblies is there in the emulator: what compiles for the board binds here.</summary>
[TestClass]
public sealed class ShimTests
{
    // What C# writes into every array and delegate type, and nobody can call.
    private static readonly HashSet<string> s_notCallable = new(StringComparer.Ordinal) { "System.Array::.ctor", "System.Delegate::.ctor", "System.MulticastDelegate::.ctor" };

    [TestMethod]
    public void Every_reference_signature_binds()
    {
        var missing = new List<string>();
        foreach (string folder in Directory.EnumerateDirectories(Path.Combine(Repository.Root, "device", "reference")))
        {
            string path = Repository.DeviceAssembly(folder, Path.GetFileName(folder));
            if (File.Exists(path))
            {
                using AssemblyDefinition reference = AssemblyDefinition.ReadAssembly(path);
                Assembly? shim = ShimLibrary.Instance.Find(reference.Name.Name);
                Assert.IsNotNull(shim, reference.Name.Name);
                foreach (TypeDefinition type in reference.MainModule.GetTypes().Where(item => item.IsPublic || item.IsNestedPublic))
                {
                    Compare(type, shim, missing);
                }
            }
        }

        Assert.IsEmpty(missing, string.Join('\n', missing));
    }

    private static void Compare(TypeDefinition type, Assembly shim, List<string> missing)
    {
        if (type.FullName == "System.Void")
        {
            return;
        }

        Type? found = shim.GetType(type.FullName.Replace('/', '+'));
        if (found is null)
        {
            missing.Add(type.FullName);
            return;
        }

        const BindingFlags all = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.FlattenHierarchy;
        foreach (MethodDefinition method in type.Methods.Where(item => item.IsPublic || item.IsFamily))
        {
            string name = $"{type.FullName}::{method.Name}";
            bool binds = method.IsConstructor
                ? found.GetConstructors(all).Any(item => IsSame(item, method))
                : Members(found, all).Any(item => item.Name == method.Name && IsSame(item, method));
            if (!binds && !s_notCallable.Contains(name))
            {
                missing.Add($"{name}({string.Join(", ", method.Parameters.Select(item => item.ParameterType.FullName))})");
            }
        }

        foreach (FieldDefinition field in type.Fields.Where(item => item.IsPublic && !item.IsSpecialName))
        {
            if (found.GetField(field.Name, all) is null)
            {
                missing.Add($"{type.FullName}::{field.Name}");
            }
            else if (field.HasConstant && found.IsEnum && type.FullName != "System.AttributeTargets"
                && !Equals(Convert.ToInt64(field.Constant, null), Convert.ToInt64(found.GetField(field.Name)!.GetRawConstantValue(), null)))
            {
                missing.Add($"{type.FullName}::{field.Name} has another value");
            }
        }
    }

    private static IEnumerable<MethodInfo> Members(Type type, BindingFlags flags) =>
        type.GetMethods(flags).Concat(type.GetInterfaces().SelectMany(item => item.GetMethods()));

    private static bool IsSame(MethodBase method, MethodDefinition reference)
    {
        ParameterInfo[] parameters = method.GetParameters();
        return parameters.Length == reference.Parameters.Count
            && parameters.Zip(reference.Parameters).All(pair => Name(pair.First.ParameterType) == pair.Second.ParameterType.FullName.Replace('/', '+'));
    }

    private static string Name(Type type) => type.ToString();
}
