using System.CommandLine;
using NanoIoT.Cli.Fleet;

namespace NanoIoT.Cli.Commands;

/// <summary><c>nanoiot emulate</c>.</summary>
internal static class EmulateCommand
{
    public static Command Create(CommonOptions common)
    {
        var command = new Command(
            "emulate",
            """
            Boots virtual boards with the sample Thermostat against a running service, and says when one stops. Press Ctrl+C to stop.

            Examples:
              nanoiot emulate --boards 20
              nanoiot emulate --boards 5 --profile ESP32_REV3
              nanoiot emulate --boards 100 --connect https://fleet.example.com:8443 --token TOKEN --ca ca.pem --group field
            """);
        var boards = new Option<int>("--boards") { Description = "how many", DefaultValueFactory = _ => 20 };
        boards.RequireRange(1, 10000);
        var prefix = new Option<string>("--prefix") { Description = "what their names begin with", DefaultValueFactory = _ => "board-" };
        var group = new Option<string>("--group") { Description = "the group they are in", DefaultValueFactory = _ => "field" };
        var profiles = new Option<string[]>("--profile") { Description = "a hardware profile; may be given again, then the boards take turns", DefaultValueFactory = _ => ["ESP32_S3", "ORGPAL_PALTHREE"] };
        var log = new Option<bool>("--log") { Description = "show what the boards write to their consoles" };
        var seconds = new Option<int>("--seconds") { Description = "end after so many seconds; 0 for never" };
        foreach (Option option in new Option[] { boards, prefix, group, profiles, log, seconds })
        {
            command.Options.Add(option);
        }

        profiles.Parses(text => EmulatedFleet.FindProfile(text));
        seconds.RequireRange(0, int.MaxValue);
        common.Url.Aliases.Add("--connect");
        common.RunWithApi(command, async (parsed, api, report, cancellationToken) =>
        {
            int count = parsed.GetValue(boards);
            var options = new FleetOptions { Boards = count, Prefix = parsed.GetValue(prefix)!, Groups = [(parsed.GetValue(group)!, count)], Profiles = parsed.GetValue(profiles)! };
            bool showLog = parsed.GetValue(log);
            EmulatedFleet fleet = await EmulatedFleet.CreateAsync(api, options, showLog ? (board, line) => report.Line($"{board.Name}: {line}") : null, cancellationToken).ConfigureAwait(false);
            await using (fleet.ConfigureAwait(false))
            {
                await fleet.PowerOnAsync(cancellationToken).ConfigureAwait(false);
                await fleet.WhenSettledAsync().ConfigureAwait(false);
                var state = new FleetState(fleet.Boards);
                report.Line(state.Describe() + " Press Ctrl+C to stop.");
                using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                if (parsed.GetValue(seconds) > 0)
                {
                    end.CancelAfter(TimeSpan.FromSeconds(parsed.GetValue(seconds)));
                }

                await state.FollowAsync(report.Line, ServeCommand.WaitAsync(end.Token)).ConfigureAwait(false);
                report.Write(new
                {
                    boards = count,
                    running = fleet.Boards.Count(board => board.IsRunning),
                    messages = fleet.Boards.Sum(board => board.Traffic.MessagesPublished),
                    versions = fleet.Boards.GroupBy(board => board.ImageVersion?.ToString(3) ?? "none").ToDictionary(item => item.Key, item => item.Count()),
                });
            }

            return ExitCodes.Success;
        });
        return command;
    }
}
