using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using NanoIoT.Cli.Output;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Cloud.Campaigns.Simulation;

namespace NanoIoT.Cli.Commands;

/// <summary><c>nanoiot campaign simulate</c>.</summary>
internal static class SimulateCommand
{
    public static Command Create(CommonOptions common)
    {
        var command = new Command(
            "simulate",
            $"""
            Runs a plan against boards that are numbers, in virtual time, with the engine's own state machine; needs no service.
            Exit code 0 where every invariant held, whatever became of the campaign.

            {PlanOptions.Help}

            Examples:
              nanoiot campaign simulate --boards 1000000 --stage all:1:95:3600 --stage all:100:95,max=20000,base=500,factor=2,admitted=2000
              nanoiot campaign simulate --boards 10000 --rolled-back 0.3 --stage all:1 --stage all:100 --abort rolledBack:20:10
            """);
        var plan = new PlanOptions();
        plan.AddTo(command);
        var boards = new Option<int>("--boards") { Description = "boards in every audience, 1 to 10,000,000", DefaultValueFactory = _ => 1000 };
        Option<double> Share(string name, string what) => new(name) { Description = $"share of boards that {what}, 0 to 1" };
        Option<double> rolledBack = Share("--rolled-back", "come back with the old firmware");
        Option<double> failed = Share("--failed", "fail to download or to write");
        Option<double> rejected = Share("--rejected", "refuse the image");
        Option<double> stuck = Share("--stuck", "stop for good in the middle of the download");
        Option<double> offline = Share("--offline", "are off and never come");
        Option<double> slow = Share("--slow", "are off at first and come within --slow-seconds");
        var slowSeconds = new Option<int>("--slow-seconds") { Description = "how late those come at most", DefaultValueFactory = _ => 86400 };
        var download = new Option<int>("--download-seconds") { Description = "how long a download takes", DefaultValueFactory = _ => 60 };
        var trial = new Option<int>("--trial-seconds") { Description = "how long a trial takes", DefaultValueFactory = _ => 60 };
        var days = new Option<int>("--days") { Description = "when to give up, days of the fleet's time", DefaultValueFactory = _ => 366 };
        var seed = new Option<int>("--seed") { Description = "what the random numbers begin with", DefaultValueFactory = _ => 1 };
        foreach (Option option in new Option[] { boards, rolledBack, failed, rejected, stuck, offline, slow, slowSeconds, download, trial, days, seed })
        {
            command.Options.Add(option);
        }

        common.Run(command, (parsed, report, cancellationToken) =>
        {
            CampaignRequest request = plan.Read(parsed, "2.0.0");
            PlanRules.Check(request);
            int count = parsed.GetValue(boards);
            double[] shares = [.. new[] { rolledBack, failed, rejected, stuck, offline, slow }.Select(parsed.GetValue)];
            int[] times = [.. new[] { slowSeconds, download, trial, days }.Select(parsed.GetValue)];
            if (count is < 1 or > 10_000_000 || shares.Any(share => share is not (>= 0 and <= 1)) || times.Any(time => time is < 1 or > 31536000))
            {
                throw CliException.Usage("--boards: 1 to 10000000; shares: 0 to 1; times: 1 to 31536000.");
            }

            var clock = Stopwatch.StartNew();
            string id = request.Id ?? "simulation";
            SimulatedFleet fleet = SimulatedFleet.Named(Campaign.SaltOf(id), [.. request.Stages.Select(_ => count)]);
            SimulationResult result = FleetSimulator.Run(
                request with { Id = id },
                fleet,
                new FleetBehavior
                {
                    RolledBack = shares[0],
                    Failed = shares[1],
                    Rejected = shares[2],
                    Stuck = shares[3],
                    Offline = shares[4],
                    Slow = shares[5],
                    SlowSeconds = times[0],
                    DownloadSeconds = times[1],
                    TrialSeconds = times[2],
                    Seed = parsed.GetValue(seed),
                },
                times[3] * 86400L);
            var answer = new
            {
                status = result.Campaign.Status,
                reason = result.Campaign.Reason,
                waiting = result.Waiting,
                boards = count,
                begun = result.Begun,
                counts = result.Counts,
                seconds = result.Seconds,
                openings = result.Openings,
                mostDownloads = result.MostDownloads,
                steps = result.Steps.Select(step => new { second = step.Second, what = step.What, why = step.Why }),
                broken = result.Broken,
                simulatedIn = Math.Round(clock.Elapsed.TotalSeconds, 2),
            };
            report.Write(answer, _ =>
            {
                foreach ((long second, string what, string why) in result.Steps)
                {
                    report.Line($"{PlanTable.Time(second),-12} {what}: {why}");
                }

                report.Line($"{PlanTable.Time(result.Seconds),-12} {result.Campaign.Status}{(result.Waiting is null ? string.Empty : ": " + result.Waiting)}");
                report.Line(string.Create(CultureInfo.InvariantCulture, $"{count:N0} boards, {result.Begun:N0} began, at most {result.MostDownloads:N0} downloads at a time; simulated in {clock.Elapsed.TotalSeconds:0.0} s"));
                report.Line(string.Join(", ", result.Counts.Select(item => string.Create(CultureInfo.InvariantCulture, $"{item.Value:N0} {item.Key}"))));
                foreach (string broken in result.Broken)
                {
                    report.Line("BROKEN: " + broken);
                }
            });
            return Task.FromResult(result.Broken.Count == 0 ? ExitCodes.Success : ExitCodes.Failure);
        });
        return command;
    }
}
