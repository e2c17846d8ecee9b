using System.Text.RegularExpressions;

namespace NanoIoT.Cloud.Shadows;

/// <summary>The names that shadows may have, the same over HTTPS and MQTT.</summary>
internal static partial class ShadowNames
{
    /// <summary>What is allowed, for messages.</summary>
    public const string Rule = "1 to 64 of a-z A-Z 0-9 : _ - $";

    /// <summary>Whether a name is valid, as AWS's model of <c>iot-data</c> has it.</summary>
    public static bool IsValid(string name) => Pattern().IsMatch(name);

    [GeneratedRegex(@"^[$a-zA-Z0-9:_-]{1,64}\z")]
    private static partial Regex Pattern();
}
