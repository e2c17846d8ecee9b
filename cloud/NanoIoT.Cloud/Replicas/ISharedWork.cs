namespace NanoIoT.Cloud.Replicas;

/// <summary>
/// The work that copies of this service share, in a fixed number of parts. Each part is one copy's at a time: the broker's session of
/// that number, and the campaigns whose ids fall to it.
/// </summary>
public interface ISharedWork
{
    /// <summary>How many parts there are.</summary>
    const int Parts = 8;

    /// <summary>Called after a part became this copy's.</summary>
    event Func<int, Task>? Taken;

    /// <summary>Called before a part is given to others, or after it was lost to them.</summary>
    event Func<int, Task>? Left;

    /// <summary>Whether a part is this copy's now.</summary>
    /// <param name="part">The part.</param>
    /// <returns>True where it is.</returns>
    bool Holds(int part);

    /// <summary>Begins to take parts.</summary>
    /// <returns>The task.</returns>
    Task StartAsync();

    /// <summary>The part a name falls to: the same for every copy.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The part.</returns>
    static int PartOf(string name) => Shared.GateHash.Permyriad("part", name) % Parts;
}
