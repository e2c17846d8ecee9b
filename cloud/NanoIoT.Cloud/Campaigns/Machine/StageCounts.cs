using NanoIoT.Shared;

namespace NanoIoT.Cloud.Campaigns.Machine;

/// <summary>How many boards of a stage are where.</summary>
public sealed class StageCounts
{
    /// <summary>A board that said nothing yet.</summary>
    public const string Pending = "pending";

    /// <summary>A board that stayed in a state for longer than the plan allows.</summary>
    public const string TimedOut = "timedOut";

    /// <summary>Every state a board is counted in.</summary>
    public static IReadOnlyList<string> All { get; } =
        [Pending, UpdateStates.Accepted, UpdateStates.Downloading, UpdateStates.Staged, UpdateStates.Testing, UpdateStates.Succeeded, UpdateStates.Failed, UpdateStates.RolledBack, UpdateStates.Rejected, TimedOut];

    private readonly Dictionary<string, int> _states = new(StringComparer.Ordinal);

    /// <summary>Boards the stage is for.</summary>
    public int Targets { get; private set; }

    /// <summary>Boards a state.</summary>
    public IReadOnlyDictionary<string, int> States => _states;

    /// <summary>Boards that succeeded, or ran the version already.</summary>
    public int Succeeded => Of(UpdateStates.Succeeded);

    /// <summary>Boards that failed, rolled back, rejected or stayed too long where they were.</summary>
    public int Unsuccessful => Of(UpdateStates.Failed) + Of(UpdateStates.RolledBack) + Of(UpdateStates.Rejected) + Of(TimedOut);

    /// <summary>Boards that are done, either way.</summary>
    public int Done => Succeeded + Unsuccessful;

    /// <summary>Adds stages up.</summary>
    /// <param name="stages">The stages.</param>
    /// <returns>All their boards.</returns>
    public static StageCounts Sum(IEnumerable<StageCounts> stages)
    {
        ArgumentNullException.ThrowIfNull(stages);
        var sum = new StageCounts();
        foreach ((string state, int boards) in stages.SelectMany(stage => stage.States))
        {
            sum.Add(state, boards);
        }

        return sum;
    }

    /// <summary>Counts boards.</summary>
    /// <param name="state">Where they are.</param>
    /// <param name="boards">How many.</param>
    public void Add(string state, int boards = 1)
    {
        if (boards != 0)
        {
            Targets += boards;
            _states[state] = Of(state) + boards;
        }
    }

    /// <summary>Boards in a state.</summary>
    /// <param name="state">The state.</param>
    /// <returns>How many.</returns>
    public int Of(string state) => _states.GetValueOrDefault(state);

    /// <summary>Boards that are not done, in words.</summary>
    /// <returns>The words.</returns>
    internal string Waiting() => string.Join(", ", _states
        .Where(item => item.Key is not (UpdateStates.Succeeded or UpdateStates.Failed or UpdateStates.RolledBack or UpdateStates.Rejected or TimedOut))
        .OrderBy(item => item.Key, StringComparer.Ordinal)
        .Select(item => $"{item.Value} {item.Key}"));
}
