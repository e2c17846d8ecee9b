using NanoIoT.Shared;

namespace NanoIoT.Cloud.Campaigns.Simulation;

/// <summary>Boards by number: the place of each, and which stages it is for.</summary>
public sealed class SimulatedFleet
{
    private readonly ushort[] _places;
    private readonly uint[] _stages;

    private SimulatedFleet(ushort[] places, uint[] stages)
    {
        _places = places;
        _stages = stages;
    }

    /// <summary>How many there are.</summary>
    public int Count => _places.Length;

    /// <summary>Makes a fleet.</summary>
    /// <param name="boards">Places, 0 to 9,999, and the stages each board is for: bit 0 is the first.</param>
    /// <returns>The fleet.</returns>
    public static SimulatedFleet From(IEnumerable<(int Place, uint Stages)> boards)
    {
        (int Place, uint Stages)[] all = [.. boards];
        return new SimulatedFleet([.. all.Select(board => (ushort)board.Place)], [.. all.Select(board => board.Stages)]);
    }

    /// <summary>Makes a fleet of boards <c>board-0</c> and so on, with the places that their names give them.</summary>
    /// <param name="salt">The campaign's salt.</param>
    /// <param name="audiences">How many boards each stage is for: the first so many of the fleet, so that a group of 100 is part of all 1,000.</param>
    /// <returns>The fleet.</returns>
    public static SimulatedFleet Named(string salt, IReadOnlyList<int> audiences)
    {
        ArgumentNullException.ThrowIfNull(audiences);
        return From(Enumerable.Range(0, audiences.Max()).Select(board =>
        {
            uint stages = 0;
            for (int i = 0; i < audiences.Count; i++)
            {
                stages |= board < audiences[i] ? 1u << i : 0;
            }

            return (GateHash.Permyriad(salt, $"board-{board}"), stages);
        }));
    }

    internal int PlaceOf(int board) => _places[board];

    internal bool IsFor(int board, int stage) => (_stages[board] & (1u << stage)) != 0;
}
