using System.Globalization;

namespace NanoIoT.Benchmarks;

/// <summary>What a benchmark was asked.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsJson">Whether its last line is to be one JSON object.</param>
/// <param name="Boards">Boards of a campaign, 1 to 20,000.</param>
/// <param name="Store">Where the campaign is kept: <c>sqlite</c> or <c>dynamodb</c>.</param>
internal sealed record BenchmarkOptions(string Name, bool IsJson, int Boards, string Store)
{
    /// <summary>Reads the arguments.</summary>
    /// <returns>The options, or null where they are wrong.</returns>
    public static BenchmarkOptions? Parse(string[] args)
    {
        if (args.Length % 2 == 0)
        {
            return null;
        }

        var options = new BenchmarkOptions(args[0], false, 1000, "sqlite");
        for (int i = 1; i < args.Length; i += 2)
        {
            switch (args[i], args[i + 1])
            {
                case ("--output", "text" or "json"):
                    options = options with { IsJson = args[i + 1] == "json" };
                    break;
                case ("--store", "sqlite" or "dynamodb"):
                    options = options with { Store = args[i + 1] };
                    break;
                case ("--boards", string text) when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int boards) && boards is >= 1 and <= 20_000:
                    options = options with { Boards = boards };
                    break;
                default:
                    return null;
            }
        }

        return options;
    }
}
