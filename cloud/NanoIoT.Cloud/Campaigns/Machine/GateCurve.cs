using NanoIoT.Shared;

namespace NanoIoT.Cloud.Campaigns.Machine;

/// <summary>How many boards each opening of a gate admits: boards counted by their ten-thousandth.</summary>
public sealed class GateCurve
{
    private readonly int[] _below = new int[Contract.WholeFleetPermyriad + 1];

    /// <summary>Adds up.</summary>
    /// <param name="boards">How many boards have each place, 0 to 9,999.</param>
    public GateCurve(IReadOnlyList<int> boards)
    {
        ArgumentNullException.ThrowIfNull(boards);
        for (int i = 0; i < boards.Count; i++)
        {
            _below[i + 1] = _below[i] + boards[i];
        }
    }

    /// <summary>All boards.</summary>
    public int Total => _below[^1];

    /// <summary>Boards that a gate admits.</summary>
    /// <param name="permyriad">The gate, 0 to 10,000.</param>
    /// <returns>How many.</returns>
    public int Of(int permyriad) => _below[permyriad];

    /// <summary>The widest gate that admits at most so many.</summary>
    /// <param name="boards">How many.</param>
    /// <returns>The gate, 0 to 10,000.</returns>
    public int AtMost(int boards)
    {
        int low = 0;
        int high = _below.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_below[middle] <= boards)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1;
    }

    /// <summary>The narrowest gate that admits somebody a gate does not.</summary>
    /// <param name="permyriad">The gate.</param>
    /// <returns>The wider one, or 10,000 where nobody is left.</returns>
    public int Next(int permyriad)
    {
        int next = permyriad;
        while (next < Contract.WholeFleetPermyriad && _below[next] == _below[permyriad])
        {
            next++;
        }

        return next;
    }
}
