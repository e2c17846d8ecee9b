using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Identity.Policies;

/// <summary>One operator of a statement's condition with one key: any of the values must hold, or for a negated operator none may.</summary>
internal sealed class PolicyCondition
{
    private const string IfExistsSuffix = "IfExists";
    private const string NullOperator = "Null";

    private static readonly string[] s_operators =
    [
        "StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike",
        "NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals",
        "DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals",
        "Bool", "IpAddress", "NotIpAddress", "ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike", NullOperator,
    ];

    private readonly string _operator;
    private readonly string _key;
    private readonly string[] _values;
    private readonly PolicyPattern[] _patterns;
    private readonly SetOperator _set;
    private readonly bool _ifExists;
    private readonly bool _isNegated;

    private PolicyCondition(OperatorName name, string key, string[] values)
    {
        _operator = name.Plain;
        _key = key;
        _values = values;
        _set = name.Set;
        _ifExists = name.IfExists;
        _isNegated = name.Plain.Contains("Not", StringComparison.Ordinal);
        _patterns = [.. values.Select(value => PolicyPattern.Parse(value) ?? throw Malformed($"Condition: '{value}' has a ${{ that is not closed."))];
    }

    private enum SetOperator
    {
        None,
        ForAnyValue,
        ForAllValues,
    }

    public bool DependsOnTime => _key.Equals("aws:CurrentTime", StringComparison.OrdinalIgnoreCase) || _key.Equals("aws:EpochTime", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a statement's condition.</summary>
    /// <exception cref="CloudException">It is malformed, or names an operator or a key that the service does not implement.</exception>
    public static IEnumerable<PolicyCondition> Parse(JsonNode? node)
    {
        foreach ((string name, string key, JsonNode? values) in Entries(node))
        {
            OperatorName parsed = CheckName(name, key);
            string[] texts = [.. Texts(values, name)];
            CheckValues(parsed.Plain, name, texts);
            yield return new PolicyCondition(parsed, key, texts);
        }
    }

    /// <summary>Checks the operators and keys of a condition whose values are not known yet.</summary>
    /// <exception cref="CloudException">It names an operator or a key that the service does not implement.</exception>
    public static void CheckNames(JsonNode? node)
    {
        foreach ((string name, string key, _) in Entries(node))
        {
            _ = CheckName(name, key);
        }
    }

    public bool Holds(AccessContext context)
    {
        IReadOnlyList<string> actual = context.ResolveAll(_key);
        if (_operator == NullOperator)
        {
            return _values.Any(value => bool.TryParse(value, out bool isNull) && isNull == (actual.Count == 0));
        }

        return _set switch
        {
            SetOperator.ForAllValues => actual.All(value => Test(value, context)),
            SetOperator.ForAnyValue => actual.Any(value => Test(value, context)) || (_ifExists && actual.Count == 0),
            _ when actual.Count == 0 => _ifExists || _isNegated,
            _ => Test(actual[0], context),
        };
    }

    private static IEnumerable<(string Name, string Key, JsonNode? Values)> Entries(JsonNode? node)
    {
        if (node is null)
        {
            yield break;
        }

        foreach ((string name, JsonNode? keys) in node as JsonObject ?? throw Malformed("Condition must be an object."))
        {
            foreach ((string key, JsonNode? values) in keys as JsonObject ?? throw Malformed($"Condition: {name} must be an object."))
            {
                yield return (name, key, values);
            }
        }
    }

    private static OperatorName CheckName(string name, string key)
    {
        OperatorName parsed = ParseOperator(name);
        if (!PolicyKeys.IsKnown(key))
        {
            throw Malformed($"Condition: the key '{key}' is not supported.");
        }

        bool needsSet = PolicyKeys.IsMultiple(key) && parsed.Plain != NullOperator;
        return needsSet && parsed.Set == SetOperator.None
            ? throw Malformed($"Condition: the key '{key}' has several values; its operator must begin with ForAnyValue: or ForAllValues:.")
            : parsed;
    }

    private static OperatorName ParseOperator(string name)
    {
        string plain = name;
        var set = SetOperator.None;
        int colon = plain.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0)
        {
            set = plain[..colon] switch
            {
                "ForAnyValue" => SetOperator.ForAnyValue,
                "ForAllValues" => SetOperator.ForAllValues,
                _ => throw Unsupported(name),
            };
            plain = plain[(colon + 1)..];
        }

        bool ifExists = plain.EndsWith(IfExistsSuffix, StringComparison.Ordinal);
        plain = ifExists ? plain[..^IfExistsSuffix.Length] : plain;
        return s_operators.Contains(plain) ? new OperatorName(plain, set, ifExists) : throw Unsupported(name);
    }

