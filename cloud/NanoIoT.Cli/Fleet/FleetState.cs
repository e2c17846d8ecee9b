using NanoIoT.Cli.Output;
using NanoIoT.Emulator.Runtime;

namespace NanoIoT.Cli.Fleet;

/// <summary>Which of the emulated boards run a program, and which stopped.</summary>
/// <param name="boards">The boards.</param>
internal sealed class FleetState(IReadOnlyList<VirtualBoard> boards)
{
    private const int Named = 5;

    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(2);

    /// <summary>The state of the boards in one line.</summary>
    /// <returns>E.g. <c>8 of 10 boards run a program; 2 boards stopped: board-003, board-007. To see a board's output, use --log.</c></returns>
    public string Describe()
    {
        string[] stopped = [.. boards.Where(board => !board.IsRunning).Select(board => board.IsBricked ? board.Name + " (no bootable image)" : board.Name)];
        if (stopped.Length == 0)
        {
            return $"{Quantity.Of(boards.Count, "board")} {(boards.Count == 1 ? "runs" : "run")} a program.";
        }

        string names = string.Join(", ", stopped.Take(Named)) + (stopped.Length > Named ? ", …" : string.Empty);
        return $"{boards.Count - stopped.Length} of {Quantity.Of(boards.Count, "board")} run a program; "
            + $"{Quantity.Of(stopped.Length, "board")} stopped: {names}. To see a board's output, use --log.";
    }

    /// <summary>Writes a line each time the state is another, until the end.</summary>
    /// <param name="write">Writes a line.</param>
    /// <param name="end">Ends it.</param>
    /// <returns>The task.</returns>
    public async Task FollowAsync(Action<string> write, Task end)
    {
        string before = Describe();
        using var timer = new PeriodicTimer(s_interval);
        Task<bool> tick = timer.WaitForNextTickAsync().AsTask();
        while (await Task.WhenAny(end, tick).ConfigureAwait(false) != end)
        {
            // A board that reboots is between two programs for a moment.
            await Task.WhenAny(end, Task.WhenAll(boards.Select(board => board.WhenSettledAsync()))).ConfigureAwait(false);
            string now = Describe();
            if (now != before)
            {
                write(now);
                before = now;
            }

            tick = timer.WaitForNextTickAsync().AsTask();
        }

        await end.ConfigureAwait(false);
    }
}
