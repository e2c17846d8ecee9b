using System.Reflection;
using System.Runtime.Loader;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace NanoIoT.Testing;

/// <summary>
/// Counts the IL instructions a device binary executes: every basic block of a copy of it adds its length to a counter,
/// and the copy runs on .NET. The count is exact and the same on every machine; what the CLR does natively (string and
/// array members, HMAC) counts as the call alone.
/// </summary>
public sealed class IlCounter
{
    private readonly FieldInfo _counter;

    /// <summary>Makes the copy.</summary>
    /// <param name="path">The assembly.</param>
    /// <param name="others">Assemblies it refers to beyond .NET's own.</param>
    public IlCounter(string path, params string[] others)
    {
        using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(path);
        ModuleDefinition module = assembly.MainModule;
        var holder = new TypeDefinition("NanoIoT.Testing", "Counter", Mono.Cecil.TypeAttributes.Public | Mono.Cecil.TypeAttributes.Class, module.TypeSystem.Object);
        var field = new FieldDefinition("Instructions", Mono.Cecil.FieldAttributes.Public | Mono.Cecil.FieldAttributes.Static, module.TypeSystem.Int64);
        holder.Fields.Add(field);
        foreach (MethodDefinition method in module.GetTypes().SelectMany(type => type.Methods).Where(item => item.HasBody).ToArray())
        {
            Instrument(method.Body, field);
        }

        module.Types.Add(holder);
        var copy = new MemoryStream();
        assembly.Write(copy);
        copy.Position = 0;
        var context = new AssemblyLoadContext("counted");
        context.Resolving += (sender, name) => others.FirstOrDefault(item => Path.GetFileNameWithoutExtension(item) == name.Name) is string file ? sender.LoadFromAssemblyPath(file) : null;
        Assembly = context.LoadFromStream(copy);
        _counter = Assembly.GetType("NanoIoT.Testing.Counter")!.GetField("Instructions")!;
    }

    /// <summary>The copy, loaded.</summary>
    public Assembly Assembly { get; }

    /// <summary>Instructions executed so far.</summary>
    public long Instructions => (long)_counter.GetValue(null)!;

    private static void Instrument(Mono.Cecil.Cil.MethodBody body, FieldDefinition counter)
    {
        body.SimplifyMacros();
        var starts = new HashSet<Instruction> { body.Instructions[0] };
        foreach (Instruction instruction in body.Instructions)
        {
            if (instruction.Operand is Instruction target)
            {
                starts.Add(target);
            }
            else if (instruction.Operand is Instruction[] targets)
            {
                starts.UnionWith(targets);
            }

            if (instruction.OpCode.FlowControl is FlowControl.Branch or FlowControl.Cond_Branch && instruction.Next is not null)
            {
                starts.Add(instruction.Next);
            }
        }

        foreach (Mono.Cecil.Cil.ExceptionHandler handler in body.ExceptionHandlers)
        {
            starts.Add(handler.TryStart);
            starts.Add(handler.HandlerStart);
        }

        ILProcessor il = body.GetILProcessor();
        foreach (Instruction start in starts)
        {
            int length = 0;
            for (Instruction? item = start; item is not null && (item == start || !starts.Contains(item)); item = item.Next)
            {
                length++;
            }

            // The block's own first instruction stays where branches lead: its work moves behind the counting.
            Instruction moved = Instruction.Create(OpCodes.Nop);
            moved.OpCode = start.OpCode;
            moved.Operand = start.Operand;
            start.OpCode = OpCodes.Ldsfld;
            start.Operand = counter;
            Instruction last = start;
            foreach (Instruction added in new[] { Instruction.Create(OpCodes.Ldc_I8, (long)length), Instruction.Create(OpCodes.Add), Instruction.Create(OpCodes.Stsfld, counter), moved })
            {
                il.InsertAfter(last, added);
                last = added;
            }
        }

        body.OptimizeMacros();
    }
}
