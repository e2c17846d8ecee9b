using Mono.Cecil;
using Mono.Cecil.Cil;
using NanoIoT.Testing;

namespace NanoIoT.Device.Tests;

[TestClass]
public sealed class AssemblyRulesTests
{
    private const string Token = "c07d481e9758c731";

    // facts: names and versions of nanoFramework's v1 line.
    private static readonly Dictionary<string, string> s_versions = new(StringComparer.Ordinal)
    {
        ["mscorlib"] = "1.17.11.0",
        ["nanoFramework.System.Collections"] = "1.5.75.0",
        ["nanoFramework.System.Text"] = "1.3.42.0",
        ["System.IO.Streams"] = "1.1.96.0",
        ["System.IO.FileSystem"] = "1.1.87.0",
        ["System.Net"] = "1.11.60.0",
        ["nanoFramework.M2Mqtt"] = "5.1.218.0",
        ["nanoFramework.M2Mqtt.Core"] = "5.1.212.0",
        ["nanoFramework.Json"] = "2.2.213.0",
        ["nanoFramework.Runtime.Native"] = "1.7.11.0",
    };

    // Members whose answer on the board is another than .NET's ("Same binary, different answer"): device code does not use them.
    private static readonly string[] s_different =
    [
        "System.Enum::ToString", "System.Double::ToString", "System.Single::ToString", "System.Double::Parse", "System.Single::Parse",
        "System.Int32::TryParse", "System.Int32::Parse", "System.Int64::TryParse", "System.Int64::Parse", "System.String::Compare",
        "System.String::ToUpper", "System.String::ToLower", "System.Random::.ctor(System.Int32)", "System.DateTime::.ctor(System.Int32",
        "System.DateTime::Parse", "System.DateTime::TryParse", "System.DateTime::ToString",
    ];

    [TestMethod]
    public void Reference_assemblies_have_nanoFrameworks_identities()
    {
        string[] paths = [.. DeviceAssemblies.References];

        Assert.IsGreaterThanOrEqualTo(13, paths.Length);
        foreach (string path in paths)
        {
            using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(path);
            Assert.AreEqual(Token, Convert.ToHexStringLower(assembly.Name.PublicKeyToken), path);
            if (s_versions.TryGetValue(assembly.Name.Name, out string? version))
            {
                Assert.AreEqual(version, assembly.Name.Version.ToString(), path);
            }
        }
    }

    [TestMethod]
    public void Device_assemblies_refer_to_nanoFramework_and_to_each_other_alone()
    {
        foreach (string path in DeviceAssemblies.Paths)
        {
            using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(path);
            foreach (AssemblyNameReference reference in assembly.MainModule.AssemblyReferences)
            {
                bool isOurs = reference.Name.StartsWith("NanoIoT.Device", StringComparison.Ordinal);
                Assert.IsTrue(isOurs || Convert.ToHexStringLower(reference.PublicKeyToken) == Token, $"{path} refers to {reference.FullName}");
            }
        }
    }

    [TestMethod]
    public void The_core_uses_only_what_it_may()
    {
        using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(DeviceAssemblies.Paths.First());
        string[] allowed = ["mscorlib", "nanoFramework.System.Collections", "nanoFramework.System.Text", "System.IO.Streams", "nanoFramework.Json", "nanoFramework.M2Mqtt.Core"];
        string[] used = [.. assembly.MainModule.AssemblyReferences.Select(reference => reference.Name)];

        Assert.IsEmpty(used.Except(allowed).ToArray());

        // No threads, no sleep, no clock of its own.
        string[] types = [.. assembly.MainModule.GetTypeReferences().Select(type => type.FullName)];
        Assert.IsEmpty(types.Where(type => type is "System.Threading.Thread" or "System.Threading.Timer" or "System.DateTime" or "System.Environment" or "System.Threading.AutoResetEvent").ToArray());
    }

    [TestMethod]
    public void Device_code_has_nothing_the_clr_does_not_run()
    {
        var faults = new List<string>();
        foreach (string path in DeviceAssemblies.Paths)
        {
            using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(path);
            foreach (TypeDefinition type in assembly.MainModule.GetTypes())
            {
                Check(type.HasGenericParameters, $"{type.FullName}: generic type", faults);
                foreach (FieldDefinition field in type.Fields)
                {
                    CheckType(field.FieldType, field.FullName, faults);
                }

                foreach (MethodDefinition method in type.Methods)
                {
                    CheckMethod(method, faults);
                }
            }
        }

        Assert.IsEmpty(faults, string.Join('\n', faults));
    }