    /// <summary>A value that its operator cannot compare would never hold, so that a statement that denies would deny nothing.</summary>
    private static void CheckValues(string plain, string name, string[] values)
    {
        foreach (string value in values.Where(value => !value.Contains("${", StringComparison.Ordinal)))
        {
            bool isValid = plain switch
            {
                "Bool" or NullOperator => bool.TryParse(value, out _),
                "IpAddress" or "NotIpAddress" => NetworkOf(value) is not null,
                _ when plain.StartsWith("Numeric", StringComparison.Ordinal) => NumberOf(value) is not null,
                _ when plain.StartsWith("Date", StringComparison.Ordinal) => DateOf(value) is not null,
                _ => true,
            };
            if (!isValid)
            {
                throw Malformed($"Condition: '{value}' is not a valid value for {name}.");
            }
        }

        foreach (string variable in values.SelectMany(PolicyPattern.VariablesOf))
        {
            if (!PolicyKeys.IsVariable(variable))
            {
                throw Malformed($"Condition: the policy variable '{variable}' is not supported.");
            }
        }
    }

    private static IEnumerable<string> Texts(JsonNode? node, string name) => node switch
    {
        JsonArray items => items.SelectMany(item => Texts(item, name)),
        JsonValue value when value.TryGetValue(out string? text) => [text],
        JsonValue value when value.TryGetValue(out bool flag) => [flag ? "true" : "false"],
        JsonValue value => [value.ToJsonString()],
        _ => throw Malformed($"Condition: {name} has a value that is not a string."),
    };

    private static CloudException Unsupported(string name) => Malformed($"Condition: the operator '{name}' is not supported.");

    private static CloudException Malformed(string message) => new(ErrorCodes.MalformedPolicy, message);

    private bool Test(string actual, AccessContext context)
    {
        bool any = false;
        for (int i = 0; i < _values.Length && !any; i++)
        {
            any = Matches(actual, i, context);
        }

        return any != _isNegated;
    }

    private bool Matches(string actual, int index, AccessContext context)
    {
        string value = _values[index];
        switch (_operator)
        {
            case "StringLike" or "StringNotLike" or "ArnEquals" or "ArnNotEquals" or "ArnLike" or "ArnNotLike":
                return _patterns[index].Matches(actual, context);
            case "StringEquals" or "StringNotEquals":
                return Substitute(value, context) is string text && text == actual;
            case "StringEqualsIgnoreCase" or "StringNotEqualsIgnoreCase":
                return string.Equals(Substitute(value, context), actual, StringComparison.OrdinalIgnoreCase);
            case "Bool":
                return string.Equals(value, actual, StringComparison.OrdinalIgnoreCase);
            case "IpAddress" or "NotIpAddress":
                return Contains(value, actual);
            case string name when name.StartsWith("Numeric", StringComparison.Ordinal):
                return NumberOf(actual) is double left && NumberOf(value) is double right && Compare(left.CompareTo(right), name["Numeric".Length..]);
            default:
                return DateOf(actual) is DateTimeOffset first && DateOf(value) is DateTimeOffset second && Compare(first.CompareTo(second), _operator["Date".Length..]);
        }
    }

    private static bool Contains(string value, string actual)
    {
        if (NetworkOf(value) is not IPNetwork network || !IPAddress.TryParse(actual, out IPAddress? address))
        {
            return false;
        }

        return network.Contains(address) || (address.IsIPv4MappedToIPv6 && network.Contains(address.MapToIPv4()));
    }

    private static IPNetwork? NetworkOf(string value)
    {
        if (IPAddress.TryParse(value, out IPAddress? single))
        {
            return new IPNetwork(single, single.GetAddressBytes().Length * 8);
        }

        return IPNetwork.TryParse(value, out IPNetwork network) ? network : null;
    }

    private static double? NumberOf(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;

    /// <summary>A date as ISO 8601 writes it, or seconds since 1970.</summary>
    private static DateTimeOffset? DateOf(string text)
    {
        const long lastSecond = 253_402_300_799;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds > 9999)
        {
            return seconds <= lastSecond ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset date) ? date : null;
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
        int start = value.IndexOf("${", StringComparison.Ordinal);
        if (start < 0)
        {
            return value;
        }

        int end = value.IndexOf('}', start);
        string name = value[(start + 2)..end];
        string? resolved = name is "*" or "?" or "$" ? name : context.Resolve(name);
        return resolved is null || Substitute(value[(end + 1)..], context) is not string rest ? null : value[..start] + resolved + rest;
    }

    private readonly record struct OperatorName(string Plain, SetOperator Set, bool IfExists);
}
