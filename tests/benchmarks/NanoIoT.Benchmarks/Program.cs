using NanoIoT.Benchmarks;

Dictionary<string, Func<Task>> benchmarks = new(StringComparer.Ordinal)
{
    ["signature"] = () => Now(SignatureCost.Run),
    ["size"] = () => Now(FlashSize.Run),
    ["memory"] = () => Now(UpdateMemory.Run),
    ["power-cuts"] = () => Now(PowerCuts.Run),
    ["policies"] = PolicyEvaluations.RunAsync,
};
if (args.Length != 1 || !benchmarks.TryGetValue(args[0], out Func<Task>? run))
{
    Console.Error.WriteLine("usage: dotnet run --project tests/benchmarks/NanoIoT.Benchmarks -- " + string.Join('|', benchmarks.Keys));
    return 2;
}

await run().ConfigureAwait(false);
return 0;

static Task Now(Action benchmark)
{
    benchmark();
    return Task.CompletedTask;
}
