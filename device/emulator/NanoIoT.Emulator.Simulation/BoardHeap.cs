using System.Collections;
using System.Reflection;
using System.Text;

namespace NanoIoT.Emulator.Simulation;

/// <summary>
/// What objects would take on a board's heap, which is made of blocks of 12 bytes (nf-interpreter, CLR_RT_HeapBlock): an
/// object a block and one for each field, an array of references a block each, an array of numbers or a string its bytes
/// and a header, rounded up. Found by following references, so it is exact and the same every time.
/// </summary>
internal static class BoardHeap
{
    private const int BlockBytes = 12;
    private const int ArrayHeaderBytes = 20;
    private static readonly Dictionary<Type, FieldInfo[]> s_fields = [];

    /// <summary>Bytes of everything reachable.</summary>
    /// <param name="roots">Where to begin.</param>
    /// <param name="outside">Objects that do not count, nor what they refer to: the ports.</param>
    /// <returns>The bytes.</returns>
    public static long Measure(IEnumerable<object?> roots, object outside)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance) { outside };
        var left = new Stack<object>();
        long bytes = 0;
        void Push(object? item)
        {
            if (item is not null and not Delegate and not Type && seen.Add(item))
            {
                left.Push(item);
            }
        }

        foreach (object? root in roots)
        {
            Push(root);
        }

        while (left.TryPop(out object? item))
        {
            bytes += SizeOf(item);
            if (item is Array array && !array.GetType().GetElementType()!.IsPrimitive)
            {
                foreach (object? element in array)
                {
                    Push(element);
                }
            }
            else if (item is ArrayList list)
            {
                foreach (object? element in list)
                {
                    Push(element);
                }
            }
            else if (item is not Array and not string)
            {
                foreach (FieldInfo field in FieldsOf(item.GetType()))
                {
                    if (!field.FieldType.IsValueType)
                    {
                        Push(field.GetValue(item));
                    }
                }
            }
        }

        return bytes;
    }

    private static long SizeOf(object item) => item switch
    {
        string text => Blocks(ArrayHeaderBytes + Encoding.UTF8.GetByteCount(text) + 1),
        Array array when array.GetType().GetElementType()!.IsPrimitive => Blocks(ArrayHeaderBytes + Buffer.ByteLength(array)),
        Array array => Blocks(ArrayHeaderBytes + (array.Length * BlockBytes)),

        // nanoFramework's ArrayList: an object with an array of references, four at least.
        ArrayList list => (3 * BlockBytes) + Blocks(ArrayHeaderBytes + (Math.Max(4, list.Capacity) * BlockBytes)),
        _ => BlockBytes * (1 + FieldsOf(item.GetType()).Length),
    };

    private static long Blocks(long bytes) => (bytes + BlockBytes - 1) / BlockBytes * BlockBytes;

    private static FieldInfo[] FieldsOf(Type type)
    {
        if (s_fields.TryGetValue(type, out FieldInfo[]? fields))
        {
            return fields;
        }

        var all = new List<FieldInfo>();
        for (Type? level = type; level is not null && level != typeof(object); level = level.BaseType)
        {
            all.AddRange(level.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly));
        }

        return s_fields[type] = [.. all];
    }
}
