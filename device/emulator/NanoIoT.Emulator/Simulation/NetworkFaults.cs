namespace NanoIoT.Emulator.Simulation;

/// <summary>How often what goes wrong: probabilities of 0 to 1 for each occasion.</summary>
public sealed record NetworkFaults
{
    /// <summary>A connection attempt fails.</summary>
    public double ConnectFails { get; init; }

    /// <summary>A message makes the connection break.</summary>
    public double Disconnects { get; init; }

    /// <summary>A publish reaches the broker, its acknowledgement not the board.</summary>
    public double AcknowledgementLost { get; init; }

    /// <summary>A publish does not reach the broker.</summary>
    public double PublishLost { get; init; }

    /// <summary>A message comes twice.</summary>
    public double Duplicated { get; init; }

    /// <summary>Milliseconds a message may take longer than another, which reorders them.</summary>
    public int Jitter { get; init; }

    /// <summary>A download is not answered.</summary>
    public double DownloadUnanswered { get; init; }

    /// <summary>A download is answered with an error status.</summary>
    public double DownloadRefused { get; init; }

    /// <summary>A download is answered with a redirect first.</summary>
    public double Redirected { get; init; }

    /// <summary>A download's body ends early.</summary>
    public double Truncated { get; init; }

    /// <summary>A read of a download's body has a wrong byte.</summary>
    public double Corrupted { get; init; }

    /// <summary>A download's head tells another length.</summary>
    public double WrongLength { get; init; }

    /// <summary>A read takes seconds.</summary>
    public double Slow { get; init; }
}
