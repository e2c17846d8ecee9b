namespace NanoIoT.Emulator.Hosting;

/// <summary>This boot of the virtual board is over: it rebooted or lost power.</summary>
public sealed class BoardStoppedException : Exception
{
    /// <summary>Creates the exception.</summary>
    public BoardStoppedException()
        : base("This boot of the virtual board is over.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What ended it.</param>
    public BoardStoppedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What ended it.</param>
    /// <param name="innerException">Its cause.</param>
    public BoardStoppedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
