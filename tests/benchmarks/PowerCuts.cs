using System.Diagnostics;
using NanoIoT.HardwareProfiles;
using NanoIoT.Shared;
using NanoIoT.Testing.Simulation;

namespace NanoIoT.Benchmarks;

/// <summary>The table of power cuts: every operation of a whole update, for each profile with slots.</summary>
internal static class PowerCuts
{
    private const int Pairs = 300;

    public static void Run()
    {
        int failures = 0;
        Console.WriteLine("| profile | path | what | operations | cases | failures | seconds |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (HardwareProfile profile in ProfileCatalog.All.Values.OrderBy(item => item.Name, StringComparer.Ordinal))
        {
            failures += Print(profile, "update", new PowerCutSweep(profile));
            if (profile.Update.HasTrial)
            {
                failures += Print(profile, "revert", new PowerCutSweep(profile, "bad"));
            }

            if (profile.Update.Clr is not null)
            {
                failures += Print(profile, "nanoCLR update", new PowerCutSweep(profile, "good", Fields.Clr));
            }
        }

        Console.WriteLine($"{failures} failures");
        Environment.ExitCode = failures == 0 ? 0 : 1;
    }

    private static int Print(HardwareProfile profile, string what, PowerCutSweep sweep)
    {
        var watch = Stopwatch.StartNew();
        sweep.RunAll();
        int single = sweep.Cases;
        sweep.RunPairs(Pairs, 20261123);
        string path = profile.Update.IsFiles ? "files, " + profile.Update.Slots!.Type : "MCUboot, " + profile.Update.Swap;
        Console.WriteLine($"| {profile.Name} | {path} | {what} | {sweep.Operations} | {single} + {Pairs} pairs | {sweep.Failures.Count} | {watch.Elapsed.TotalSeconds:n1} |");
        foreach (string failure in sweep.Failures.Take(5))
        {
            Console.Error.WriteLine(failure);
        }

        return sweep.Failures.Count;
    }
}
