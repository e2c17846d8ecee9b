using NanoIoT.Benchmarks;

Dictionary<string, Func<BenchmarkOptions, Task>> benchmarks = new(StringComparer.Ordinal)
{
    ["signature"] = Now(SignatureCost.Run),
    ["size"] = Now(FlashSize.Run),
    ["memory"] = Now(UpdateMemory.Run),
    ["power-cuts"] = Now(PowerCuts.Run),
    ["policies"] = _ => PolicyEvaluations.RunAsync(),
    ["campaign"] = CampaignRun.RunAsync,
    ["rules"] = options => Now(() => RuleEvaluations.Run(options))(options),
};
if (BenchmarkOptions.Parse(args) is not BenchmarkOptions options || !benchmarks.TryGetValue(options.Name, out Func<BenchmarkOptions, Task>? run))
{
    Console.Error.WriteLine("usage: dotnet run -c Release --project tests/benchmarks -- " + string.Join('|', benchmarks.Keys) + " [--output text|json] [--boards N] [--store sqlite|dynamodb]");
    return 2;
}

await run(options).ConfigureAwait(false);
return 0;

static Func<BenchmarkOptions, Task> Now(Action benchmark) => _ =>
{
    benchmark();
    return Task.CompletedTask;
};
