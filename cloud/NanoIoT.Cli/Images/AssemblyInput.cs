using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using NanoIoT.Cloud.Firmware;
using NanoIoT.Emulator.Runtime;

namespace NanoIoT.Cli.Images;

/// <summary>
/// The assemblies an image is made of, in load order: .pe files for hardware, as nanoFramework's build makes them, or the
/// IL assemblies they are made from (.dll, .exe) for the emulator.
/// </summary>
internal sealed class AssemblyInput
{
    private const int MaxBytes = 16 * 1024 * 1024;

    private AssemblyInput(IReadOnlyList<BundleAssembly> assemblies, bool isIl)
    {
        Assemblies = assemblies;
        IsIl = isIl;
    }

    public IReadOnlyList<BundleAssembly> Assemblies { get; }

    /// <summary>Whether they are IL assemblies, which only the emulator runs.</summary>
    public bool IsIl { get; }

    public static AssemblyInput Read(IReadOnlyList<string> files)
    {
        var assemblies = new List<BundleAssembly>();
        var il = new List<bool>();
        foreach (string file in files)
        {
            if (new FileInfo(file) is { Exists: true, Length: > MaxBytes })
            {
                throw CliException.InvalidInput($"The file '{file}' is larger than {MaxBytes} bytes.");
            }

            byte[] bytes = CommandFiles.ReadBytes(file);
            bool isPe = bytes.AsSpan().StartsWith("NFMRK"u8);
            bool isIl = bytes.AsSpan().StartsWith("MZ"u8);
            if (!isPe && !isIl)
            {
                throw CliException.InvalidInput($"The file '{file}' is neither a .pe file of nanoFramework nor a .dll. For raw bytes, use --payload.");
            }

            assemblies.Add(new BundleAssembly(Path.GetFileNameWithoutExtension(file), bytes));
            il.Add(isIl);
        }

        return il.Distinct().Count() <= 1
            ? new AssemblyInput(assemblies, il.Count > 0 && il[0])
            : throw CliException.InvalidInput("An image holds either .pe files or .dll files, not both.");
    }

    /// <summary>The deployment region's content: .pe files one behind the other, each from a multiple of four bytes.</summary>
    public byte[] ToPayload()
    {
        if (IsIl)
        {
            return AssemblyPayload.Pack([.. Assemblies.Select(item => item.Content.ToArray())]);
        }

        using var stream = new MemoryStream();
        foreach (BundleAssembly assembly in Assemblies)
        {
            stream.Write(assembly.Content.Span);
            stream.Write(new byte[(4 - (assembly.Content.Length % 4)) % 4]);
        }

        return stream.ToArray();
    }

    /// <summary>The type with <c>Main</c>, where the files tell it: IL assemblies do.</summary>
    public string? FindEntryType()
    {
        foreach (BundleAssembly assembly in IsIl ? Assemblies : [])
        {
            try
            {
                using var reader = new PEReader(new MemoryStream(assembly.Content.ToArray()));
                int token = reader.PEHeaders.CorHeader?.EntryPointTokenOrRelativeVirtualAddress ?? 0;
                if (token != 0)
                {
                    MetadataReader metadata = reader.GetMetadataReader();
                    MethodDefinition method = metadata.GetMethodDefinition((MethodDefinitionHandle)MetadataTokens.Handle(token));
                    TypeDefinition type = metadata.GetTypeDefinition(method.GetDeclaringType());
                    string space = metadata.GetString(type.Namespace);
                    return (space.Length == 0 ? string.Empty : space + ".") + metadata.GetString(type.Name);
                }
            }
            catch (BadImageFormatException exception)
            {
                throw CliException.InvalidInput($"{assembly.Name}: {exception.Message}");
            }
        }

        return null;
    }
}