    [TestMethod]
    public void The_agents_assemblies_hold_no_state_that_changes()
    {
        // Simulated boards share them. The one exception is where the loader leaves its slots for the application it starts.
        foreach (string path in DeviceAssemblies.Paths.Take(5))
        {
            using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(path);
            string[] fields = [.. assembly.MainModule.GetTypes().SelectMany(type => type.Fields)
                .Where(field => field is { IsStatic: true, IsInitOnly: false, HasConstant: false } && !field.Name.StartsWith("<>", StringComparison.Ordinal)).Select(field => field.FullName)];

            Assert.IsEmpty(fields.Where(name => !name.Contains("SlotLoader::<Slots>", StringComparison.Ordinal)).ToArray(), path);
        }
    }

    [TestMethod]
    public void Agent_and_adapters_fit_their_flash_budget()
    {
        // The design's budget; what goes on a board is the core, the adapters and the slots of one path.
        int[] sizes = [.. DeviceAssemblies.Paths.Take(3).Select(PeSize.Of)];

        Assert.IsLessThanOrEqualTo(64 * 1024, sizes.Sum(), string.Join(" + ", sizes));
    }

    private static void CheckMethod(MethodDefinition method, List<string> faults)
    {
        Check(method.HasGenericParameters, $"{method.FullName}: generic method", faults);
        CheckType(method.ReturnType, method.FullName, faults);
        foreach (ParameterDefinition parameter in method.Parameters)
        {
            CheckType(parameter.ParameterType, method.FullName, faults);
        }

        if (!method.HasBody)
        {
            return;
        }

        foreach (VariableDefinition variable in method.Body.Variables)
        {
            CheckType(variable.VariableType, method.FullName, faults);
        }

        foreach (ExceptionHandler handler in method.Body.ExceptionHandlers)
        {
            Check(handler.HandlerType is ExceptionHandlerType.Filter or ExceptionHandlerType.Fault, $"{method.FullName}: {handler.HandlerType}", faults);
        }

        foreach (Instruction instruction in method.Body.Instructions)
        {
            string code = instruction.OpCode.Name;
            Check(code is "localloc" or "calli" or "jmp" or "arglist" or "cpblk" or "initblk" or "mkrefany" or "refanyval" or "tail.", $"{method.FullName}: {code}", faults);
            Check(code.Contains(".ovf", StringComparison.Ordinal) && !code.StartsWith("conv", StringComparison.Ordinal), $"{method.FullName}: {code}", faults);
            Check(code.StartsWith("conv.ovf", StringComparison.Ordinal), $"{method.FullName}: {code}", faults);
            if (instruction.Operand is TypeReference type)
            {
                CheckType(type, method.FullName, faults);
            }
            else if (instruction.Operand is MemberReference member)
            {
                CheckType(member.DeclaringType, method.FullName, faults);
                Check(instruction.Operand is GenericInstanceMethod, $"{method.FullName}: {member.FullName}", faults);
                Check(s_different.Any(name => member.FullName.Contains(name, StringComparison.Ordinal)), $"{method.FullName}: {member.FullName} answers otherwise on the board", faults);
            }
        }

        if (method.IsConstructor && method.IsStatic)
        {
            // An initializer that throws is lost on the board: only arrays and constants there.
            Check(
                method.Body.Instructions.Any(item => item.OpCode.Name is "throw" or "callvirt"),
                $"{method.DeclaringType.FullName}: static initializer that can throw",
                faults);
        }
    }

    private static void CheckType(TypeReference? type, string where, List<string> faults)
    {
        for (TypeReference? item = type; item is not null; item = (item as TypeSpecification)?.ElementType)
        {
            Check(item is GenericInstanceType, $"{where}: {item.FullName}", faults);
            Check(item is ArrayType { Rank: > 1 }, $"{where}: {item.FullName}", faults);
            Check(item is PointerType or FunctionPointerType, $"{where}: {item.FullName}", faults);
        }
    }

    private static void Check(bool isFault, string text, List<string> faults)
    {
        if (isFault)
        {
            faults.Add(text);
        }
    }
}
