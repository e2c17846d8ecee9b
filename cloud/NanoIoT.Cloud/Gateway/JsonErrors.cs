using System.Text.Json;
using System.Text.RegularExpressions;

namespace NanoIoT.Cloud.Gateway;

/// <summary>Says what is wrong with a JSON body without the names of the service's own types.</summary>
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

        string place = exception.Path is { Length: > 1 } path ? $" at '{path}'" : string.Empty;
        if (exception.Message.Contains("could not be converted to", StringComparison.Ordinal))
        {
            return $"The body has a value of the wrong type{place}.";
        }

        if (exception.Message.Contains("doesn't allow null values", StringComparison.Ordinal))
        {
            return $"The body has null where a value is required{place}.";
        }

        return $"The body is not valid JSON{place}: {OwnTypes().Replace(exception.Message, string.Empty)}";
    }

    [GeneratedRegex(@"missing required properties including: (.+?)\.(?: Path|\z)")]
    private static partial Regex MissingMembers();

    [GeneratedRegex(@" for type '[^']*'| on '[^']*'| of type '[^']*'")]
    private static partial Regex OwnTypes();
}
