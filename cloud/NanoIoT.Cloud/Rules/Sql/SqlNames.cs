using System.Text;
using System.Text.Json;

namespace NanoIoT.Cloud.Rules.Sql;

/// <summary>Names of the payload's members that a rule looks at: the others are never made into objects.</summary>
internal sealed class SqlNames(IEnumerable<string> names)
{
    private readonly (string Name, byte[] Utf8)[] _names = [.. names.Distinct(StringComparer.Ordinal).Select(name => (name, Encoding.UTF8.GetBytes(name)))];

    /// <summary>The name a reader stands at, if it is one of these.</summary>
    public string? Find(ref Utf8JsonReader reader)
    {
        foreach ((string name, byte[] utf8) in _names)
        {
            if (reader.ValueTextEquals(utf8))
            {
                return name;
            }
        }

        return null;
    }
}
