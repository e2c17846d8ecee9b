using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Identity.Policies;

/// <summary>One operator of a statement's condition with one key: any of the values must hold, or for a negated operator none may.</summary>
internal sealed class PolicyCondition
{
    private static readonly string[] s_operators =
    [
        "StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike",
        "NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals",
        "DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals",
        "Bool", "IpAddress", "NotIpAddress", "Null",
    ];

    private readonly string _operator;
    private readonly string _key;
    private readonly string[] _values;
    private readonly PolicyPattern[] _patterns;
    private readonly bool _ifExists;
    private readonly bool _isNegated;

    private PolicyCondition(string name, string key, string[] values, bool ifExists)
    {
        _operator = name;
        _key = key;
        _values = values;
        _ifExists = ifExists;
        _isNegated = name.Contains("Not", StringComparison.Ordinal);
        _patterns = [.. values.Select(value => PolicyPattern.Parse(value) ?? throw Malformed($"Condition: {value} has a ${{ that is not closed"))];
    }

    public bool DependsOnTime => _key.Equals("aws:CurrentTime", StringComparison.OrdinalIgnoreCase) || _key.Equals("aws:EpochTime", StringComparison.OrdinalIgnoreCase);

    public static IEnumerable<PolicyCondition> Parse(JsonNode? node)
    {
        if (node is null)
        {
            yield break;
        }

        foreach ((string name, JsonNode? keys) in node as JsonObject ?? throw Malformed("Condition is not an object"))
        {
            bool ifExists = name.EndsWith("IfExists", StringComparison.Ordinal);
            string plain = ifExists ? name[..^"IfExists".Length] : name;
            int colon = plain.IndexOf(':', StringComparison.Ordinal);
            if (colon >= 0 && plain[..colon] is "ForAnyValue" or "ForAllValues")
            {
                // A device's keys have one value each, for which both mean the operator itself.
                plain = plain[(colon + 1)..];
            }

            if (!s_operators.Contains(plain))
            {
                throw Malformed($"Condition: {name} is no operator of this service");
            }

            foreach ((string key, JsonNode? values) in keys as JsonObject ?? throw Malformed($"Condition: {name} is not an object"))
            {
                yield return new PolicyCondition(plain, key, [.. Texts(values, name)], ifExists);
            }
        }
    }

    public bool Holds(AccessContext context)
    {
        string? actual = context.Resolve(_key);
        if (_operator == "Null")
        {
            return _values.Any(value => bool.TryParse(value, out bool isNull) && isNull == actual is null);
        }

        if (actual is null)
        {
            return _ifExists || _isNegated;
        }

        bool any = false;
        for (int i = 0; i < _values.Length && !any; i++)
        {
            any = Matches(actual, i, context);
        }

        return any != _isNegated;
    }

    private static IEnumerable<string> Texts(JsonNode? node, string name) => node switch
    {
        JsonArray items => items.SelectMany(item => Texts(item, name)),
        JsonValue value when value.TryGetValue(out string? text) => [text],
        JsonValue value when value.TryGetValue(out bool flag) => [flag ? "true" : "false"],
        JsonValue value => [value.ToJsonString()],
        _ => throw Malformed($"Condition: {name} has a value that is no text"),
    };

    private static CloudException Malformed(string message) => new(ErrorCodes.MalformedPolicy, message);

    private bool Matches(string actual, int index, AccessContext context)
    {
        string value = _values[index];
        switch (_operator)
        {
            case "StringLike" or "StringNotLike":
                return _patterns[index].Matches(actual, context);
            case "StringEquals" or "StringNotEquals":
                return Substitute(value, context) is string text && text == actual;
            case "StringEqualsIgnoreCase" or "StringNotEqualsIgnoreCase":
                return string.Equals(Substitute(value, context), actual, StringComparison.OrdinalIgnoreCase);
            case "Bool":
                return string.Equals(value, actual, StringComparison.OrdinalIgnoreCase);
            case "IpAddress" or "NotIpAddress":
                return IPAddress.TryParse(actual, out IPAddress? address) && IPNetwork.TryParse(value.Contains('/', StringComparison.Ordinal) ? value : value + (address.GetAddressBytes().Length == 4 ? "/32" : "/128"), out IPNetwork network)
                    && (network.Contains(address) || (address.IsIPv4MappedToIPv6 && network.Contains(address.MapToIPv4())));
            case string name when name.StartsWith("Numeric", StringComparison.Ordinal):
                return double.TryParse(actual, NumberStyles.Float, CultureInfo.InvariantCulture, out double left)
                    && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double right) && Compare(left.CompareTo(right), name["Numeric".Length..]);
            default:
                return DateTimeOffset.TryParse(actual, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset first)
                    && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset second) && Compare(first.CompareTo(second), _operator["Date".Length..]);
        }
    }

    private static bool Compare(int order, string relation) => relation switch
    {
        "LessThan" => order < 0,
        "LessThanEquals" => order <= 0,
        "GreaterThan" => order > 0,
        "GreaterThanEquals" => order >= 0,
        _ => order == 0,
    };

    private static string? Substitute(string value, AccessContext context)
    {
        int start;
        while ((start = value.IndexOf("${", StringComparison.Ordinal)) >= 0)
        {
            int end = value.IndexOf('}', start);
            if (context.Resolve(value[(start + 2)..end]) is not string resolved)
            {
                return null;
            }

            return value[..start] + resolved + Substitute(value[(end + 1)..], context);
        }

        return value;
    }
}
