using NanoIoT.Benchmarks;

Dictionary<string, Action> benchmarks = new(StringComparer.Ordinal)
{
    ["signature"] = SignatureCost.Run,
    ["size"] = FlashSize.Run,
    ["memory"] = UpdateMemory.Run,
    ["power-cuts"] = PowerCuts.Run,
};
if (args.Length != 1 || !benchmarks.TryGetValue(args[0], out Action? run))
{
    Console.Error.WriteLine("usage: dotnet run --project tests/benchmarks/NanoIoT.Benchmarks -- " + string.Join('|', benchmarks.Keys));
    return 2;
}

run();
return 0;
