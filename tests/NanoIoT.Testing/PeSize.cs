using System.Text;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace NanoIoT.Testing;

/// <summary>
/// The size of the .pe that nanoFramework's metadata processor makes of an assembly, computed from the format of the
/// CLR's tables (nf-interpreter, <c>nanoCLR_Types.h</c>: CLR_RECORD_…): records of fixed length, one string table, one
/// signature table, IL with tokens of two bytes; constants leave nothing but their uses. The processor itself is not on the registry reached here; where a choice
/// of its is not known, this counts the larger.
/// </summary>
public static class PeSize
{
    private const int HeaderBytes = 124;

    /// <summary>What our .nfproj files exclude (NFMDP_PE_ExcludeClassByName): attributes the compiler writes for itself.</summary>
    public static readonly IReadOnlySet<string> Excluded = new HashSet<string>(StringComparer.Ordinal)
    {
        "Microsoft.CodeAnalysis.EmbeddedAttribute",
        "System.Runtime.CompilerServices.NullableAttribute",
        "System.Runtime.CompilerServices.NullableContextAttribute",
        "System.Runtime.CompilerServices.NullablePublicOnlyAttribute",
        "System.Runtime.CompilerServices.RefSafetyRulesAttribute",
        "System.Runtime.CompilerServices.CompilerGeneratedAttribute",
    };

    // Of the strings the CLR has in a table of its own, those that names here use.
    private static readonly HashSet<string> s_known = new(StringComparer.Ordinal)
    {
        ".ctor", ".cctor", "Add", "Append", "ArgumentException", "Array", "ArrayList", "AutoResetEvent", "Boolean", "Byte", "Char", "Clear", "Close", "Compare",
        "CompareTo", "Concat", "Contains", "Convert", "Copy", "DateTime", "Delegate", "Dispose", "Encoding", "Enum", "Enter", "Exit", "Exception", "FromBase64String", "GetBytes", "GetString",
        "GetType", "IndexOf", "InitializeArray", "Int32", "Int64", "Invoke", "LastIndexOf", "Length", "Load", "Log", "Monitor", "MethodInfo", "MulticastDelegate", "Next", "Object", "Parse", "Random",
        "Read", "RemoveAt", "Reset", "Resume", "RuntimeFieldHandle", "RuntimeHelpers", "Seek", "SeekOrigin", "Set", "Sleep", "Split", "Start", "StartsWith", "Stream",
        "String", "StringBuilder", "Substring", "Subtract", "Suspend", "System", "System.Collections", "System.IO", "System.Reflection", "System.Runtime.CompilerServices", "System.Text", "System.Threading",
        "System.Security.Cryptography.X509Certificates", "Thread", "ThreadPriority", "ThreadStart", "TimeSpan", "Timestamp", "ToString", "Type", "UInt32", "Value", "ValueType", "Version",
        "Void", "WaitHandle", "WaitOne", "Write", "WriteByte", "X509Certificate", "_index", "_message", "_count", "get_Chars", "get_Count", "get_Item", "get_Length", "get_Kind", "get_Message", "get_Position", "get_Ticks", "get_UTF8", "get_UtcNow",
    };

