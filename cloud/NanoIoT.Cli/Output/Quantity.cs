using System.Globalization;

namespace NanoIoT.Cli.Output;

/// <summary>Numbers with their nouns.</summary>
internal static class Quantity
{
    /// <summary>A count of something.</summary>
    /// <param name="count">How many.</param>
    /// <param name="noun">The singular, whose plural ends in s.</param>
    /// <returns>E.g. <c>1 thing</c>, <c>2 things</c>.</returns>
    public static string Of(long count, string noun) =>
        count.ToString("N0", CultureInfo.InvariantCulture) + " " + (count == 1 ? noun : noun + "s");
}
