using System.Globalization;
using Amazon.DynamoDBv2.Model;

namespace NanoIoT.Cloud.Storage.DynamoDb;

/// <summary>Short forms for attributes of items.</summary>
internal static class Attributes
{
    public static AttributeValue Text(string value) => new() { S = value };

    public static AttributeValue Number(long value) => new() { N = value.ToString(CultureInfo.InvariantCulture) };

    public static Dictionary<string, AttributeValue> Key(string name, string value) => new() { [name] = Text(value) };

    public static string? Optional(Dictionary<string, AttributeValue> item, string name) => item.TryGetValue(name, out AttributeValue? value) ? value.S : null;

    /// <summary>A whole number; 0 where there is none.</summary>
    public static long Long(Dictionary<string, AttributeValue> item, string name) =>
        item.TryGetValue(name, out AttributeValue? value) && value.N is not null ? (long)decimal.Parse(value.N, NumberStyles.Float, CultureInfo.InvariantCulture) : 0;

    public static void Add(Dictionary<string, AttributeValue> item, string name, AttributeValue? value)
    {
        if (value is not null)
        {
            item[name] = value;
        }
    }
}
