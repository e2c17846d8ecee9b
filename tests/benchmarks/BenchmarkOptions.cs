namespace NanoIoT.Benchmarks;

/// <summary>What a benchmark was asked.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsJson">Whether its last line is to be one JSON object.</param>
internal sealed record BenchmarkOptions(string Name, bool IsJson)
{
    /// <summary>Reads the arguments.</summary>
    /// <returns>The options, or null where they are wrong.</returns>
    public static BenchmarkOptions? Parse(string[] args) => args switch
    {
        [string name] => new BenchmarkOptions(name, false),
        [string name, "--output", "text"] => new BenchmarkOptions(name, false),
        [string name, "--output", "json"] => new BenchmarkOptions(name, true),
        _ => null,
    };
}