    /// <summary>Computes the size.</summary>
    /// <param name="path">The assembly.</param>
    /// <returns>Bytes.</returns>
    public static int Of(string path)
    {
        using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(path);
        ModuleDefinition module = assembly.MainModule;
        var strings = new HashSet<string>(StringComparer.Ordinal) { assembly.Name.Name };
        var signatures = new HashSet<string>(StringComparer.Ordinal);
        int signatureBytes = 0;
        int records = module.AssemblyReferences.Count * 12;
        int code = 0;
        int attributes = 0;
        int typeSpecs = 0;

        void AddString(string text)
        {
            if (!s_known.Contains(text))
            {
                strings.Add(text);
            }
        }

        static int Count(ICustomAttributeProvider provider) => provider.CustomAttributes.Count(item => !Excluded.Contains(item.AttributeType.FullName) && item.AttributeType.Namespace != "System");

        void AddSignature(string key, int bytes)
        {
            if (signatures.Add(key))
            {
                signatureBytes += bytes;
            }
        }

        foreach (AssemblyNameReference reference in module.AssemblyReferences)
        {
            AddString(reference.Name);
        }

        foreach (TypeReference type in module.GetTypeReferences().Where(item => item.Name is not ("AttributeUsageAttribute" or "AttributeTargets" or "CompilerGeneratedAttribute")))
        {
            records += 8;
            AddString(type.Name);
            AddString(type.Namespace);
        }

        foreach (MemberReference member in module.GetMemberReferences())
        {
            records += 8;
            AddString(member.Name);
            AddSignature("m " + Shape(member), member is MethodReference method ? MethodSignature(method) : 4);
        }

        foreach (TypeDefinition type in module.GetTypes().Where(item => item.Name != "<Module>" && !Excluded.Contains(item.FullName) && !item.Name.StartsWith("<PrivateImplementationDetails>", StringComparison.Ordinal)))
        {
            if (type.DeclaringType?.Name.StartsWith("<PrivateImplementationDetails>", StringComparison.Ordinal) == true)
            {
                continue;
            }

            records += 24;
            AddString(type.Name);
            AddString(type.Namespace);
            attributes += Count(type);
            foreach (FieldDefinition field in type.Fields.Where(item => !item.HasConstant))
            {
                records += 8;
                AddString(field.Name);
                AddSignature("f " + field.FieldType.FullName, 1 + TypeSignature(field.FieldType));
                attributes += Count(field);
            }

            foreach (MethodDefinition method in type.Methods)
            {
                records += 16;
                AddString(method.Name);
                AddSignature("m " + Shape(method), MethodSignature(method));
                attributes += Count(method);
                if (method.HasBody)
                {
                    code += CodeBytes(method.Body, strings);
                    if (method.Body.HasVariables)
                    {
                        AddSignature("l " + string.Join(',', method.Body.Variables.Select(item => item.VariableType.FullName)), 1 + method.Body.Variables.Sum(item => TypeSignature(item.VariableType)));
                    }
                }
            }
        }

        // What arrays are initialized with.
        foreach (FieldDefinition field in module.GetTypes().SelectMany(item => item.Fields).Where(item => item.InitialValue.Length > 0))
        {
            records += 8;
            AddSignature("d " + Convert.ToHexString(field.InitialValue), field.InitialValue.Length + 2);
        }

        typeSpecs += module.GetTypeReferences().Count(item => item.IsArray) * 4;
        int stringBytes = strings.Sum(text => Encoding.UTF8.GetByteCount(text) + 1);
        return HeaderBytes + records + (attributes * 8) + typeSpecs + Align(stringBytes) + Align(signatureBytes) + Align(code);
    }

    private static int Align(int bytes) => (bytes + 3) / 4 * 4;

    private static string Shape(MemberReference member) =>
        member is MethodReference method
            ? (method.HasThis ? "this " : string.Empty) + method.ReturnType.FullName + "(" + string.Join(',', method.Parameters.Select(item => item.ParameterType.FullName)) + ")"
            : ((FieldReference)member).FieldType.FullName;

    private static int MethodSignature(MethodReference method) => 2 + TypeSignature(method.ReturnType) + method.Parameters.Sum(item => TypeSignature(item.ParameterType));

    private static int TypeSignature(TypeReference type) => type switch
    {
        ArrayType array => 1 + TypeSignature(array.ElementType),
        ByReferenceType reference => 1 + TypeSignature(reference.ElementType),
        _ => type.IsPrimitive || type.MetadataType is MetadataType.String or MetadataType.Object or MetadataType.Void ? 1 : 3,
    };

    private static int CodeBytes(MethodBody body, HashSet<string> strings)
    {
        int bytes = 0;
        foreach (Instruction instruction in body.Instructions)
        {
            if (instruction.Operand is string text)
            {
                strings.Add(text);
            }

            bytes += instruction.OpCode.Size + instruction.OpCode.OperandType switch
            {
                OperandType.InlineTok => 4,
                OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineString or OperandType.InlineBrTarget => 2,
                OperandType.InlineSwitch => 1 + (2 * ((Instruction[])instruction.Operand).Length),
                OperandType.InlineNone => 0,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineI or OperandType.ShortInlineR => 4,
                OperandType.InlineVar or OperandType.InlineArg => 2,
                _ => 1,
            };
        }

        return bytes + (body.HasExceptionHandlers ? 1 + (body.ExceptionHandlers.Count * 12) : 0);
    }
}
