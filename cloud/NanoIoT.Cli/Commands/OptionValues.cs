using System.CommandLine.Parsing;

namespace NanoIoT.Cli.Commands;

/// <summary>Values of options in validators.</summary>
internal static class OptionValues
{
    /// <summary>Reads a value where the text can be read as one; where it cannot, the parser reports that by itself.</summary>
    /// <typeparam name="T">The kind of value.</typeparam>
    /// <param name="result">The option as it was given.</param>
    /// <param name="value">The value.</param>
    /// <returns>True where there is a value.</returns>
    public static bool TryRead<T>(this OptionResult result, out T value)
        where T : struct
    {
        value = default;
        try
        {
            value = result.GetValueOrDefault<T>();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
