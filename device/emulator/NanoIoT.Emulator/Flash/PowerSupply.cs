namespace NanoIoT.Emulator.Flash;

/// <summary>
/// Counts every operation that changes what outlives power, and cuts the power at one of them: nothing, half or all of
/// that operation is then done, and nothing after it.
/// </summary>
public sealed class PowerSupply
{
    private readonly Lock _lock = new();
    private long _cutAt = -1;
    private TornWrite _torn;

    /// <summary>Raised when the power goes, on the thread whose operation was cut.</summary>
    public event Action? Lost;

    /// <summary>Operations since the board was made.</summary>
    public long Operations { get; private set; }

    /// <summary>Whether there is power.</summary>
    public bool IsOn { get; private set; } = true;

    /// <summary>Cuts the power at the operation that follows a number of others.</summary>
    /// <param name="operations">How many operations from now are still done whole.</param>
    /// <param name="torn">How much of the next is done.</param>
    public void CutAfter(long operations, TornWrite torn)
    {
        lock (_lock)
        {
            _cutAt = Operations + operations;
            _torn = torn;
        }
    }

    /// <summary>Brings the power back.</summary>
    public void TurnOn()
    {
        lock (_lock)
        {
            IsOn = true;
            _cutAt = -1;
        }
    }

    /// <summary>Brings the power back, with the cut that was set still to come.</summary>
    public void TurnOnWithCut()
    {
        lock (_lock)
        {
            IsOn = true;
        }
    }

    /// <summary>Takes the power away between operations.</summary>
    public void TurnOff()
    {
        lock (_lock)
        {
            IsOn = false;
        }
    }

    /// <summary>Counts a moment at which power may go though nothing is written: a reboot.</summary>
    internal void Step() => Do(_ => { });

    /// <summary>Does one operation.</summary>
    /// <param name="apply">Does it: whole, or the half of it.</param>
    /// <exception cref="PowerLostException">The power is gone.</exception>
    internal void Do(Action<bool> apply)
    {
        bool lost = false;
        lock (_lock)
        {
            if (!IsOn)
            {
                throw new PowerLostException();
            }

            if (Operations == _cutAt)
            {
                IsOn = false;
                lost = true;
                if (_torn != TornWrite.Nothing)
                {
                    apply(_torn == TornWrite.Whole);
                }
            }
            else
            {
                Operations++;
                apply(true);
            }
        }

        if (lost)
        {
            Lost?.Invoke();
            throw new PowerLostException();
        }
    }
}
