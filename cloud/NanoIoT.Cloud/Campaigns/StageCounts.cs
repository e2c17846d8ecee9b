using NanoIoT.Shared;

namespace NanoIoT.Cloud.Campaigns;

/// <summary>How many boards of a stage are where.</summary>
public sealed class StageCounts
{
    private readonly Dictionary<string, int> _states = new(StringComparer.Ordinal);

    /// <summary>Boards the stage is for.</summary>
    public int Targets { get; private set; }

    /// <summary>Boards a state.</summary>
    public IReadOnlyDictionary<string, int> States => _states;

    /// <summary>Boards that succeeded, or ran the version already.</summary>
    public int Succeeded => Of(UpdateStates.Succeeded);

    /// <summary>Boards that failed, rolled back or rejected.</summary>
    public int Unsuccessful => Of(UpdateStates.Failed) + Of(UpdateStates.RolledBack) + Of(UpdateStates.Rejected);

    /// <summary>Boards that are done, either way.</summary>
    public int Done => Succeeded + Unsuccessful;

    /// <summary>Counts a board.</summary>
    /// <param name="state">Where it is, or null where it said nothing yet.</param>
    public void Add(string? state)
    {
        Targets++;
        string key = state ?? "pending";
        _states[key] = Of(key) + 1;
    }

    private int Of(string state) => _states.GetValueOrDefault(state);
}
