using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace NanoIoT.Cloud.Gateway;

/// <summary>Says what is wrong with a body or parameter without the names of the service's own types.</summary>
internal static partial class JsonErrors
{
    /// <summary>Describes a body that could not be read.</summary>
    /// <param name="exception">What the reader found.</param>
    /// <returns>The message.</returns>
    public static string Describe(JsonException exception)
    {
        Match missing = MissingMembers().Match(exception.Message);
        if (missing.Success)
        {
            return $"The body must contain {missing.Groups[1].Value}.";
        }

        Match unknown = UnknownMember().Match(exception.Message);
        if (unknown.Success)
        {
            return DescribeUnknown(unknown.Groups[1].Value, exception.Path ?? "$");
        }

        string place = exception.Path is { Length: > 1 } path ? $" at '{path}'" : string.Empty;
        if (exception.Message.Contains("could not be converted to", StringComparison.Ordinal))
        {
            return $"The body has a value of the wrong type{place}.";
        }

        if (exception.Message.Contains("doesn't allow", StringComparison.Ordinal) && exception.Message.Contains("null", StringComparison.Ordinal))
        {
            return $"The body has null where a value is required{place}.";
        }

        return $"The body is not valid JSON{place}: {OwnTypes().Replace(exception.Message, string.Empty)}";
    }

    /// <summary>Describes a request that the framework could not bind.</summary>
    /// <param name="exception">What the framework found.</param>
    /// <returns>The message.</returns>
    public static string Describe(BadHttpRequestException exception)
    {
        if (exception.Message.StartsWith("Implicit body", StringComparison.Ordinal))
        {
            return "The request must have a JSON body.";
        }

        Match invalid = InvalidParameter().Match(exception.Message);
        if (invalid.Success)
        {
            return $"{invalid.Groups[1].Value} has the value '{invalid.Groups[2].Value}', which is not valid.";
        }

        Match missing = MissingParameter().Match(exception.Message);
        return missing.Success ? $"{missing.Groups[1].Value} is required." : exception.Message;
    }

    /// <summary>Names a member, and the object that it is in where that is not the body itself.</summary>
    private static string DescribeUnknown(string member, string path)
    {
        string owner = path.EndsWith('.' + member, StringComparison.Ordinal) ? path[..^(member.Length + 1)] : path;
        string place = owner.Length > 1 ? $" at '{owner}'" : string.Empty;
        return $"The body has an unknown member '{member}'{place}.";
    }

    [GeneratedRegex("^The JSON property '(.*)' could not be mapped to any \\.NET member")]
    private static partial Regex UnknownMember();

    [GeneratedRegex("^Failed to bind parameter \"[^\"]* (\\w+)\" from \"(.*)\"\\.\\z")]
    private static partial Regex InvalidParameter();

    [GeneratedRegex("^Required parameter \"[^\"]* (\\w+)\" was not provided")]
    private static partial Regex MissingParameter();

    [GeneratedRegex(@"missing required properties including: (.+?)\.(?: Path|\z)")]
    private static partial Regex MissingMembers();

    [GeneratedRegex(@" for type '[^']*'| on '[^']*'| of type '[^']*'")]
    private static partial Regex OwnTypes();
}
